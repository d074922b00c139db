package fakemx_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/scenarios"
)

// dialogues are what clients say, whole sessions and broken ones.
var dialogues = []string{
	"EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n",
	"EHLO a\r\nMAIL FROM:<> SIZE=9 BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<c@d> NOTIFY=NEVER\r\nBDAT 3\r\nabcBDAT 0 LAST\r\nRSET\r\nQUIT\r\n",
	"HELO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n..x\r\n.\n\r\n.\r\nNOOP\r\n",
	"EHLO a\r\nAUTH LOGIN\r\ndXNlcg==\r\nc2VjcmV0\r\nAUTH PLAIN AHVzZXIAc2VjcmV0\r\nQUIT\r\n",
	"EHLO a\r\nAUTH PLAIN\r\n*\r\nAUTH CRAM-MD5\r\n\r\nMAIL FROM:<a@b> BODY=BINARYMIME\r\nBDAT 4294967295\r\nx",
	"EHLO a\r\nSTARTTLS\r\n\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03",
	"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03\r\n",
	"EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 0\r\nEHLO b\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 9000 LAST\r\nx",
	"EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 0\r\nBDAT 99999999\r\nx",
	"\r\n\x00\r\nNOOP \xff\r\nVRFY\r\nHELP\r\nEXPN\r\nQUIT now\r\n",
}

// FuzzDialogue sends octets to a whole server, in two pieces. Whatever they
// are, there is one record, complete, and no secret in it; a message that was
// accepted was stored and the other way round.
func FuzzDialogue(f *testing.F) {
	discard := new(store.Discard)
	s := fuzzedServer(f, discard)
	for i, d := range dialogues {
		f.Add([]byte(d), uint16(i*7))
	}
	var one sync.Mutex // one connection at a time, so that records and messages are its own
	var stored int64
	f.Fuzz(func(t *testing.T, octets []byte, cut uint16) {
		one.Lock()
		defer one.Unlock()
		first := octets[:min(int(cut), len(octets))]
		replies := speak(t, s.Addr(), first, octets[len(first):])
		session := wait(t, s)
		checkOrder(t, session)
		messages := discard.Messages()
		var accepted int64
		for _, tr := range session.Transactions {
			if tr.Accepted {
				accepted++
			}
			if tr.Accepted && len(tr.To) == 0 {
				t.Error("a message for nobody was accepted")
			}
		}
		if accepted != messages-stored {
			t.Errorf("%d transactions accepted, %d messages stored", accepted, messages-stored)
		}
		if n := int64(session.Accepted.InTLS + session.Accepted.InClear); n != accepted {
			t.Errorf("%d messages are counted, %d are accepted", n, accepted)
		}
		stored = messages
		if delivered := session.Outcome == fakemx.DeliveredClear; delivered != (accepted > 0) {
			t.Errorf("outcome %s, %d accepted", session.Outcome, accepted)
		}
		checkReplies(t, replies)
	})
}

// fuzzedServer is a peer that offers all it can in clear.
func fuzzedServer(f *testing.F, kept store.Store) *fakemx.Server {
	return play(f, authEverywhere, fakemx.WithUser("user", "secret"), func(c *fakemx.Config) {
		c.Timeout, c.MaxMessageBytes, c.MaxSessions = 10*time.Second, 10_000, 1
		c.Keys, c.Store = certgen.SeededKeys("fuzz"), kept
	})
}

// speak sends both pieces, ends its side, and returns the replies.
func speak(t *testing.T, addr string, pieces ...[]byte) []byte {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	var sending sync.WaitGroup
	sending.Go(func() {
		for _, p := range pieces {
			_, _ = conn.Write(p)
		}
		_ = conn.(*net.TCPConn).CloseWrite()
	})
	replies, err := io.ReadAll(conn)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the peer waits for a client that has gone")
	}
	sending.Wait()
	return replies
}

