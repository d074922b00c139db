package scenarios

import (
	"testing"
	"time"
)

// TestGroundsOfTheHealthyPeer: a deviation has the healthy peer's grounds for
// what it leaves alone, and for nothing else.
func TestGroundsOfTheHealthyPeer(t *testing.T) {
	t.Parallel()
	healthy := MustGet("healthy")
	of := healthy.Grounds
	for name, c := range map[string]struct {
		facts Facts
		edit  func(*Peer)
		want  Grounds
	}{
		"trace":                 {sound, func(p *Peer) { p.Trace.With = WithSMTP }, of},
		"extensions":            {sound, func(p *Peer) { p.SMTP.Extensions = nil }, of},
		"a fault inside TLS":    {sound, func(p *Peer) { p.Faults = []Fault{{At: AtEHLO, In: InTLS, Do: DoReset, First: 1}} }, of},
		"no mail inside TLS":    {sound, func(p *Peer) { p.Faults = []Fault{{At: AtEHLO, In: InTLS, Do: DoReset}} }, Grounds{}},
		"a puzzle":              {sound, func(p *Peer) { p.Faults = []Fault{{At: AtEHLO, In: InTLS, Do: DoReply, Text: "502 no"}} }, Grounds{}},
		"a pause":               {sound, func(p *Peer) { p.SMTP.GreetPause = Span(time.Second) }, Grounds{Offers: "", Completes: of.Completes, Authentic: of.Authentic}},
		"a fault at EHLO":       {sound, func(p *Peer) { p.Faults = []Fault{{At: AtEHLO, Do: DoReset, First: 1}} }, Grounds{Offers: "", Completes: of.Completes, Authentic: of.Authentic}},
		"the greeting":          {sound, func(p *Peer) { p.SMTP.Greeting = "hello" }, Grounds{Offers: "", Completes: of.Completes, Authentic: of.Authentic}},
		"a version":             {sound, func(p *Peer) { speakOnly(p, "1.2") }, Grounds{Offers: of.Offers, Completes: "", Authentic: of.Authentic}},
		"a fault behind 220":    {sound, func(p *Peer) { p.Faults = []Fault{{At: AtHandshake, Do: DoReset, First: 1}} }, Grounds{Offers: of.Offers, Completes: "", Authentic: of.Authentic}},
		"a certificate":         {sound, func(p *Peer) { p.PKI.Send = nil }, Grounds{Offers: of.Offers, Completes: "", Authentic: ""}},
		"another answer":        {unauthentic, func(p *Peer) { p.PKI.Send = nil }, Grounds{Offers: of.Offers, Completes: "", Authentic: ""}},
		"no offer":              {unoffered, func(p *Peer) { p.SMTP.StartTLS.Offer = Nowhere }, Grounds{}},
		"implicit TLS":          {sound, func(p *Peer) { p.SMTP.ImplicitTLS = true }, Grounds{Offers: "", Completes: of.Completes, Authentic: of.Authentic}},
		"a staple":              {sound, func(p *Peer) { p.TLS.Staple = "good" }, Grounds{Offers: of.Offers, Completes: "", Authentic: ""}},
		"another without SNI":   {sound, func(p *Peer) { p.TLS.WithoutSNI = &WithoutSNI{} }, Grounds{Offers: of.Offers, Completes: "", Authentic: ""}},
		"other facts alone":     {unoffered, func(p *Peer) { p.Trace.With = WithSMTP }, Grounds{}},
		"an answer alone":       {unauthentic, func(p *Peer) { p.Trace.With = WithSMTP }, Grounds{Offers: of.Offers, Completes: of.Completes, Authentic: ""}},
		"TLS that cannot be":    {Facts{Offers: Yes, Completes: No, Authentic: No}, func(p *Peer) { p.Trace.With = WithSMTP }, Grounds{}},
		"nothing rests on them": {selective, func(p *Peer) { p.TLS.ALPN = []string{"h2"} }, Grounds{}},
	} {
		s := healthy.With(c.edit)
		s.Facts, s.Grounds = c.facts, Grounds{}
		if got := s.groundsOver(healthy); got != c.want {
			t.Errorf("%s: the grounds are %+v, want %+v", name, got, c.want)
		}
	}
	address := healthy.With(func(*Peer) {})
	address.Grounds, address.ReachBy = Grounds{}, ReachByAddress
	if got := address.groundsOver(healthy); got.Authentic != "" {
		t.Errorf("reached by its address: authentic by %q", got.Authentic)
	}
}

// TestPuzzlesBearNoDutyToDeliver: where a client may give up, no "must" rests on
// a Yes. What must not be done, it must not do there either.
func TestPuzzlesBearNoDutyToDeliver(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][3]bool{
		"healthy":             {true, true, true},
		"mixed-reply-codes":   {},
		"ehlo-refused-in-tls": {},
		"ehlo-stalled-in-tls": {},
		"starttls-454":        {true, false, false},
		"silent-greeting":     {true, false, false},
	} {
		offers, completes, authentic := MustGet(name).restsOn()
		if got := [3]bool{offers, completes, authentic}; got != want {
			t.Errorf("%s: a duty rests on %v, want %v", name, got, want)
		}
	}
	forged := MustGet("mixed-reply-codes")
	forged.Facts = unauthentic
	if offers, completes, authentic := forged.restsOn(); offers || completes || !authentic {
		t.Errorf("not authentic: %v, %v, %v", offers, completes, authentic)
	}
}

func TestGroundsOfAFile(t *testing.T) {
	t.Parallel()
	expired := MustGet("expired").Grounds
	for text, want := range map[string]Grounds{
		"":                        MustGet("healthy").Grounds,
		"base: expired":           expired,
		"base: mixed-reply-codes": {},
		"base: mixed-reply-codes\npeer: {faults: []}":            MustGet("healthy").Grounds,
		"base: expired\npeer: {tls: {max_version: 1.2}}":         {Offers: expired.Offers, Authentic: expired.Authentic},
		"facts: {authentic: no}\npeer: {pki: {send: [leaf]}}":    {Offers: expired.Offers},
		"grounds: {offers: our rule, completes: our law}":        {Offers: "our rule", Completes: "our law", Authentic: MustGet("healthy").Grounds.Authentic},
		"facts: {authentic: no}\ngrounds: {authentic: our rule}": {Offers: expired.Offers, Completes: MustGet("healthy").Grounds.Completes, Authentic: "our rule"},
	} {
		all, err := Parse("mine.yaml", []byte(minimal+text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := all[0].Grounds; got != want {
			t.Errorf("%s: the grounds are %+v, want %+v", text, got, want)
		}
	}
	if _, err := Parse("mine.yaml", []byte(minimal+"grounds:\n  offers: \"a\\nb\"\n")); err == nil {
		t.Error("a ground of two lines is read")
	}
}
