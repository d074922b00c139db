package engine

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx/internal/engine/legacy"
	"github.com/fakemx/fakemx/scenarios"
)

// A server_name has no dot at its end (RFC 6066 section 3). OpenSSL's servers
// put up with one. crypto/tls ends such a session with decode_error, whatever
// its configuration, and since the ClientHello is a part of what both sides
// hash, it cannot be mended on its way. So the legacy engine conducts these
// handshakes, in TLS 1.2, wherever it can play the peer.

// readHello reads a ClientHello that crypto/tls refused; nil if there is none.
func readHello(records []byte) *ClientHello {
	h, err := legacy.ReadClientHello(bytes.NewReader(records))
	if err != nil {
		return nil
	}
	return legacyHello(h)
}

func endsInDot(h *ClientHello) bool { return h != nil && strings.HasSuffix(h.ServerName, ".") }

func dotRemark(h *ClientHello) string {
	return fmt.Sprintf("the client's SNI %q ends in a dot, against RFC 6066 section 3", h.ServerName)
}

// dottedEngine is the legacy engine for a peer, nil if that has settings which
// only crypto/tls can play.
func dottedEngine(t scenarios.TLS, pki *certgen.PKI, certificate tls.Certificate, o Options) *legacyEngine {
	records, ok := dottedRecords(t.Records)
	if !ok || t.WithoutSNI != nil || t.Staple != "" || len(t.ALPN) > 0 || t.MaxClientHello > 0 || t.VersionIntolerant {
		return nil
	}
	t.Legacy = &scenarios.Legacy{}
	t.CipherSuites = dottedSuites(t.CipherSuites, certificate)
	e, err := newLegacy(t, pki, certificate, o)
	if err != nil {
		return nil
	}
	e.config.NameWarnings = records.WarningAlerts
	if records.OneByte {
		e.config.FragmentHandshake = 1
	}
	return e
}

// dottedRecords are the alterations of a peer's records, and whether the legacy
// engine can make all of them.
func dottedRecords(r *scenarios.Records) (scenarios.Records, bool) {
	if r == nil {
		return scenarios.Records{}, true
	}
	known := scenarios.Records{OneByte: r.OneByte, WarningAlerts: r.WarningAlerts}
	return known, *r == known
}

// dottedSuites are the peer's suites that the legacy engine knows, or, if the
// peer leaves that to the library, those that every current client offers.
func dottedSuites(chosen []string, certificate tls.Certificate) []string {
	if len(chosen) > 0 {
		return slices.DeleteFunc(slices.Clone(chosen), func(name string) bool {
			_, err := legacy.SuiteID(name)
			return err != nil
		})
	}
	key, ok := certificate.PrivateKey.(crypto.Signer)
	if !ok {
		return nil
	}
	switch key.Public().(type) {
	case *ecdsa.PublicKey:
		return []string{
			"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
			"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
		}
	case *rsa.PublicKey:
		return []string{
			"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
			"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
		}
	}
	return nil
}

// takes reports whether the engine is one for this hello: its server_name ends
// in a dot, and it offers a version that the engine can do.
func (e *legacyEngine) takes(h *ClientHello) bool {
	return e != nil && endsInDot(h) && slices.ContainsFunc(h.Versions, func(v uint16) bool {
		return v >= e.config.MinVersion && v <= e.config.MaxVersion
	})
}

// resume is Handshake for a client whose first records have been read.
func (e *legacyEngine) resume(ctx context.Context, conn net.Conn, read []byte, h Hooks) (net.Conn, *Result) {
	wire, r := e.Handshake(ctx, &replay{Conn: conn, from: io.MultiReader(bytes.NewReader(read), conn)}, h)
	remark := dotRemark(r.ClientHello) + "; it gets TLS 1.2 at most"
	if wire != nil {
		r.Remark = remark
	} else {
		r.Err = fmt.Errorf("%s: %w", remark, r.Err)
	}
	return wire, r
}

// replay is a connection from which something has been read already.
type replay struct {
	net.Conn
	from io.Reader
}

func (r *replay) Read(p []byte) (int, error) { return r.from.Read(p) }
