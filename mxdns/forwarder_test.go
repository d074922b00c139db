package mxdns

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// The end of the server does not wait for an upstream that says nothing.
func TestTheEndOfTheServerEndsForwarding(t *testing.T) {
	t.Parallel()
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	ctx, cancel := context.WithCancel(t.Context())
	f, err := newForwarder(ctx, silent.LocalAddr().String(), netip.MustParseAddrPort("127.0.0.1:53"))
	if err != nil {
		t.Fatal(err)
	}
	f.timeout = time.Hour
	reply := make(chan *dns.Msg)
	go func() { reply <- f.ask(new(dns.Msg).SetQuestion("example.test.", dns.TypeMX), true) }()
	if _, _, err := silent.ReadFrom(make([]byte, dns.MinMsgSize)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if m := <-reply; m != nil {
		t.Errorf("the reply is %v, want none", m)
	}
}

// Who asks faster than an upstream answers does not fill the memory.
func TestForwardedQueriesAreLimited(t *testing.T) {
	t.Parallel()
	f := &forwarder{ctx: t.Context(), upstream: "127.0.0.1:1", timeout: time.Hour, slots: make(chan struct{}, 1)}
	f.slots <- struct{}{}
	r := new(dns.Msg).SetQuestion("example.test.", dns.TypeMX)
	m := new(dns.Msg).SetReply(r)
	f.forward(m, r, &extension{}, true)
	if m.Rcode != dns.RcodeServerFailure || len(f.slots) != 1 {
		t.Errorf("%s with %d slots taken, want SERVFAIL and the one of before", dns.RcodeToString[m.Rcode], len(f.slots))
	}
}
