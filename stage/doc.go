// Package stage plays several scenarios at once, with what leads a mailer to
// them: an address for each peer, the DNS of fakemx.test, and files that say
// whom to trust. What happens anywhere on the stage is one stream of events.
//
// A mailer that looks up MX records is tested against a stage like this:
//
//	s := stage.Start(t, stage.Config{
//		Peers: []fakemx.Config{{Scenario: scenarios.MustGet("healthy")}, {Scenario: scenarios.MustGet("expired")}},
//		DNS:   "127.0.0.1:0",
//	})
//	mailer := Mailer{Resolver: s.Resolver(), Dial: s.DialContext, Roots: s.Roots()}
//	err := mailer.Send(ctx, "someone@expired.fakemx.test", message)
//
// MX records know no port but 25 (RFC 5321 section 5.1). DialContext goes to
// the peer of that name whatever the port, so that such a test needs no
// privileges and no addresses of its own. A mailer whose dialer cannot be
// replaced needs Config.Network, and Config.Port: 25 where it may be listened on.
//
// One peer alone, reached by its address, is easier had from fakemx.Start.
package stage
