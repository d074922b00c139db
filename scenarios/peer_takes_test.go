package scenarios

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTakesMail(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"healthy": true, "silent-greeting": false, "refused-greeting": false, "busy-greeting": true,
		"slow-drip": true, "reset-after-starttls": true, "reset-after-dot": true, "greylist-after-tls": true,
	} {
		if got := MustGet(name).Peer.TakesMail(); got != want {
			t.Errorf("%s takes mail: %t, want %t", name, got, want)
		}
	}
	for _, f := range []Fault{{At: AtDot, Do: DoReset}, {At: AtRCPT, Do: DoReply, Text: "550 5.1.1 No"}, {At: AtConnect, Do: DoClose}} {
		if (Peer{Faults: []Fault{f}}).TakesMail() {
			t.Errorf("a peer with %+v takes mail", f)
		}
	}
	refuse := func(at Point, in Where) Fault { return Fault{At: at, In: in, Do: DoReply, Text: "550 5.1.1 No"} }
	for _, tt := range []struct {
		name        string
		faults      []Fault
		mail, inTLS bool
	}{
		{"refuses inside TLS", []Fault{refuse(AtRCPT, InTLS)}, true, false},
		{"refuses in clear", []Fault{refuse(AtRCPT, InClear)}, true, true},
		{"refuses here and there", []Fault{refuse(AtRCPT, InClear), refuse(AtMAIL, InTLS)}, false, false},
		{"never answers EHLO", []Fault{{At: AtEHLO, In: InClear, Do: DoStall}}, false, false},
		{"never answers EHLO inside TLS", []Fault{{At: AtEHLO, In: InTLS, Do: DoStall}}, true, false},
		{"refuses EHLO", []Fault{refuse(AtEHLO, InClear)}, true, true},
		{"breaks the message off", []Fault{{At: AtMessage, Do: DoReset}}, false, false},
		{"refuses at the greeting", []Fault{refuse(AtGreeting, "")}, false, false},
		{"closes at once", []Fault{{At: AtConnect, Do: DoClose}}, false, false},
		{"is slow", []Fault{{At: AtDot, Do: DoDrip}}, true, true},
	} {
		p := Peer{Faults: tt.faults}
		if p.TakesMail() != tt.mail || p.TakesMailInTLS() != tt.inTLS {
			t.Errorf("a peer that %s takes mail: %t, inside TLS: %t", tt.name, p.TakesMail(), p.TakesMailInTLS())
		}
	}
}

// A fault that does not strike every session stops nobody for good.
func TestTakesMailNowAndThen(t *testing.T) {
	t.Parallel()
	for _, f := range []Fault{
		{First: 1}, {Every: 2}, {After: &After{Sessions: 1}}, {Rate: &Rate{Sessions: 1, Within: Span(time.Hour)}},
		{Match: &Match{Rcpt: "x@*"}}, {EarlyTalker: true},
	} {
		f.At, f.Do, f.Text = AtRCPT, DoReply, "450 4.2.1 Later"
		p := Healthy()
		p.Faults = []Fault{f}
		if f.Always() || !p.TakesMail() || !p.TakesMailInTLS() {
			t.Errorf("a peer with %+v takes no mail", f)
		}
		f.At, f.Do, f.Text = AtEHLO, DoRaw, "x"
		p.Faults = []Fault{f}
		if why := p.Puzzle(); why != nil {
			t.Errorf("a peer with %+v puzzles: %s", f, why.Reason)
		}
	}
}

func TestPuzzle(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"healthy": "", "recipient-refused": "", "ehlo-stalled-in-tls": "", "starttls-stripped": "", "starttls-masked": "",
		"starttls-454": "refuses it", "starttls-554": "refuses it", "helo-only": "refuses EHLO", "auth-gssapi-only": "AUTH", "starttls-354": "STARTTLS", "ehlo-refused-in-tls": "EHLO", "mixed-reply-codes": "no proper reply",
		"unclosed-reply": "no proper reply",
	} {
		p := MustGet(name).Peer.Puzzle()
		if (p == nil) != (want == "") || p != nil && (!strings.Contains(p.Reason, want) || p.BeforeMail == (want == "AUTH")) {
			t.Errorf("%s: %+v, want %s", name, p, want)
		}
	}
	for at, before := range map[Point]bool{AtGreeting: true, AtEHLO: true, AtHandshake: true, AtMAIL: false, AtDot: false, AtQUIT: false} {
		p := (Peer{Faults: []Fault{{At: at, Do: DoRaw, Text: "x"}}}).Puzzle()
		if p == nil || p.BeforeMail != before {
			t.Errorf("raw at %s: %+v", at, p)
		}
	}
}

