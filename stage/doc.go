// Package stage plays several scenarios at once and leads a mailer to them:
// with an address for each peer, the DNS of fakemx.test, and files with the
// trust anchors. Everything that happens on the stage is one stream of events.
//
// A mailer that looks up MX records is tested like this:
//
//	s := stage.Start(t, stage.Config{
//		Peers: []fakemx.Config{{Scenario: scenarios.MustGet("healthy")}, {Scenario: scenarios.MustGet("expired")}},
//		DNS:   "127.0.0.1:0",
//	})
//	mailer := Mailer{Resolver: s.Resolver(), Dial: s.DialContext, Roots: s.Roots()}
//	err := mailer.Send(ctx, "someone@expired.fakemx.test", message)
//
// MX records imply port 25 (RFC 5321 section 5.1). [Stage.DialContext] connects
// to the peer with that name, whatever the port, so such a test needs neither
// privileges nor special addresses. A mailer whose dialer cannot be replaced
// needs [Config.Network], and a [Config.Port] of 25 where the test may listen
// on it.
//
// For a single peer that is reached by its address, [fakemx.Start] is simpler.
package stage
