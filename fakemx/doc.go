// Package fakemx runs a mail exchanger that is wrong on purpose, in exactly one
// way at a time, and records what a client did about it.
//
// A test starts a peer for a scenario, lets the mailer under test meet it, and
// looks at the record of the session:
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
// What is wrong is data: see package scenarios for the catalogue and for how to
// write a scenario of one's own. Package gfakemx has matchers for Gomega.
//
// # Guarantees
//
//   - Every connection makes exactly one Session, whatever the client does. It
//     is published when the connection is over, complete, and never changes
//     afterwards.
//   - No secret of an AUTH exchange is in a Session, in a message or in a log.
//   - A message that was answered 250 has been committed to Config.Store; with
//     a [store.Maildir] it is on the disk by then. A message that could not be
//     stored is answered 452, and one that breaks off is not stored at all.
//   - A stored message is the trace field followed by every octet that came,
//     unchanged.
//   - Faults are counted, never random: the same client meets the same peer.
//   - A server listens on loopback unless it is told otherwise and relays
//     nothing. Its keys are made for it and kept nowhere, unless Config says so.
//   - Limits of size, number and time always hold. What a client may send next
//     has Config.Timeout to come.
//   - After Close nothing is left: no goroutine, no file, no listener, unless
//     OnSession or the store does not return, which the error of Close says.
package fakemx
