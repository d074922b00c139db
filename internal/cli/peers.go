package cli

import (
	"errors"
	"fmt"
	"net"
	"syscall"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/stage"
)

// explain adds the mend to what cannot be started, in the terms of the flag that
// it comes from.
func (p plan) explain(err error) error {
	_, ofPolicyHost := errors.AsType[*stage.PolicyHostError](err)
	_, ofReports := errors.AsType[*stage.ReportsError](err)
	_, ofDNS := errors.AsType[*stage.DNSError](err)
	if of, ok := errors.AsType[*fakemx.ConfigError](err); ok && of.Error() == err.Error() {
		err = of.Err // the command has flags, and no such field
		if ofDNS {
			err = fmt.Errorf("DNS server: %w", err)
		}
	}
	switch {
	case ofPolicyHost:
		return explainPolicyHost(err)
	case ofReports:
		return explainReports(err)
	case ofDNS:
		return explainDNS(err)
	case p.network != nil:
		return p.network.explainBind(err)
	}
	return explainBind(err)
}

// explainBind adds the mend to an address that cannot be had.
func explainBind(err error) error {
	switch {
	case !cannotListen(err):
		return err
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%w; choose another with --listen or --smtps, port 0 picks a free one", err)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("%w; ports below 1024 need privileges, --listen 127.0.0.1:2525 does not", err)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%w; choose an address of this machine with --listen", err)
	}
	return err
}

// cannotListen says whether an error is about an address, and not about a file.
func cannotListen(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "listen"
}
