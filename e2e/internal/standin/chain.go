package standin

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// An authority is a certificate with its key.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// makeChain makes leaf and intermediate, and writes the root below dir.
func makeChain(dir string) (chain tls.Certificate, caFile string, err error) {
	root, err := issue(authority{}, "stand-in root", true)
	if err != nil {
		return chain, "", err
	}
	intermediate, err := issue(root, "stand-in intermediate", true)
	if err != nil {
		return chain, "", err
	}
	leaf, err := issue(intermediate, "mx.standin.test", false)
	if err != nil {
		return chain, "", err
	}
	chain.Certificate = [][]byte{leaf.certificate.Raw, intermediate.certificate.Raw}
	chain.PrivateKey = leaf.key
	caFile = filepath.Join(dir, "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.certificate.Raw})
	return chain, caFile, os.WriteFile(caFile, text, 0o600)
}

// issue makes a certificate; one without an issuer signs itself.
func issue(issuer authority, name string, ca bool) (authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return authority{}, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(time.Now().UnixNano()),
		Subject:               pkix.Name{CommonName: name, Organization: []string{"TEST ONLY"}},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		IsCA:                  ca,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature,
	}
	if ca {
		template.KeyUsage = x509.KeyUsageCertSign
	} else {
		template.DNSNames = []string{name, "localhost"}
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	if issuer.key == nil {
		issuer = authority{template, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer.certificate, &key.PublicKey, issuer.key)
	if err != nil {
		return authority{}, err
	}
	certificate, err := x509.ParseCertificate(der)
	return authority{certificate, key}, err
}