// What a peer is never asked puzzles nobody, and who refuses EHLO in clear puzzles
// everybody.
func TestPuzzleIsPosed(t *testing.T) {
	t.Parallel()
	refused := Fault{At: AtSTARTTLS, Do: DoReply, Text: "454 4.7.0 Later"}
	for name, tt := range map[string]struct {
		edit func(*Peer)
		want string // in the reason; empty for no puzzle
	}{
		"STARTTLS refused":             {func(p *Peer) { p.Faults = []Fault{refused} }, "refuses it"},
		"STARTTLS refused, no offer":   {func(p *Peer) { p.Faults, p.SMTP.StartTLS.Offer = []Fault{refused}, Nowhere }, ""},
		"STARTTLS refused, masked":     {func(p *Peer) { p.Faults, p.SMTP.StartTLS.Keyword = []Fault{refused}, "XXXXXXXA" }, ""},
		"EHLO refused":                 {func(p *Peer) { p.Faults = []Fault{{At: AtEHLO, Do: DoReply, Text: "502 No"}} }, "asks for HELO"},
		"EHLO refused in clear":        {func(p *Peer) { p.Faults = []Fault{{At: AtEHLO, In: InClear, Do: DoReply, Text: "502 No"}} }, "asks for HELO"},
		"EHLO refused inside TLS":      {func(p *Peer) { p.Faults = []Fault{{At: AtEHLO, In: InTLS, Do: DoReply, Text: "502 No"}} }, "inside TLS"},
		"EHLO slow":                    {func(p *Peer) { p.Faults = []Fault{{At: AtEHLO, In: InTLS, Do: DoDrip}} }, ""},
		"odd mechanisms":               {func(p *Peer) { p.SMTP.Auth.Mechanisms = []string{"NTLM"} }, "AUTH"},
		"odd mechanisms, and usual":    {func(p *Peer) { p.SMTP.Auth.Mechanisms = []string{"NTLM", "PLAIN"} }, ""},
		"odd mechanisms, not offered":  {func(p *Peer) { p.SMTP.Auth = Auth{Offer: Nowhere, Mechanisms: []string{"NTLM"}} }, ""},
		"AUTH, by no mechanism at all": {func(p *Peer) { p.SMTP.Auth.Mechanisms = nil }, ""},
	} {
		got := MustGet("healthy").With(tt.edit).Peer.Puzzle()
		if (got == nil) != (tt.want == "") || got != nil && !strings.Contains(got.Reason, tt.want) {
			t.Errorf("%s: %+v, want %q", name, got, tt.want)
		}
	}
}

func TestPeerFor(t *testing.T) {
	t.Parallel()
	s := MustGet("healthy").With(func(p *Peer) {
		for _, m := range []*Match{nil, {Parameter: "SIZE"}, {Rcpt: "*@{scenario}.test"}, {Rcpt: "x@*", Mail: "y@z"}, {Mail: "y@z"}} {
			p.Faults = append(p.Faults, Fault{At: AtRCPT, Do: DoReset, Match: m})
		}
	})
	for rcpt, want := range map[string]int{"a@healthy.test": 4, "x@healthy.test": 5, "a@other.test": 3} {
		p := s.PeerFor(rcpt)
		if len(p.Faults) != want || slices.ContainsFunc(p.Faults, func(f Fault) bool { return f.Match != nil && *f.Match != Match{Parameter: "SIZE"} }) {
			t.Errorf("%s meets %+v, want %d", rcpt, p.Faults, want)
		}
	}
	if len(s.Peer.Faults) != 5 || s.Peer.Faults[1].Match == nil {
		t.Error("the scenario's own peer is altered")
	}
}
