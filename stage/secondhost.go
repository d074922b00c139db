package stage

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"path/filepath"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// secondAddress is that of a scenario's second host, or that at which nobody
// answers: the IP address after that of the peer, with the same port.
func secondAddress(peer string) (netip.AddrPort, error) {
	_, port, _ := net.SplitHostPort(peer)
	next := addressOf(peer).Unmap().WithZone("").Next()
	return netip.ParseAddrPort(net.JoinHostPort(next.String(), port))
}

// startSecond starts what is at the scenario's second address. Without a DNS
// nothing leads there.
func (p *Peer) startSecond(c fakemx.Config) error {
	at, _ := c.Scenario.SecondAddress()
	if at == "" || p.stage.config.DNS == "" {
		return nil
	}
	address, err := secondAddress(p.Addr())
	if err != nil {
		return err
	}
	switch at {
	case scenarios.AtSecondHost:
		c.Scenario = p.Scenario().AsSecondHost()
		c.Listen, c.Listener, c.SMTPS, c.Hostname = address.String(), nil, "", ""
		if c.PKIDir != "" {
			c.PKIDir = filepath.Join(c.PKIDir, string(at))
		}
		p.second, err = fakemx.New(c)
	case scenarios.AtFiltered:
		p.filter, err = dropConnections(address)
	default: // nobody is there
	}
	return err
}

// SecondHost returns the server that plays the scenario's second host; nil if
// there is none.
func (p *Peer) SecondHost() *fakemx.Server { return p.second }

// secondPKI returns the certificates of the second host; nil as long as there
// is none.
func (p *Peer) secondPKI() *certgen.PKI {
	if p.second == nil {
		return nil
	}
	return p.second.PKI()
}

// endSecond ends what is at the second address.
func (p *Peer) endSecond(ctx context.Context) error {
	var errs []error
	if p.second != nil {
		_ = p.second.Shutdown(ctx)
		errs = append(errs, p.second.Close()) // the same error, without that of ctx
	}
	if p.filter != nil {
		errs = append(errs, p.filter.Close())
	}
	return errors.Join(errs...)
}

// A filter is an address at which requests for connections are dropped.
type filter = io.Closer
