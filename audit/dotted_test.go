package audit

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
)

func TestFindingOfADottedName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"mx.example.test.": true, "mx.example.test": false, "": false} {
		s := session(fakemx.DeliveredTLS)
		s.TLS = &fakemx.TLS{Completed: true, ClientHello: &fakemx.ClientHello{ServerName: name}}
		item := Item{Scenario: "healthy", Verdict: Verdict{Result: Pass}, Evidence: sessions(s)}
		said := strings.Join(findings(Opportunistic, []Item{item}), "\n")
		if got := strings.Contains(said, "RFC 6066 section 3"); got != want {
			t.Errorf("%q: the findings are %q", name, said)
		}
	}
}
