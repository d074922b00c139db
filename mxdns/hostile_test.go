package mxdns_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/mxdns"
)

// A talk is a TCP connection to a server. What is sent over it raw is answered
// in order, so that a query behind it shows that there is no answer.
type talk struct {
	tb   testing.TB
	conn *dns.Conn
}

func dial(tb testing.TB, s *mxdns.Server) talk {
	tb.Helper()
	conn, err := new(dns.Client{Net: "tcp"}).Dial(s.Addr())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close() })
	return talk{tb, conn}
}

// sentinel is the ID of the query behind a packet.
const sentinel = 0xFAFE

// responses sends a packet and returns what comes back, raw.
func (c talk) responses(packet []byte) [][]byte {
	c.tb.Helper()
	last := query("healthy.fakemx.test.", "MX")
	last.Id = sentinel
	ask, err := last.Pack()
	if err != nil {
		c.tb.Fatal(err)
	}
	if err := c.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		c.tb.Fatal(err)
	}
	for _, each := range [][]byte{packet, ask} {
		if _, err := c.conn.Write(each); err != nil {
			c.tb.Fatal(err)
		}
	}
	var all [][]byte
	for {
		raw, err := c.conn.ReadMsgHeader(nil)
		if err != nil {
			c.tb.Fatalf("after %d responses: %v", len(all), err)
		}
		var m dns.Msg
		if m.Unpack(raw) == nil && m.Id == sentinel && len(m.Answer) == 1 && m.Answer[0].Header().Name == "healthy.fakemx.test." {
			return all
		}
		all = append(all, raw)
	}
}

// packed is a message as it is sent, after an edit of its octets.
func packed(m *dns.Msg, edit func([]byte) []byte) []byte {
	m.Id = 0x1234
	raw, err := m.Pack()
	if err != nil {
		panic(err)
	}
	return edit(raw)
}

func asIs(raw []byte) []byte { return raw }

func TestHostileMessages(t *testing.T) {
	t.Parallel()
	s := start(t)
	ok := query("healthy.fakemx.test.", "MX")
	for name, test := range map[string]struct {
		packet []byte
		want   int // -1: no response
	}{
		"sound":               {packed(ok, asIs), dns.RcodeSuccess},
		"empty":               {nil, -1},
		"half a header":       {packed(ok, func(m []byte) []byte { return m[:7] }), -1},
		"header alone":        {packed(ok, func(m []byte) []byte { return m[:12] }), dns.RcodeFormatError},
		"cut in the name":     {packed(ok, func(m []byte) []byte { return m[:18] }), dns.RcodeFormatError},
		"cut in the class":    {packed(ok, func(m []byte) []byte { return m[:len(m)-1] }), dns.RcodeFormatError},
		"pointer to itself":   {packed(ok, func(m []byte) []byte { return append(m[:12], 0xC0, 12, 0, 15, 0, 1) }), dns.RcodeFormatError},
		"label type 01":       {packed(ok, func(m []byte) []byte { m[12] = 0x45; return m }), dns.RcodeFormatError},
		"no question":         {packed(new(dns.Msg), asIs), dns.RcodeFormatError},
		"two questions":       {packed(&dns.Msg{Question: append(ok.Question, ok.Question...)}, asIs), dns.RcodeFormatError},
		"an answer in it":     {packed(&dns.Msg{Question: ok.Question, Answer: []dns.RR{&dns.NULL{Hdr: dns.RR_Header{Name: ".", Rrtype: dns.TypeNULL}}}}, asIs), dns.RcodeFormatError},
		"a response":          {packed(ok, func(m []byte) []byte { m[2] |= 0x80; return m }), -1},
		"opcode NOTIFY":       {packed(ok, func(m []byte) []byte { m[2] |= dns.OpcodeNotify << 3; return m }), dns.RcodeNotImplemented},
		"opcode UPDATE":       {packed(ok, func(m []byte) []byte { m[2] |= dns.OpcodeUpdate << 3; return m }), dns.RcodeNotImplemented},
		"opcode 15":           {packed(ok, func(m []byte) []byte { m[2] |= 15 << 3; return m }), dns.RcodeNotImplemented},
		"something behind it": {packed(ok, func(m []byte) []byte { return append(m, "trailing"...) }), dns.RcodeFormatError},
		"a record too few":    {packed(ok, func(m []byte) []byte { m[11] = 1; return m }), dns.RcodeFormatError},
		"name of 300 octets": {packed(ok, func(m []byte) []byte {
			return append(m[:12], append(bytes.Repeat([]byte("\x05label"), 50), 0, 0, 15, 0, 1)...)
		}), dns.RcodeFormatError},
		"octets that are no text": {packed(ok, func(m []byte) []byte { m[13], m[14], m[15] = 0, 0xFF, '.'; return m }), dns.RcodeNameError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := dial(t, s).responses(test.packet)
			if test.want < 0 {
				if len(all) > 0 {
					t.Errorf("answered %x, want nothing", all)
				}
				return
			}
			checkResponse(t, test.packet, all)
			if got := int(all[0][3] & 0xF); got != test.want {
				t.Errorf("answered %s, want %s", dns.RcodeToString[got], dns.RcodeToString[test.want])
			}
		})
	}
}

