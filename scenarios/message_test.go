package scenarios

import (
	"strings"
	"testing"
)

// TestWhatIsOfferedOfREQUIRETLS follows from the peer.
func TestWhatIsOfferedOfREQUIRETLS(t *testing.T) {
	t.Parallel()
	hide := Fault{At: AtEHLO, Do: DoHide, Text: "REQUIRETLS"}
	once := hide
	once.First = 1
	inClear := hide
	inClear.In = InClear
	refusal := Fault{At: AtMAIL, Do: DoReply, Text: "555 no", Match: &Match{Parameter: "requiretls"}}
	deferral := refusal
	deferral.First = 1
	sender := refusal
	sender.Match = &Match{Parameter: "REQUIRETLS", Mail: "a@*"}
	for name, test := range map[string]struct {
		edit    func(*Peer)
		offers  Answer
		refuses bool
	}{
		"healthy":         {func(*Peer) {}, Yes, false},
		"no extension":    {func(p *Peer) { p.SMTP.Extensions = nil }, No, false},
		"in clear":        {func(p *Peer) { p.SMTP.RequireTLSOffer = InClear }, No, false},
		"everywhere":      {func(p *Peer) { p.SMTP.RequireTLSOffer = Everywhere }, Yes, false},
		"hidden":          {func(p *Peer) { p.Faults = []Fault{hide} }, No, false},
		"hidden once":     {func(p *Peer) { p.Faults = []Fault{once} }, Lenient, false},
		"hidden in clear": {func(p *Peer) { p.Faults = []Fault{inClear} }, Yes, false},
		"refused":         {func(p *Peer) { p.Faults = []Fault{refusal} }, Yes, true},
		"refused once":    {func(p *Peer) { p.Faults = []Fault{deferral} }, Yes, false},
		"of one sender":   {func(p *Peer) { p.Faults = []Fault{sender} }, Yes, false},
	} {
		p := MustGet("healthy").With(test.edit).Peer
		if got := p.OffersREQUIRETLS(); got != test.offers {
			t.Errorf("%s: it offers REQUIRETLS: %s, want %s", name, got, test.offers)
		}
		if got := p.RefusesREQUIRETLS(); got != test.refuses {
			t.Errorf("%s: it refuses the parameter: %v", name, got)
		}
		if p.Puzzle() != nil || !p.TakesMail() {
			t.Errorf("%s: it takes no mail, or only in an odd way", name)
		}
	}
}

// TestWhatSecuresAnMXRecord is a signed zone, as far as that is known.
func TestWhatSecuresAnMXRecord(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]Answer{
		"healthy": No, "dane": Yes, "tlsa-mismatch": Yes, "tlsa-absent": Lenient, "mx-insecure-host-secure": No, "tlsa-servfail": Lenient,
		"mta-sts": No, "requiretls": Yes, "requiretls-mta-sts": No, "requiretls-untrusted": Lenient,
	} {
		if got := MustGet(name).SecuresMX(); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// TestMessagesThatCannotBe are refused.
func TestMessagesThatCannotBe(t *testing.T) {
	t.Parallel()
	for want, edit := range map[string]func(*Scenario){
		`message.tls_required: "yes" is not one of`:            func(s *Scenario) { s.Message.TLSRequired = "yes" },
		"message.requiretls: cannot be combined with reach_at": func(s *Scenario) { s.Message.RequireTLS, s.ReachAt = true, ReachAtSMTPS },
		"message: cannot be combined with a second host":       func(s *Scenario) { *s = MustGet("tlsa-first-host-mismatch"); s.Message.RequireTLS = true },
	} {
		s := MustGet("healthy")
		edit(&s)
		if err := s.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestAMessageIsThatOfTheBase, unless a file has another one.
func TestAMessageIsThatOfTheBase(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Message{
		"base: requiretls": {RequireTLS: true},
		"base: requiretls\nmessage: {tls_required: no}": {TLSRequired: TLSRequiredNo},
		"message: {requiretls: true, tls_required: no}": {RequireTLS: true, TLSRequired: TLSRequiredNo},
		"base: dane": {},
	} {
		list, err := Parse("mine.yaml", []byte("name: mine\nsummary: mine\n"+text+"\n"))
		if err != nil || list[0].Message != want {
			t.Errorf("%q: %+v, %v, want %+v", text, list, err, want)
		}
	}
}

// TestARefusedParameter is left to the client, which may leave it out.
func TestARefusedParameter(t *testing.T) {
	t.Parallel()
	refusal := Fault{At: AtMAIL, Do: DoReply, Text: "555 no", Match: &Match{Parameter: "SIZE"}}
	s := MustGet("healthy").With(func(p *Peer) { p.Faults = []Fault{refusal} })
	if p := s.PeerFor("a@b.test").Puzzle(); p == nil || !strings.HasSuffix(p.Reason, "the parameter SIZE") {
		t.Errorf("the puzzle is %v", p)
	}
	s.Peer.Faults[0].First = 1
	if p := s.PeerFor("a@b.test").Puzzle(); p != nil {
		t.Errorf("once: %v", p)
	}
}

// TestREQUIRETLSOverridesTheHeaderField (RFC 8689 section 4.1).
func TestREQUIRETLSOverridesTheHeaderField(t *testing.T) {
	t.Parallel()
	for m, want := range map[Message]bool{
		{}: false, {TLSRequired: TLSRequiredNo}: true, {RequireTLS: true}: false, {RequireTLS: true, TLSRequired: TLSRequiredNo}: false,
	} {
		if got := m.WaivesTLS(); got != want {
			t.Errorf("%+v waives TLS: %v", m, got)
		}
	}
}
