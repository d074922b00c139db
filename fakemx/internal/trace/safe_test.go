package trace_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx/internal/trace"
	"github.com/fakemx/fakemx/internal/received"
	"github.com/fakemx/fakemx/scenarios"
)

// mustBeSafe fails the test unless field is one field by the grammar, folded
// wherever that can be done.
func mustBeSafe(t *testing.T, field string) received.Clauses {
	t.Helper()
	clauses, err := received.Parse(field)
	if err != nil {
		t.Fatalf("cannot be parsed: %v\n%q", err, field)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(field, "\r\n"), "\r\n") {
		if len(line) > 78 && len(strings.Fields(line)) > 1 {
			t.Errorf("line of %d characters could be folded: %q", len(line), line)
		}
	}
	return clauses
}

// FuzzReceived holds that whatever the client says, the field is one field, has
// the clauses it should have, and says nothing else.
func FuzzReceived(f *testing.F) {
	forms := []scenarios.TraceForm{scenarios.TraceNone, scenarios.TraceSendmail, scenarios.TracePostfix, scenarios.TraceExim}
	f.Add("client.example", "mx.example", "id1", "a@b", "TLSv1.3", "TLS_AES_128_GCM_SHA256", "x25519", "NO", "cn", "ca", []byte{127, 0, 0, 1}, byte(1), int64(1e9))
	f.Add("a) (b\r\nX: y", "m x", "i d", "\"a b\"@ü", "(", ")", "\\", "FAIL", "a \" b", "", []byte(nil), byte(255), int64(0))
	f.Fuzz(func(t *testing.T, helo, hostname, id, rcpt, version, suite, group, verify, subject, issuer string, ip []byte, bits byte, unix int64) {
		facts := trace.Facts{
			HELO: helo, Hostname: hostname, ID: id, For: rcpt,
			ESMTP: bits&1 != 0, UTF8: bits&2 != 0, Authenticated: bits&4 != 0,
			Date: time.Unix(unix&0xffffffff, 0).UTC(),
		}
		facts.RemoteIP, _ = netip.AddrFromSlice(ip)
		if bits&8 != 0 {
			facts.TLS = &trace.TLSFacts{
				Version: version, CipherSuite: suite, Group: group, Bits: int(bits), Verify: verify,
				ClientSubject: subject, ClientIssuer: issuer,
			}
		}
		rule := scenarios.Trace{Form: forms[bits>>6], TLSClause: bits&16 != 0, CommentAfterWith: bits&32 != 0}
		clauses := mustBeSafe(t, trace.Received(facts, rule))
		if want := trace.With(facts, rule.With); clauses.With != want {
			t.Errorf("with is %q, want %q", clauses.With, want)
		}
		if !clauses.Date.Equal(facts.Date) {
			t.Errorf("date is %v, want %v", clauses.Date, facts.Date)
		}
		if clauses.From != helo && clauses.From != "unknown" && !strings.HasPrefix(clauses.From, "[") {
			t.Errorf("from is %q after HELO %q", clauses.From, helo)
		}
	})
}
