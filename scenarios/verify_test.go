package scenarios

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/fakemx/fakemx/certgen"
)

// builtAt is when all PKIs of these tests are made and looked at.
var builtAt = time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)

// build makes a scenario's PKI.
func build(t *testing.T, s Scenario) *certgen.PKI {
	t.Helper()
	return buildWith(t, s, s.Vars(nil, nil))
}

// buildWith makes it with other values of the placeholders.
func buildWith(t *testing.T, s Scenario, vars map[string][]string) *certgen.PKI {
	t.Helper()
	pki, err := certgen.Build(s.Peer.PKI, certgen.Options{
		Now:  func() time.Time { return builtAt },
		Keys: certgen.SeededKeys("scenarios"),
		Vars: vars,
	})
	if err != nil {
		t.Fatal(err)
	}
	return pki
}

// A verifier judges what a peer sends, by the trust anchors a client is given.
// The verdict is "ok" or the kind of refusal, in words that do not change from
// one release of the verifier to the next.
type verifier struct {
	name   string
	verify func(t *testing.T, pki *certgen.PKI, set, reference string) string
	more   []string // options of openssl
}

// verifiers are those that this machine has.
func verifiers(t *testing.T) []verifier {
	list := []verifier{{name: "go", verify: verifyGo}}
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Log("openssl is not installed: only Go's verifier is asked")
		return list
	}
	return append(list, openSSL("openssl"), openSSL("strict", "-x509_strict"))
}

// verifyGo is crypto/x509.
func verifyGo(t *testing.T, pki *certgen.PKI, set, reference string) string {
	t.Helper()
	roots, err := pki.RootsOf(set)
	if err != nil {
		t.Fatal(err)
	}
	return goVerdict(pki, roots, reference)
}

// goVerdict is crypto/x509 with these roots.
func goVerdict(pki *certgen.PKI, roots *x509.CertPool, reference string) string {
	var chain []*x509.Certificate
	for _, der := range pki.Chain() {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return "unreadable"
		}
		chain = append(chain, c)
	}
	if len(chain) == 0 {
		return "empty"
	}
	pool := x509.NewCertPool()
	for _, c := range chain[1:] {
		pool.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{
		DNSName: reference, Roots: roots, Intermediates: pool, CurrentTime: builtAt,
	})
	return goKind(err)
}

// goKind is the type of an error of crypto/x509, with the reason where that is
// a number.
func goKind(err error) string {
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		return fmt.Sprintf("CertificateInvalidError(%d)", invalid.Reason)
	}
	// An InsecureAlgorithmError hides in what an UnknownAuthorityError hints at.
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "UnknownAuthorityError"
	}
	if _, ok := errors.AsType[x509.InsecureAlgorithmError](err); ok {
		return "InsecureAlgorithmError"
	}
	if err == nil {
		return "ok"
	}
	return fmt.Sprintf("%T", err)
}

// openSSL is openssl verify with more options; -x509_strict is what Python 3.13
// asks for.
func openSSL(name string, more ...string) verifier {
	return verifier{name: name, more: more, verify: func(t *testing.T, pki *certgen.PKI, set, reference string) string {
		t.Helper()
		dir := t.TempDir()
		write(t, dir, "ca.pem", toPEM(anchors(t, pki, set)))
		return opensslVerdict(t, pki, dir, reference, more...)
	}}
}

var opensslError = regexp.MustCompile(`(?m)^error (\d+) at`)

// opensslVerdict is openssl verify with the ca.pem of a folder, at the security
// level of Debian's TLS clients. It goes on past an error, so the first one is
// the reason.
func opensslVerdict(t *testing.T, pki *certgen.PKI, trusted, reference string, more ...string) string {
	t.Helper()
	chain := pki.Chain()
	if len(chain) == 0 {
		return "empty"
	}
	dir := t.TempDir()
	write(t, dir, "leaf.pem", toPEM(chain[:1]))
	option := "-verify_hostname"
	if net.ParseIP(reference) != nil {
		option = "-verify_ip"
	}
	args := append([]string{
		"verify", "-no-CApath", "-no-CAstore", "-CAfile", filepath.Join(trusted, "ca.pem"),
		"-purpose", "sslserver", "-auth_level", "2", "-attime", strconv.FormatInt(builtAt.Unix(), 10),
		option, reference,
	}, more...)
	if len(chain) > 1 {
		write(t, dir, "chain.pem", toPEM(chain[1:]))
		args = append(args, "-untrusted", "chain.pem")
	}
	cmd := exec.Command("openssl", append(args, "leaf.pem")...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if found := opensslError.FindSubmatch(out); found != nil {
		return string(found[1])
	}
	if err != nil {
		t.Fatalf("openssl verify: %v\n%s", err, out)
	}
	return "ok"
}

// anchors are the certificates of a trust set, or of the default one.
func anchors(t *testing.T, pki *certgen.PKI, set string) [][]byte {
	t.Helper()
	names := pki.Recipe().Trust
	if set != "" {
		names = pki.Recipe().TrustSets[set]
	}
	ders, err := pki.ChainOf(names...)
	if err != nil {
		t.Fatal(err)
	}
	return ders
}

func write(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func toPEM(ders [][]byte) []byte {
	var out bytes.Buffer
	for _, der := range ders {
		_ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	}
	return out.Bytes()
}
