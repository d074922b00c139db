package docs_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

const dnsDocument = "docs/dns.md"

// TestDNSDocument runs every command of docs/dns.md. What a console fence shows
// is what is said; a server plays until the next one is started.
func TestDNSDocument(t *testing.T) {
	if _, err := exec.LookPath("dig"); err != nil {
		t.Skip("dig is not installed; run e2e/setup.sh")
	}
	s := &dnsStory{newStory(t, buildCommand(t)), dnsDocument}
	for _, section := range sections(t, readLines(t, dnsDocument)) {
		for _, f := range section.fences {
			s.play(f)
		}
	}
	s.end()
}

// A dnsStory is a story whose server is found by its DNS.
type dnsStory struct {
	*story
	document string
}

func (s *dnsStory) play(f fence) {
	s.t.Helper()
	switch f.language {
	case "sh":
		s.shell(strings.Join(f.lines, "\n"))
	case "console":
		for _, step := range f.steps(s.t) {
			out, err := s.command(strings.ReplaceAll(step.command, "-p 1053", "-p "+s.port)).CombinedOutput()
			if want := strings.Join(step.output, "\n"); err != nil || strings.TrimSpace(string(out)) != strings.TrimSpace(want) {
				s.t.Errorf("%s line %d: %s\nsaid, with %v,\n%s\nwant\n%s", s.document, step.first, step.command, err, out, want)
			}
		}
	case "json":
		s.events(f)
	default:
		s.t.Errorf("%s line %d: nothing runs a fence of %q; use sh, console or json", s.document, f.first, f.language)
	}
}

// ports are what a test may not insist on.
var ports = strings.NewReplacer("127.0.0.1:53", "127.0.0.1:0", "127.0.0.1:1053", "127.0.0.1:0", " --listen-net-port 2525", "", "127.25.0.0/22", "127.25.0.0/22 --listen-net-port 0", "127.25.0.0/16", "127.25.0.0/16 --listen-net-port 0")

// shell runs a script, or starts a server in place of the one before.
func (s *dnsStory) shell(script string) {
	s.t.Helper()
	if strings.HasPrefix(script, "fakemx ") {
		s.end()
		s.peer = startPeer(s.command("exec " + ports.Replace(script)))
		s.port = s.peer.waitForPort(s.t)
		return
	}
	if strings.Contains(script, "unshare") && os.Getuid() != 0 {
		s.t.Logf("only root can run: %s", script)
		return
	}
	if out, err := s.command(script).CombinedOutput(); err != nil || !strings.Contains(string(out), "nameserver 127.0.0.1") {
		s.t.Errorf("%s: %v\n%s", script, err, out)
	}
}

// events asks the server and wants the lines of a fence, but for times and
// ports.
func (s *dnsStory) events(f fence) {
	s.t.Helper()
	if out, err := s.command("dig @127.0.0.1 -p " + s.port + " healthy.fakemx.test MX").CombinedOutput(); err != nil {
		s.t.Fatalf("dig: %v\n%s", err, out)
	}
	said := s.peer
	s.end()
	for _, want := range f.lines {
		if !strings.Contains(eventKind(said.said()), eventKind(want)) {
			s.t.Errorf("%s has the event\n%s\nsaid was\n%s", s.document, want, said.said())
		}
	}
}

var eventTimes = regexp.MustCompile(`"at":"[^"]*"`)

// eventKind leaves of events what does not vary.
func eventKind(text string) string {
	return eventTimes.ReplaceAllString(ours.kind(text), `"at":"TIME"`)
}
