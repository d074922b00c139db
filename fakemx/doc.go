// Package fakemx runs a mail exchanger that is wrong on purpose, in exactly one
// way at a time, and records what a client did about it.
//
// A test starts a peer for a scenario, lets the mailer under test connect to
// it, and checks the record of the session:
//
//	func TestMailerRefusesAnIncompleteChain(t *testing.T) {
//		peer := fakemx.Start(t, scenarios.MustGet("missing-intermediate"))
//		err := myMailer(peer.Addr(), peer.Roots())
//		session, waitErr := peer.WaitSession(t.Context())
//		if err == nil || waitErr != nil || session.Outcome != fakemx.Refused {
//			t.Errorf("the mailer said %v\n%s", err, session.Narrate())
//		}
//	}
//
// What is wrong is data: package scenarios holds the catalogue and explains how
// to write your own scenarios. Package gfakemx has matchers for Gomega.
//
// # Guarantees
//
//   - Every connection produces exactly one [Session], whatever the client
//     does. It is published complete, when the connection is over, and never
//     changes afterwards.
//   - No secret of an AUTH exchange appears in a Session, in a message or in a
//     log.
//   - A message that was answered 250 has been committed to [Config.Store];
//     with a [store.Maildir] it is on disk by then. A message that cannot be
//     stored is answered 452. A message that breaks off is not stored at all.
//   - A stored message is the trace field followed by every octet received,
//     unchanged.
//   - Faults are counted, never random: the same client always meets the same
//     peer.
//   - A server listens on loopback unless configured otherwise, and never
//     relays. Its keys are made for it and kept nowhere, unless [Config] says
//     so.
//   - Limits on size, number and time always apply. Every wait for the client
//     is bounded by [Config.Timeout].
//   - After [Server.Close] no goroutine, file or listener is left. The one
//     exception is a call of [Config.OnSession] or the store that does not
//     return; the error of Close names it.
package fakemx
