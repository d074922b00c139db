package lab

import (
	"regexp"
	"slices"
	"strings"
)

// About returns the lines of a log that are about the attempts to deliver to a
// scenario.
func (m MTA) About(log []string, scenario string) []string {
	named := regexp.MustCompile(`(^|[^a-z0-9-])` + regexp.QuoteMeta(scenario) + `\.fakemx\.test`)
	threads := map[string]bool{}
	for _, line := range log {
		if m.thread == nil || !named.MatchString(line) {
			continue
		}
		if found := m.thread.FindStringSubmatch(line); found != nil {
			threads[found[1]] = true
		}
	}
	var about []string
	for _, line := range log {
		if named.MatchString(line) || threaded(line, threads) {
			about = append(about, line)
		}
	}
	return about
}

func threaded(line string, threads map[string]bool) bool {
	for thread := range threads {
		if strings.Contains(line, thread) {
			return true
		}
	}
	return false
}

// Says are the mail server's own words about a scenario, at most one for each
// way of telling, without what differs from run to run.
func (m MTA) Says(log []string, scenario string) []string {
	var says []string
	about := m.About(log, scenario)
	for _, telling := range m.telling {
		for _, line := range about {
			found := telling.FindStringSubmatch(line)
			if found == nil {
				continue
			}
			if words := normalise(found[1], scenario); !slices.Contains(says, words) {
				says = append(says, words)
			}
			break
		}
	}
	return says
}

// volatile is what differs from run to run, and from peer to peer.
var volatile = []struct {
	pattern     *regexp.Regexp
	replacement string
}{
	{regexp.MustCompile(`198\.1[89]\.\d+\.\d+`), "192.0.2.25"},
	{regexp.MustCompile(`\b(SHA256:)?(?:[0-9a-f]{32,}|[0-9A-F]{32,})\b`), "FINGERPRINT"},
	{regexp.MustCompile(`\b([0-9A-F]{2}:){15,}[0-9A-F]{2}\b`), "FINGERPRINT"},
	{regexp.MustCompile(`queued as \w+`), "queued as ID"},
	{regexp.MustCompile(`evpid=\w+`), "evpid=ID"},
	{regexp.MustCompile(`delay=\w+`), "delay=TIME"},
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b`), "TIME"},
	{regexp.MustCompile(`run [0-9a-f]{4,}`), "run ID"},
}

// normalise makes words the same in every run. The peer is called HOST, and the
// unit of its authorities NAME.
func normalise(words, scenario string) string {
	words = strings.ReplaceAll(words, "mx."+scenario+".fakemx.test", "HOST")
	words = strings.ReplaceAll(words, scenario+"-mx.fakemx.test", "HOST") // where the host has a zone of its own
	words = strings.ReplaceAll(words, Recipient(scenario), "probe@HOST")
	words = strings.ReplaceAll(words, scenario+".fakemx.test", "HOST")
	words = strings.ReplaceAll(words, "/OU="+scenario+"/", "/OU=NAME/")
	for _, v := range volatile {
		words = v.pattern.ReplaceAllString(words, v.replacement)
	}
	return strings.Join(strings.Fields(words), " ")
}
