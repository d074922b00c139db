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
	"github.com/fakemx/fakemx/e2e/internal/sendmail"
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
// and keeps what it says.
func asked(ctx SpecContext, name, client string) sighting {
	GinkgoHelper()
	scenario := scenarios.MustGet(name)
	peer := fakemx.Start(GinkgoT(), scenario)
	seen := sighting{client: curious(client)}
	w := watch{scenario, peer.PKI(), peer.CAFile()}
	seen.result = w.run(ctx, seen.client, peer)
	var err error
	seen.session, err = peer.WaitSession(ctx)
	Expect(err).NotTo(HaveOccurred())
	remember(recording{name, sayings(scenario, []sighting{seen}, nil)})
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
		all = append(all, f.What+" "+f.Certificate)
	}
	return all
}

var _ = Describe("what a certificate points to", Label("revocation"), func() {
	DescribeTable("is fetched, as the record shows, by",
		func(ctx SpecContext, client, scenario string, want conduct, says, fetches string) {
			seen := asked(ctx, scenario, client)
			Expect(seen.conduct()).To(Equal(want), seen.String())
			Expect(strings.Join(seen.result.Errors, "\n")).To(ContainSubstring(says), seen.result.Output)
			if fetches == "" {
				Expect(fetched(seen.session)).To(BeEmpty())
			} else {
				Expect(fetched(seen.session)).To(ContainElement(fetches))
			}
		},
		func(client, scenario string, _ conduct, _, _ string) string { return client + " of " + scenario },
		Entry(nil, "openssl-checking", "revoked", refused, "certificate revoked", "crl "+leaf, SpecTimeout(time.Minute)),
		Entry(nil, "openssl-checking", "revocation-unreachable", refused, "unable to get certificate CRL", "", SpecTimeout(time.Minute)),
		Entry(nil, "gnutls-cli-checking", "revoked", refused, "revoked", "ocsp "+leaf, SpecTimeout(time.Minute)),
		Entry(nil, "go-chasing", "missing-intermediate-with-url", content, "", "issuer "+leaf, SpecTimeout(time.Minute)),
		Entry(nil, "go-chasing", "missing-intermediate", refused, "unknown authority", "", SpecTimeout(time.Minute)),
	)

	It("is an OCSP responder that says revoked to openssl ocsp, too", func() {
		peer := fakemx.Start(GinkgoT(), scenarios.MustGet("revoked"))
		files := certificates(peer.PKI(), leaf, issuer)
		//nolint:gosec // the words are ours
		out, err := exec.Command("openssl", "ocsp", "-issuer", files[1], "-cert", files[0],
			"-url", peer.PKI().Certificate(leaf).Parsed.OCSPServer[0], "-CAfile", peer.CAFile()).CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(out))
		Expect(string(out)).To(ContainSubstring("Response verify OK"))
		Expect(string(out)).To(ContainSubstring(files[0] + ": revoked"))
	})

	// A sendmail with confCRL wants a CRL of every issuer in every chain.
	DescribeTable("is missed by a sendmail with confCRL that has the CRLs of",
		func(ctx SpecContext, scenario string, issuers []string, says string) {
			requireSendmail()
			peer := fakemx.Start(GinkgoT(), scenarios.MustGet(scenario))
			files, err := peer.Files()
			Expect(err).NotTo(HaveOccurred())
			r := send(ctx, peer, sendmail.Options{
				CAFile: files.CA, CAPath: files.CADir,
				Config: []string{"define(`confCRL', `" + crls(peer.PKI(), issuers...) + "')dnl"},
			})
			r.logs("verify=FAIL")
			r.logs("verifymsg=" + says)
			Expect(r.delivered().With).To(Equal("ESMTPS"))
		},
		func(scenario string, issuers []string, says string) string {
			return strings.Join(issuers, " and ") + ": " + says
		},
		Entry(nil, "revoked", []string{root, issuer}, "certificate revoked", SpecTimeout(time.Minute)),
		Entry(nil, "revocation-unreachable", []string{root}, "unable to get certificate CRL", SpecTimeout(time.Minute)),
	)
})

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
