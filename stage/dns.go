package stage

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/fakemx/fakemx/mxdns"
)

// A DNSError says that the DNS of a stage could not be started, and why.
type DNSError struct{ Err error }

// Error returns the cause.
func (e *DNSError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *DNSError) Unwrap() error { return e.Err }

// startDNS starts the DNS, if one is wanted.
func (s *Stage) startDNS() error {
	if s.config.DNS == "" {
		return nil
	}
	peers, err := s.places()
	if err == nil {
		s.dns, err = mxdns.New(mxdns.Config{
			Listen: s.config.DNS, Upstream: s.config.Upstream, Peers: peers, Now: s.config.Now,
			OnQuery: func(q mxdns.Query) { s.publish(Event{Query: &q}) },
		})
	}
	if err != nil {
		return &DNSError{inTermsOf(err)}
	}
	return nil
}

// inTermsOf names the field of Config from which a field of the DNS was set.
func inTermsOf(err error) error {
	of, ok := errors.AsType[*mxdns.ConfigError](err)
	switch {
	case !ok:
		return err
	case of.Field == "Listen":
		return field("DNS", "%w", of.Err)
	}
	return field(of.Field, "%w", of.Err)
}

// places are where the peers are, and where those are going to be that are
// played later.
func (s *Stage) places() ([]mxdns.Peer, error) {
	var peers []mxdns.Peer
	add := func(scenario, hostname, address string) error {
		host, _, _ := net.SplitHostPort(address)
		addr, err := netip.ParseAddr(host)
		if err != nil {
			return fmt.Errorf("with a DNS, peers need IP addresses, not names such as %q", host)
		}
		peers = append(peers, mxdns.Peer{Scenario: scenario, Hostname: hostname, Addrs: []netip.Addr{addr}})
		return nil
	}
	for _, p := range s.peers {
		if err := add(p.Scenario().Name, p.Scenario().Hostname(), p.Addr()); err != nil {
			return nil, err
		}
	}
	for _, c := range s.config.Later {
		if err := add(c.Scenario.Name, c.Scenario.Hostname(), c.Listen); err != nil {
			return nil, err
		}
	}
	return peers, nil
}

// DNS returns the DNS that leads to the peers; nil if there is none.
func (s *Stage) DNS() *mxdns.Server { return s.dns }

// errNoDNS is what a Resolver says without a DNS. To ask another one would let
// a test out of the house.
var errNoDNS = errors.New("the stage has no DNS; set Config.DNS")

// Resolver returns a resolver that asks the DNS of the stage, whatever the
// machine's configuration. Without [Config.DNS] every lookup fails.
func (s *Stage) Resolver() *net.Resolver {
	return &net.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			if s.dns == nil {
				return nil, errNoDNS
			}
			return new(net.Dialer).DialContext(ctx, network, s.dns.Addr())
		},
	}
}

// DialContext connects to the peer with the host name in the address, or to the
// only peer at that IP address. Port 465 connects to the peer's SMTPSAddr, if
// it has one; any other port connects to its Addr. Use it as a mailer's dial
// function. It makes no DNS queries.
func (s *Stage) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	p, err := s.peerAt(host)
	if err != nil {
		return nil, err
	}
	if smtps := p.SMTPSAddr(); port == "465" && smtps != "" {
		return new(net.Dialer).DialContext(ctx, network, smtps)
	}
	return p.DialContext(ctx, network, address)
}

// peerAt finds a peer by a host name, which is that of its MX record or its
// domain, or by an address.
func (s *Stage) peerAt(host string) (*Peer, error) {
	name := strings.ToLower(strings.TrimSuffix(host, "."))
	var found []*Peer
	for _, p := range s.Peers() {
		own, _, _ := net.SplitHostPort(p.Addr())
		scenario := p.Scenario()
		switch name {
		case strings.ToLower(scenario.Hostname()), scenario.Name + "." + mxdns.DefaultZone:
			return p, nil
		case own:
			found = append(found, p)
		}
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("no peer of the stage is at %q", host)
	case 1:
		return found[0], nil
	}
	return nil, fmt.Errorf("%d peers are at %s; dial them by name, or give each its own address with Config.Network", len(found), host)
}
