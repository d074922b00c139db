package e2e_test

import (
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/e2e/internal/clients"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// leaf and issuer are the names in the recipes of the peer's certificate and of
// the one that issued it.
const (
	leaf   = "leaf"
	issuer = "intermediate"
	root   = "root"
)

// asked plays a scenario to one of the clients that ask others than the peer,
// and keeps what it says. Issuers are those whose CRLs the client has; if there
// are none, it fetches what it wants.
func asked(ctx SpecContext, name, client string, issuers []string) sighting {
	GinkgoHelper()
	scenario := scenarios.MustGet(name)
	peer := fakemx.Start(GinkgoT(), scenario)
	seen := sighting{client: curious(client)}
	w := watch{scenario: scenario, pki: peer.PKI(), caFile: peer.CAFile()}
	if len(issuers) > 0 {
		w.crlFile = crls(peer.PKI(), issuers...)
	}
	seen.result = w.run(ctx, seen.client, peer)
	var err error
	seen.session, err = peer.WaitSession(ctx)
	Expect(err).NotTo(HaveOccurred())
	remember(recordingOf(scenario, []sighting{seen}))
	return seen
}

func curious(name string) clients.Client {
	GinkgoHelper()
	for _, c := range clients.Curious() {
		if c.Name == name {
			if reason, ok := c.Available(); !ok {
				Skip(reason)
			}
			return c
		}
	}
	Fail("there is no client " + name)
	return clients.Client{}
}

// fetched are the kinds of what a client fetched about the peer's certificate.
func fetched(s fakemx.Session) []string {
	var all []string
	for _, f := range s.Fetches {
		all = append(all, string(f.What)+" "+f.Certificate)
	}
	return all
}

var _ = Describe("what a certificate points to", Label("revocation"), func() {
	const none = ""

	DescribeTable("is asked for, as the record shows, by",
		func(ctx SpecContext, client, scenario string, issuers []string, want conduct, says, fetches string) {
			seen := asked(ctx, scenario, client, issuers)
			Expect(seen.conduct()).To(Equal(want), seen.String())
			Expect(strings.Join(seen.result.Errors, "\n")).To(ContainSubstring(says), seen.result.Output)
			if fetches == none {
				Expect(fetched(seen.session)).To(BeEmpty())
			} else {
				Expect(fetched(seen.session)).To(ContainElement(fetches))
			}
		},
		asks("openssl-checking", "revoked", nil, refused, "certificate revoked", "crl "+issuer),
		asks("openssl-checking", "revoked-crl-only", nil, refused, "certificate revoked", "crl "+issuer),
		asks("openssl-checking", "crl-expired", nil, refused, "CRL has expired", "crl "+issuer),
		asks("openssl-checking", "crl-bad-signature", nil, refused, "CRL signature failure", "crl "+issuer),
		asks("openssl-checking", "revocation-unreachable", []string{root}, refused, "unable to get certificate CRL", none),
		asks("gnutls-cli-checking", "revoked", nil, refused, "revoked", "ocsp "+leaf),
		asks("go-chasing", "missing-intermediate-with-url", nil, content, "", "issuer "+issuer),
		asks("go-chasing", "missing-intermediate", nil, refused, "unknown authority", none),
		// Sendmail looks into the file that confCRL names, says what it misses
		// there, and goes on.
		asks("sendmail-checking", "revoked", []string{issuer, root}, content, "certificate revoked", none),
		asks("sendmail-checking", "revocation-unreachable", []string{root}, content, "reason=unable to get certificate CRL", none),
	)

	It("is an OCSP responder that says revoked to openssl ocsp, too", func() {
		peer := fakemx.Start(GinkgoT(), scenarios.MustGet("revoked"))
		files := certificates(peer.PKI(), leaf, issuer)
		out, err := exec.Command("openssl", "ocsp", "-issuer", files[1], "-cert", files[0],
			"-url", peer.PKI().Certificate(leaf).Parsed.OCSPServer[0], "-CAfile", peer.CAFile()).CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(out))
		Expect(string(out)).To(ContainSubstring("Response verify OK"))
		Expect(string(out)).To(ContainSubstring(files[0] + ": revoked"))
	})
})

func asks(client, scenario string, issuers []string, want conduct, says, fetches string) TableEntry {
	return Entry(client+" of "+scenario, Offset(1), client, scenario, issuers, want, says, fetches, SpecTimeout(time.Minute))
}

// certificates writes certificates of a PKI and returns their paths.
func certificates(pki *certgen.PKI, names ...string) []string {
	GinkgoHelper()
	dir := GinkgoT().TempDir()
	var paths []string
	for _, name := range names {
		path := filepath.Join(dir, name+".pem")
		Expect(os.WriteFile(path, pki.Certificate(name).PEM(), 0o600)).To(Succeed())
		paths = append(paths, path)
	}
	return paths
}

// crls writes one file with the CRLs of some issuers and returns its path. That
// of the leaf's issuer lists the leaf.
func crls(pki *certgen.PKI, issuers ...string) string {
	GinkgoHelper()
	var text []byte
	for _, name := range issuers {
		options := certgen.CRLOptions{}
		if name == issuer {
			options.Revoked = []string{leaf}
		}
		der, err := pki.CRL(name, options)
		Expect(err).NotTo(HaveOccurred())
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})...)
	}
	path := filepath.Join(GinkgoT().TempDir(), "crls.pem")
	Expect(os.WriteFile(path, text, 0o600)).To(Succeed())
	return path
}