// checkReplies holds that nothing but lines of replies came in clear.
func checkReplies(t *testing.T, replies []byte) {
	t.Helper()
	for line := range bytes.SplitAfterSeq(replies, []byte("\r\n")) {
		if len(line) > 0 && line[0] == 0x15 { // an alert, behind STARTTLS
			return
		}
		if len(line) == 0 || bytes.HasSuffix(line, []byte("\r\n")) && len(line) >= 6 && line[0] >= '2' && line[0] <= '5' {
			continue
		}
		t.Errorf("a line of a reply is %q", line)
	}
}

// limitedFaults are raw octets, and limits that depend on what the client says.
func limitedFaults() []scenarios.Fault {
	var list []scenarios.Fault
	for _, at := range []scenarios.Point{
		scenarios.AtGreeting, scenarios.AtEHLO, scenarios.AtSTARTTLS, scenarios.AtAUTH, scenarios.AtMAIL, scenarios.AtRCPT,
		scenarios.AtDATA, scenarios.AtDot, scenarios.AtQUIT,
	} {
		list = append(list, scenarios.Fault{At: at, Do: scenarios.DoRaw, Text: `250-\xff\n`})
	}
	const text = "450 4.2.1 Later"
	return append(list,
		scenarios.Fault{At: scenarios.AtMAIL, Do: scenarios.DoReply, Text: text, Match: &scenarios.Match{Mail: "*a*@*"}},
		scenarios.Fault{At: scenarios.AtRCPT, Do: scenarios.DoReply, Text: text, Match: &scenarios.Match{Mail: "<>", Rcpt: "c*"}},
		scenarios.Fault{At: scenarios.AtDATA, Do: scenarios.DoReply, Text: text, Match: &scenarios.Match{Rcpt: "*d"}},
		scenarios.Fault{At: scenarios.AtRCPT, Do: scenarios.DoReply, Text: text, After: &scenarios.After{Recipients: 1}},
		scenarios.Fault{At: scenarios.AtMAIL, Do: scenarios.DoReply, Text: text, After: &scenarios.After{Messages: 1}},
		scenarios.Fault{At: scenarios.AtGreeting, Do: scenarios.DoReply, Text: text, EarlyTalker: true},
		scenarios.Fault{At: scenarios.AtEHLO, Do: scenarios.DoHide, Text: "CHUNKING"},
	)
}

// FuzzFaults sends octets to a peer that does something wrong at some point.
func FuzzFaults(f *testing.F) {
	points := []scenarios.Point{
		scenarios.AtConnect, scenarios.AtGreeting, scenarios.AtEHLO, scenarios.AtHELO, scenarios.AtSTARTTLS, scenarios.AtHandshake,
		scenarios.AtAUTH, scenarios.AtMAIL, scenarios.AtRCPT, scenarios.AtDATA, scenarios.AtMessage, scenarios.AtDot, scenarios.AtQUIT,
	}
	actions := []scenarios.Action{scenarios.DoReset, scenarios.DoClose, scenarios.DoStall}
	var faults []scenarios.Fault
	for _, at := range points {
		for _, do := range actions {
			faults = append(faults, scenarios.Fault{At: at, Do: do})
		}
	}
	faults = append(faults, limitedFaults()...)
	servers := make([]*fakemx.Server, len(faults))
	for i, fault := range faults {
		servers[i] = play(f, func(p *scenarios.Peer) {
			p.SMTP.Auth.Offer = scenarios.Everywhere
			p.SMTP.Auth.Mechanisms = append(p.SMTP.Auth.Mechanisms, "X-OWN")
			p.Faults = []scenarios.Fault{fault}
		}, fakemx.WithUser("user", "secret"), func(c *fakemx.Config) {
			c.Store, c.MaxSessions = new(store.Discard), 1
		})
	}
	for i, d := range dialogues {
		f.Add([]byte(d), uint8(i*4))
	}
	f.Fuzz(func(t *testing.T, octets []byte, which uint8) {
		s := servers[int(which)%len(servers)]
		conn, err := net.Dial("tcp", s.Addr())
		if err == nil {
			go func() { _, _ = io.Copy(io.Discard, conn) }()
			_, _ = conn.Write(octets)
			_ = conn.Close()
		}
		session := wait(t, s)
		checkOrder(t, session)
	})
}
