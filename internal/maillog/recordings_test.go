package maillog

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// A recording is what a client said when it met a scenario. Those of MTAs are
// cut out of their logs.
type recording struct{ Client, Says string }

// loadRecordings reads the product's recordings of one program, each once.
func loadRecordings(t testing.TB, program string) []string {
	t.Helper()
	var all []string
	seen := map[string]bool{}
	for _, file := range []string{"clients.json", "labs.json"} {
		data, err := os.ReadFile("../cli/symptoms/" + file)
		if err != nil {
			t.Fatal(err)
		}
		scenarios := map[string][]recording{}
		if err := json.Unmarshal(data, &scenarios); err != nil {
			t.Fatal(err)
		}
		for _, recordings := range scenarios {
			for _, r := range recordings {
				if strings.HasPrefix(r.Client, program+" ") && !seen[r.Says] {
					seen[r.Says] = true
					all = append(all, r.Says)
				}
			}
		}
	}
	if len(all) == 0 {
		t.Fatalf("no recordings of %s", program)
	}
	return all
}

// eximFrames are the forms in which Exim writes a text, by where it stands: a
// line of its own, behind a host, or at the end of a delivery that failed.
func eximFrames(says string) []string {
	main := []string{"2024-11-12 10:00:00 1tAbCd-000000001AB-0001 ", "2024-11-12 10:00:00.123 +0100 [77] 1tAbCd-00001A-01 ",
		"Nov 12 10:00:00 mail exim[77]: 2024-11-12 10:00:00 1tAbCd-00001A-01 ", "Nov 12 10:00:00 mail exim4[77]: [1/2] 2024-11-12 10:00:00 1tAbCd-00001A-01 "}
	heads := []string{""}
	switch {
	case strings.HasPrefix(says, "defer ("):
		heads = append(heads, "== a@example.test R=dnslookup T=remote_smtp ")
	case strings.HasPrefix(says, "TLS error on connection"):
		heads = append(heads, "H=mx.example.test [192.0.2.1] ")
	case !strings.HasPrefix(says, "** ") && !strings.HasPrefix(says, "X="):
		heads = append(heads, "H=mx.example.test [192.0.2.1]: ", "H=mx.example.test [2001:db8::1]:25: ",
			"== a@example.test R=dnslookup T=remote_smtp defer (-37) H=mx.example.test [192.0.2.1]: ",
			"** a@example.test <b@example.test> F=<> R=dnslookup T=remote_smtp H=mx.example.test [192.0.2.1]:25 I=[192.0.2.2]:40001: ")
	}
	var all []string
	for _, m := range main {
		for _, head := range heads {
			all = append(all, m+head+says)
		}
	}
	return all
}

func sendmailFrames(says string) []string {
	return []string{"Nov 12 10:00:00 mail sm-mta[1]: " + says, "Nov 12 10:00:00 mail sendmail[1]: 4ACA0a7x002407: " + says,
		"2024-11-12T10:00:00.123456+01:00 mail sm-mta[1]: " + says, "<22>1 2024-11-12T10:00:00Z mail sm-mta 1 - - " + says,
		"2024-11-12T10:00:00+01:00 mail sm-mta 1 - - " + says, "Nov 12 10:00:00 mail mail.info sendmail[1]: 4ACA0a7x002407: " + says}
}

// TestRecordingsAreReadInTheirFrames: what was recorded says the same alone and
// in the form in which the program writes it to its log.
func TestRecordingsAreReadInTheirFrames(t *testing.T) {
	t.Parallel()
	for program, frames := range map[string]func(string) []string{"exim": eximFrames, "sendmail": sendmailFrames} {
		for _, says := range loadRecordings(t, program) {
			bare := Read(1, says)
			if bare.Dialect != program {
				t.Errorf("alone not %s's: %s", program, says)
			}
			for _, line := range frames(says) {
				got := Read(1, line)
				if got.Dialect != program || got.Class == Unknown || got.Class != bare.Class || got.Side != bare.Side || got.Stage != bare.Stage || got.Reason != bare.Reason {
					t.Errorf("%s\n    is %s %s %s %s %s, alone %s %s %s %s", line, got.Dialect, got.Class, got.Side, got.Stage, got.Reason,
						bare.Class, bare.Side, bare.Stage, bare.Reason)
				}
			}
		}
	}
}