// checkResponse wants one response, to that packet.
func checkResponse(t *testing.T, packet []byte, all [][]byte) {
	t.Helper()
	if len(all) != 1 {
		t.Fatalf("%x: %d responses, want one", packet, len(all))
	}
	var m dns.Msg
	if err := m.Unpack(all[0]); err != nil {
		t.Fatalf("%x: the response %x: %v", packet, all[0], err)
	}
	if !m.Response || !bytes.Equal(all[0][:2], packet[:2]) {
		t.Fatalf("%x: the response is %x, want QR and the same ID", packet, all[0])
	}
}

// FuzzPacket wants one well-formed response to everything that has a header
// and is no response itself, and a server that goes on.
func FuzzPacket(f *testing.F) {
	ok := query("healthy.fakemx.test.", "MX")
	for _, seed := range [][]byte{
		packed(ok, asIs),
		packed(query("1.0.25.127.in-addr.arpa.", "PTR").SetEdns0(512, true), asIs),
		packed(query("a.b.expired.fakemx.test.", "MX").SetEdns0(4096, true), asIs),
		packed(query(`\000.mx.dname.expired.fakemx.test.`, "A").SetEdns0(4096, true), asIs),
		packed(query("healthy.fakemx.test.", "DS").SetEdns0(4096, true), asIs),
		packed(query("no.fakemx.test.", "ANY"), func(m []byte) []byte { m[2] |= 4 << 3; return m }),
		packed(ok, func(m []byte) []byte { return append(m[:12], 0xC0, 12, 0, 15, 0, 1) }),
	} {
		f.Add(seed)
	}
	s := start(f, func(c *mxdns.Config) {
		c.Mode, c.Zones[0].Signing = mxdns.Authoritative, &mxdns.Signing{}
		c.Zones[1].Signing, c.Zones[2].Signing = &mxdns.Signing{}, &mxdns.Signing{Denial: mxdns.DenialNSEC3OptOut}
	}, withSources("expired", map[string]mxdns.Source{
		"*.expired.fakemx.test": mxdns.Records{mxdns.CNAME("no.healthy.fakemx.test")}, "dname.expired.fakemx.test": mxdns.Records{mxdns.DNAME("healthy.fakemx.test")},
	}))
	c := dial(f, s)
	f.Fuzz(func(t *testing.T, packet []byte) {
		if len(packet) > dns.MaxMsgSize || len(packet) >= 2 && packet[0] == sentinel>>8 && packet[1] == sentinel&0xFF {
			t.Skip()
		}
		c.tb = t
		all := c.responses(packet)
		if len(packet) < 12 || packet[2]&0x80 != 0 {
			if len(all) > 0 {
				t.Fatalf("%x: answered %x, want nothing", packet, all)
			}
			return
		}
		checkResponse(t, packet, all)
	})
}
