package stage

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/fakemx/fakemx/certgen"
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
	places, err := s.places()
	if err != nil {
		return &DNSError{inTermsOf(err)}
	}
	keys, err := s.zoneKeys()
	if err == nil {
		s.dns, err = mxdns.New(mxdns.Config{
			Listen: s.config.DNS, Mode: s.config.DNSMode, Upstream: s.config.Upstream, Keys: keys,
			Zones: zonesFor(places, addressOf(s.config.DNS), s.stsPlace(), s.reportsPlace()), Now: s.config.Now,
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
	case of.Field == "Mode":
		return field("DNSMode", "%w", of.Err)
	}
	return field(of.Field, "%w", of.Err)
}

// addressOf is the IP address of an address, host:port; unspecified if it has
// none.
func addressOf(address string) netip.Addr {
	host, _, _ := net.SplitHostPort(address)
	addr, err := netip.ParseAddr(host)
	if err != nil && host == "" {
		return netip.IPv6Unspecified()
	}
	return addr
}

// places are where the peers are, and where those are going to be that are
// played later.
func (s *Stage) places() ([]place, error) {
	var places []place
	add := func(p place, address string) error {
		addr := addressOf(address)
		host, _, _ := net.SplitHostPort(address)
		switch {
		case !addr.IsValid():
			return fmt.Errorf("with a DNS, peers need IP addresses, not names such as %q", host)
		case addr.IsUnspecified():
			return fmt.Errorf("with a DNS, peers need addresses that a client can connect to, not %q; listen on a specific one", host)
		}
		p.addr = addr.Unmap().WithZone("")
		if at, _ := p.scenario.SecondAddress(); at != "" {
			second, err := secondAddress(address)
			if err != nil {
				return err
			}
			p.second = second.Addr()
		}
		places = append(places, p)
		return nil
	}
	for _, p := range s.peers {
		if err := add(place{scenario: p.Scenario(), pki: p.PKI, secondPKI: p.secondPKI}, p.Addr()); err != nil {
			return nil, err
		}
	}
	for _, c := range s.config.Later {
		name := c.Scenario.Name
		p := place{scenario: c.Scenario, pki: s.pkiOf(name, func(p *Peer) *certgen.PKI { return p.PKI() }), secondPKI: s.pkiOf(name, (*Peer).secondPKI)}
		if err := add(p, c.Listen); err != nil {
			return nil, err
		}
	}
	return places, nil
}

// pkiOf returns certificates of a peer that is played later; nil as long as it
// is not.
func (s *Stage) pkiOf(name string, of func(*Peer) *certgen.PKI) func() *certgen.PKI {
	return func() *certgen.PKI {
		if p := s.Peer(name); p != nil {
			return of(p)
		}
		return nil
	}
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
// only peer at that IP address. The name of a policy host, such as
// mta-sts.NAME.fakemx.test, leads to the policy host, if there is one, and those
// of hosts that take TLS reports lead there. Port 465 connects to the peer's SMTPSAddr, if
// it has one; any other port connects to its Addr. Use it as a mailer's dial
// function. It makes no DNS queries.
func (s *Stage) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if policies, ok, err := s.policyHostAt(host); ok && err != nil {
		return nil, err
	} else if ok {
		return new(net.Dialer).DialContext(ctx, network, policies)
	}
	if s.takesReports(host) {
		return new(net.Dialer).DialContext(ctx, network, s.reports.Addr())
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
		case strings.ToLower(scenario.Hostname()), scenario.Domain():
			return p, nil
		case own:
			found = append(found, p)
		}
		if _, second := scenario.SecondAddress(); name == strings.ToLower(second) && p.second != nil {
			return &Peer{Server: p.second, stage: s}, nil
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
