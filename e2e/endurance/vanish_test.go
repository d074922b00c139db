package endurance_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
)

// A step is a part of a session. It ends where a client may vanish.
type step struct {
	name string
	do   func(c *client, number int) error
}

func writes(name, text string) step {
	return step{name, func(c *client, _ int) error { return c.write(text) }}
}

func says(line string, code byte) step {
	return step{line, func(c *client, _ int) error { return c.say(line, code) }}
}

func reads(name string, code byte) step {
	return step{name, func(c *client, _ int) error { return c.want(code) }}
}

// part writes the part of a message's text that choose picks.
func part(name string, choose func(text string) string) step {
	return step{name, func(c *client, number int) error { return c.write(choose(text(number))) }}
}

// The parts of sessions.
var (
	hello     = []step{reads("greeting", '2'), says("EHLO client.test", '2')}
	encrypted = []step{{"TLS", func(c *client, _ int) error { return c.secure("client.test", nil) }}}
	envelope  = []step{says("MAIL FROM:<sender@client.test>", '2'), says("RCPT TO:<recipient@peer.test>", '2')}
	inText    = []step{
		writes("DATA sent", "DATA\r\n"), reads("354", '3'),
		part("half the text", func(t string) string { return stuffed(t)[:len(t)/2] }),
		part("all but the dot", func(t string) string { s := stuffed(t); return s[len(t)/2 : len(s)-3] }),
		writes("half the dot", ".\r"), writes("dot sent", "\n"), reads("250 behind the dot", '2'),
	}
	inChunks = []step{
		part("half a chunk", func(t string) string { return fmt.Sprintf("BDAT %d\r\n", len(t)/2) + t[:len(t)/4] }),
		part("a chunk", func(t string) string { return t[len(t)/4 : len(t)/2] }),
		reads("250 behind a chunk", '2'),
		part("the last BDAT", func(t string) string { return fmt.Sprintf("BDAT %d LAST\r\n", len(t)-len(t)/2) }),
		part("the last chunk", func(t string) string { return t[len(t)/2:] }),
		reads("250 behind the last chunk", '2'),
	}
	login   = []step{says("AUTH LOGIN", '3'), says("dXNlcg==", '3'), says("*", '5')}
	goodbye = []step{writes("QUIT sent", "QUIT\r\n")}
	halfTLS = []step{says("STARTTLS", '2'), writes("half a ClientHello", "\x16\x03\x01\x00\x80\x01\x00\x00\x7c\x03\x03")}
)

// walks are whole sessions.
var walks = map[string][]step{
	"text in clear":       slices.Concat(hello, envelope, inText, goodbye),
	"text in TLS":         slices.Concat(hello, encrypted, login, envelope, inText, goodbye),
	"chunks in clear":     slices.Concat(hello, envelope, inChunks, goodbye),
	"chunks in TLS":       slices.Concat(hello, encrypted, envelope, inChunks, goodbye),
	"TLS that breaks off": slices.Concat(hello, halfTLS),
}

// everyWalk are the walks in no order.
var everyWalk = slices.Collect(maps.Values(walks))

// Clients vanish behind every step of a session, with a FIN and with a RST.
// Each leaves a record; what is recorded as accepted is stored, whole, and
// nothing else is.
func TestClientsVanish(t *testing.T) {
	maildir, accepted := filepath.Join(t.TempDir(), "mail"), 0
	p := start{
		args:    []string{"--scenario", "healthy", "--messages", maildir, "--auth", "user:secret"},
		session: func(e event) { accepted += e.accepted() },
	}.start(t)
	settled := p.descriptors(t)
	var number atomic.Int64
	sessions := 0
	for name, walk := range walks {
		for length := range len(walk) + 1 {
			together(4, 2*pick(2, 25), func(i int) {
				done, err := vanish(p.addr(), walk[:length], int(number.Add(1)), i%2 == 0)
				if err != nil {
					t.Errorf("%s, step %d: %v", name, done, err)
				}
			})
			sessions += 2 * pick(2, 25)
		}
	}
	eventually(t, "a record of every session", func() bool { return p.recorded() == sessions })
	eventually(t, "as few descriptors as before", func() bool { return p.descriptors(t) <= settled })
	p.stop(t)
	found, _ := checkStock(t, maildir, nil)
	if found != accepted || halfWritten(t, maildir) > 0 {
		t.Errorf("%d messages accepted, %d stored, %d half written", accepted, found, halfWritten(t, maildir))
	}
	t.Logf("%d clients vanished behind one of %d steps, %d recorded; %d messages accepted, %d found whole, %d half written",
		sessions, steps(), p.recorded(), accepted, found, halfWritten(t, maildir))
}

func steps() int {
	n := 0
	for _, walk := range walks {
		n += len(walk) + 1
	}
	return n
}

// vanish goes some steps and then is gone. It returns how many it went.
func vanish(addr string, walk []step, number int, reset bool) (int, error) {
	c, err := connect(addr)
	if err != nil {
		return 0, err
	}
	defer c.drop(reset)
	for i, s := range walk {
		if err := s.do(c, number); err != nil {
			return i, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return len(walk), nil
}
