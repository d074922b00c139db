package mxdns_test

import (
	"errors"
	"net"
	"sync/atomic"
	"testing"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/mxdns"
)

// resolver starts a server that answers by the function, and returns its
// address.
func resolver(t *testing.T, answer dns.HandlerFunc) string {
	t.Helper()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	udp, err := net.ListenPacket("udp", tcp.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, server := range []*dns.Server{{Listener: tcp}, {PacketConn: udp}} {
		started, ended := make(chan struct{}), make(chan error, 1)
		server.Handler, server.NotifyStartedFunc = answer, func() { close(started) }
		go func() { ended <- server.ActivateAndServe() }()
		<-started
		t.Cleanup(func() {
			if err := errors.Join(server.Shutdown(), <-ended); err != nil {
				t.Error(err)
			}
		})
	}
	return udp.LocalAddr().String()
}

func withUpstream(address string) func(*mxdns.Config) {
	return func(c *mxdns.Config) { c.Upstream = address }
}

// txt is a response with one TXT record.
func txt(r *dns.Msg, text string) *dns.Msg {
	m := new(dns.Msg).SetReply(r)
	m.RecursionAvailable = true
	m.Answer = []dns.RR{&dns.TXT{Hdr: dns.RR_Header{Name: r.Question[0].Name, Rrtype: dns.TypeTXT, Class: dns.ClassINET}, Txt: []string{text}}}
	return m
}

func TestOtherNamesAreForwarded(t *testing.T) {
	t.Parallel()
	upstream := resolver(t, func(w dns.ResponseWriter, r *dns.Msg) {
		m := txt(r, w.RemoteAddr().Network())
		m.AuthenticatedData = r.AuthenticatedData
		if opt := r.IsEdns0(); opt != nil {
			m.SetEdns0(4096, opt.Do())
		}
		_ = w.WriteMsg(m)
	})
	s := start(t, withUpstream(upstream))
	for _, network := range []string{"udp", "tcp"} {
		q := query("eXample.test.", "TXT").SetEdns0(800, true)
		q.AuthenticatedData = true
		m := exchange(t, s, network, q)
		if got, want := sections(m.Answer), `eXample.test. TXT "`+network+`"`; got != want {
			t.Errorf("answered %s, want %s", got, want)
		}
		if !m.RecursionAvailable || !m.AuthenticatedData || m.Authoritative {
			t.Errorf("RA %t, AD %t, AA %t, want RA and AD", m.RecursionAvailable, m.AuthenticatedData, m.Authoritative)
		}
		if opt := m.IsEdns0(); opt == nil || opt.UDPSize() != 1232 || !opt.Do() {
			t.Errorf("the OPT record is %v, want our own, with DO", opt)
		}
	}
	if m := exchange(t, s, "udp", query("no-such.fakemx.test.", "MX")); m.Rcode != dns.RcodeNameError {
		t.Errorf("a name of ours: %s, want NXDOMAIN", dns.RcodeToString[m.Rcode])
	}
	if m := exchange(t, s, "udp", query("example.test.", "AXFR")); m.Rcode != dns.RcodeRefused {
		t.Errorf("a transfer: %s, want REFUSED", dns.RcodeToString[m.Rcode])
	}
}

func TestATruncatedReplyIsAskedForAgainByTCP(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	upstream := resolver(t, func(w dns.ResponseWriter, r *dns.Msg) {
		asked.Add(1)
		m := txt(r, "whole")
		if w.RemoteAddr().Network() == "udp" {
			m.Answer, m.Truncated = nil, true
		}
		_ = w.WriteMsg(m)
	})
	s := start(t, withUpstream(upstream))
	m := exchange(t, s, "udp", query("example.test.", "TXT"))
	if got, want := sections(m.Answer), `example.test. TXT "whole"`; got != want || m.Truncated {
		t.Errorf("answered %s, TC %t, want %s", got, m.Truncated, want)
	}
	if asked.Load() != 2 {
		t.Errorf("the upstream was asked %d times, want 2", asked.Load())
	}
}

func TestWhatTheUpstreamSaysIsPassedOn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reply func(r *dns.Msg) *dns.Msg
		edns  bool
		want  int
	}{
		"no such name":      {func(r *dns.Msg) *dns.Msg { return new(dns.Msg).SetRcode(r, dns.RcodeNameError) }, false, dns.RcodeNameError},
		"failure":           {func(r *dns.Msg) *dns.Msg { return new(dns.Msg).SetRcode(r, dns.RcodeServerFailure) }, false, dns.RcodeServerFailure},
		"extended code":     {extendedCode, true, dns.RcodeBadCookie},
		"one that has none": {extendedCode, false, dns.RcodeServerFailure},
		"another question": {func(r *dns.Msg) *dns.Msg {
			m := txt(r, "other")
			m.Question[0].Name = "other.test."
			return m
		}, false, dns.RcodeServerFailure},
		"a query":     {func(r *dns.Msg) *dns.Msg { m := txt(r, "echo"); m.Response = false; return m }, false, dns.RcodeServerFailure},
		"no question": {func(r *dns.Msg) *dns.Msg { m := txt(r, ""); m.Question = nil; return m }, false, dns.RcodeServerFailure},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, withUpstream(resolver(t, func(w dns.ResponseWriter, r *dns.Msg) { _ = w.WriteMsg(test.reply(r)) })))
			q := query("example.test.", "TXT")
			if test.edns {
				q.SetEdns0(1232, false)
			}
			if m := exchange(t, s, "udp", q); m.Rcode != test.want || len(m.Answer) > 0 {
				t.Errorf("answered %v, want %s alone", m, dns.RcodeToString[test.want])
			}
		})
	}
}

func extendedCode(r *dns.Msg) *dns.Msg {
	return new(dns.Msg).SetRcode(r, dns.RcodeBadCookie).SetEdns0(1232, false)
}

func TestAnUpstreamThatIsNotThereIsAServerFailure(t *testing.T) {
	t.Parallel()
	gone, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = gone.Close()
	s := start(t, withUpstream(gone.LocalAddr().String()))
	if m := exchange(t, s, "udp", query("example.test.", "TXT")); m.Rcode != dns.RcodeServerFailure {
		t.Errorf("answered %s, want SERVFAIL", dns.RcodeToString[m.Rcode])
	}
}
