package mxdns

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// Limits on what is forwarded: how many queries at once, and how long one of
// them waits for a reply over UDP, and again over TCP.
const (
	maxForwarded   = 100
	forwardTimeout = 5 * time.Second
)

// A forwarder asks another resolver.
type forwarder struct {
	ctx      context.Context // ends with the server
	upstream string
	timeout  time.Duration
	slots    chan struct{}
}

// newForwarder checks the address of the upstream, which must not be our own.
func newForwarder(ctx context.Context, upstream string, own netip.AddrPort) (*forwarder, error) {
	address := upstream
	if _, err := netip.ParseAddr(upstream); err == nil {
		address = net.JoinHostPort(upstream, "53")
	}
	to, err := net.ResolveUDPAddr("udp", address)
	if err != nil || to.Port == 0 {
		return nil, badFieldf("Upstream", "expected the address of a resolver, such as 192.0.2.1 or 127.0.0.1:5353, got %q", upstream)
	}
	there := to.AddrPort()
	if there.Port() == own.Port() && (there.Addr().Unmap() == own.Addr() || own.Addr().IsUnspecified() && there.Addr().IsLoopback()) {
		return nil, badFieldf("Upstream", "%s is this server itself; use another resolver", upstream)
	}
	return &forwarder{ctx: ctx, upstream: to.String(), timeout: forwardTimeout, slots: make(chan struct{}, maxForwarded)}, nil
}

// forward asks the upstream what the client asked and takes over its reply. If
// there is none, or too much waits already, that is a server failure; so is a
// message that does not say that it is a reply (RFC 1035 section 4.1.1, QR), such
// as an echo of the query.
func (f *forwarder) forward(m, r *dns.Msg, extended *extension, datagram bool) {
	m.Rcode = dns.RcodeServerFailure
	select {
	case f.slots <- struct{}{}:
		defer func() { <-f.slots }()
	default:
		return
	}
	reply := f.ask(question(r), datagram)
	if reply == nil || !reply.Response || len(reply.Question) != 1 || !same(reply.Question[0], r.Question[0]) {
		return
	}
	m.Rcode, extended.code = reply.Rcode, extendedCode(reply)
	m.RecursionAvailable = reply.RecursionAvailable
	m.AuthenticatedData = reply.AuthenticatedData
	m.Authoritative = reply.Authoritative
	m.Answer, m.Ns = reply.Answer, reply.Ns
	for _, record := range reply.Extra {
		if record.Header().Rrtype != dns.TypeOPT { // it is for us, not for the client
			m.Extra = append(m.Extra, record)
		}
	}
}

// question is a query of our own for what the client asked.
func question(r *dns.Msg) *dns.Msg {
	ours := &dns.Msg{Question: r.Question}
	ours.Id = dns.Id()
	ours.RecursionDesired, ours.CheckingDisabled, ours.AuthenticatedData = r.RecursionDesired, r.CheckingDisabled, r.AuthenticatedData
	if opt := r.IsEdns0(); opt != nil {
		ours.SetEdns0(udpSize, opt.Do())
	}
	return ours
}

// ask uses the client's own transport, and TCP for a reply that was truncated.
func (f *forwarder) ask(query *dns.Msg, datagram bool) *dns.Msg {
	if datagram {
		reply, err := f.exchange("udp", query)
		if err != nil || !reply.Truncated {
			return reply
		}
	}
	reply, _ := f.exchange("tcp", query)
	return reply
}

// exchange returns nil with an error.
func (f *forwarder) exchange(network string, query *dns.Msg) (*dns.Msg, error) {
	ctx, cancel := context.WithTimeout(f.ctx, f.timeout)
	defer cancel()
	client := &dns.Client{Net: network, Timeout: f.timeout}
	conn, err := client.DialContext(ctx, f.upstream)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	// The library waits for the time limit only: the server's end closes the
	// connection under it.
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	reply, _, err := client.ExchangeWithConnContext(ctx, query, conn)
	if err != nil {
		return nil, err
	}
	return reply, nil
}

func same(a, b dns.Question) bool {
	return strings.EqualFold(a.Name, b.Name) && a.Qtype == b.Qtype && a.Qclass == b.Qclass
}
