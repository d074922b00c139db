package engine

import (
	"context"
	"net"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/scenarios"
)

// alternating is the engine of a peer that is several nodes behind one name, of
// which one has a chain of its own. Like such nodes, the two do not resume each
// other's sessions.
type alternating struct {
	usual, other Engine
	rule         scenarios.Alternate
}

func newAlternating(usual Engine, t scenarios.TLS, pki *certgen.PKI, o Options) (Engine, error) {
	rule := *t.Alternate
	certificate, err := pki.TLSCertificateOf(rule.Send...)
	if err != nil {
		return nil, err
	}
	other, err := newOne(t, pki, certificate, rule.Send, o)
	return &alternating{usual: usual, other: other, rule: rule}, err
}

// Handshake implements Engine.
func (a *alternating) Handshake(ctx context.Context, conn net.Conn, h Hooks) (net.Conn, *Result) {
	if !a.rule.Serves(h.Session) {
		return a.usual.Handshake(ctx, conn, h)
	}
	wire, r := a.other.Handshake(ctx, conn, h)
	r.Alternate = true
	return wire, r
}
