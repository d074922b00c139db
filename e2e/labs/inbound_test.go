package labs_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/e2e/internal/lab"
)

// A visit is what a client with some certificate, or none, meets.
type visit struct {
	// shows is none, untrusted or expired: of an authority that the mail server
	// trusts.
	shows string
	// accepted: the message is taken. Says are words of the reply, of an alert
	// in TLS 1.2, of the Received field or of the log, regular expressions all.
	accepted bool
	says     []string
}

// An inbound lab is a mail server that asks for a client certificate.
type inbound struct {
	mta    lab.MTA
	policy string
	visits []visit
}

var inbounds = []inbound{
	{lab.Postfix, "asks", []visit{
		{"none", true, []string{`\(Client did not present a certificate\)`, `Anonymous TLS connection established from`}},
		{"untrusted", true, []string{`\(Client CN "untrusted client", Issuer "untrusted client" \(not verified\)\)`, `Untrusted TLS connection established from`}},
		{"expired", true, []string{`\(Client CN "expired client", Issuer "fakemx TEST ONLY root" \(not verified\)\)`, `Untrusted TLS connection established from`}},
	}},
	{lab.Postfix, "requires", []visit{
		{"none", false, []string{`421 4\.7\.1 .*Error: No client certificate presented`}},
		{"untrusted", false, []string{`421 4\.7\.1 .*Error: Client certificate not trusted`}},
		{"expired", false, []string{`421 4\.7\.1 .*Error: Client certificate not trusted`}},
	}},
	{lab.Sendmail, "asks", []visit{
		{"none", true, []string{`\(version=TLSv1\.3 cipher=\S+ bits=\d+ verify=NO\)`, `STARTTLS=server, .*verify=NO`}},
		{"untrusted", true, []string{`\(version=TLSv1\.3 cipher=\S+ bits=\d+ verify=FAIL\)`, `STARTTLS=server, .*verify=FAIL`}},
		{"expired", true, []string{`\(version=TLSv1\.3 cipher=\S+ bits=\d+ verify=FAIL\)`, `STARTTLS=server, .*verify=FAIL`}},
	}},
	{lab.Sendmail, "requires", []visit{
		{"none", false, []string{`454 4\.7\.0`}}, {"untrusted", false, []string{`454 4\.7\.0`}}, {"expired", false, []string{`454 4\.7\.0`}},
	}},
	{lab.Exim, "asks", []visit{
		{"none", true, []string{`\(TLS1\.3\) tls \S+`, `P=esmtps X=TLS1\.3:\S+ CV=no`}},
		{"untrusted", true, []string{`\(TLS1\.3\) tls \S+`, `CV=no DN="CN=untrusted client"`}},
		{"expired", true, []string{`\(TLS1\.3\) tls \S+`, `CV=no DN="CN=expired client"`}},
	}},
	{lab.Exim, "requires", []visit{
		{"none", false, []string{`TLS error on connection .* \(gnutls_handshake\): Certificate is required`, `alert decode error`}},
		{"untrusted", false, []string{`TLS error on connection .* \(certificate verification failed\)`}},
		{"expired", false, []string{`TLS error on connection .* \(certificate verification failed\)`}},
	}},
	{lab.OpenSMTPD, "opportunistic", []visit{ // it never asks
		{"none", true, []string{`\(TLSv1\.3:\S+:256:NO\)`}},
		{"untrusted", true, []string{`\(TLSv1\.3:\S+:256:NO\)`}},
		{"expired", true, []string{`\(TLSv1\.3:\S+:256:NO\)`}},
	}},
	{lab.OpenSMTPD, "requires", []visit{
		{"none", false, []string{`reason="io-error: handshake failed: .*peer did not return a certificate`, `alert handshake failure`}},
		{"untrusted", false, []string{`reason="io-error: handshake failed: .*certificate verify failed`, `alert unknown ca`}},
		{"expired", false, []string{`reason="io-error: handshake failed: .*certificate verify failed`, `alert certificate expired`}},
	}},
}

var _ = Describe("a mail server that looks at client certificates", func() {
	for _, in := range inbounds {
		Describe(in.mta.Name+" "+in.policy, Ordered, func() {
			var p lab.Project
			BeforeAll(func(ctx SpecContext) {
				p = project(apart, in.mta, in.policy)
				Expect(p.Start(ctx)).To(Succeed())
				DeferCleanup(p.Down)
			})
			for _, v := range in.visits {
				It("is shown "+v.shows, func(ctx SpecContext) {
					said, accepted := call(ctx, p, v.shows)
					Expect(accepted).To(Equal(v.accepted), said)
					for _, words := range v.says {
						Eventually(func() (string, error) { return gathered(ctx, p, said, v.shows) }).
							WithTimeout(20 * time.Second).WithPolling(300 * time.Millisecond).Should(MatchRegexp(words))
					}
				})
			}
		})
	}
})

// call delivers with swaks, and returns its dialogue.
func call(ctx context.Context, p lab.Project, shows string) (said string, accepted bool) {
	swaks, err := exec.LookPath("swaks")
	if err != nil {
		Skip("swaks is not here; e2e/setup.sh gets it")
	}
	certificate := clientCertificate(ctx, p, shows)
	args := []string{
		"--server", p.Addr(), "--tls", "--from", "<>", "--to", "probe-" + shows + "@healthy.fakemx.test",
		"--helo", "client.fakemx.test", "--header", "Subject: " + shows, "--timeout", "20",
	}
	if certificate != "" {
		args = append(args, "--tls-cert", certificate, "--tls-key", certificate)
	}
	out, err := exec.CommandContext(ctx, swaks, args...).CombinedOutput()
	if err != nil {
		out = append(out, refused(ctx, p, certificate)...)
	}
	return string(out), err == nil
}

// refused is what openssl says of a handshake in TLS 1.2, in which a client
// hears of its certificate before it goes on.
func refused(ctx context.Context, p lab.Project, certificate string) []byte {
	args := []string{"s_client", "-starttls", "smtp", "-tls1_2", "-connect", p.Addr() + ":25"}
	if certificate != "" {
		args = append(args, "-cert", certificate, "-key", certificate)
	}
	cmd := exec.CommandContext(ctx, "openssl", args...)
	cmd.Stdin = strings.NewReader("QUIT\r\n")
	out, _ := cmd.CombinedOutput() // what it says is what counts
	return out
}

// gathered is all that is seen of a visit: the dialogue, the log, and the
// message as it reached the healthy peer.
func gathered(ctx context.Context, p lab.Project, said, shows string) (string, error) {
	log, err := p.Log(ctx)
	if err != nil {
		return "", err
	}
	message, err := p.Exec(ctx, "sh", "-c", "grep -lr '^Subject: "+shows+"' /peers/messages/healthy/new | xargs -r cat")
	if err != nil {
		return "", err
	}
	unfolded := strings.NewReplacer("\r\n\t", " ", "\r\n ", " ", "\n\t", " ", "\n ", " ").Replace(message)
	return said + "\n" + strings.Join(log, "\n") + "\n" + unfolded, nil
}

// clientCertificate is a file with a certificate and its key, or empty for none.
// An untrusted one has signed itself, an expired one is of the healthy peer's
// root, whom every mail server of a lab trusts.
func clientCertificate(ctx context.Context, p lab.Project, shows string) string {
	GinkgoHelper()
	if shows == "none" {
		return ""
	}
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	Expect(err).NotTo(HaveOccurred())
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: shows + " client"},
		NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	issuer, issuerKey := template, crypto.PrivateKey(signer)
	if shows == "expired" {
		template.NotAfter = time.Now().Add(-time.Second)
		root := authority(ctx, p)
		issuer, issuerKey = root.Leaf, root.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, signer.Public(), issuerKey)
	Expect(err).NotTo(HaveOccurred())
	key, err := x509.MarshalPKCS8PrivateKey(signer)
	Expect(err).NotTo(HaveOccurred())
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	text = append(text, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
	path := filepath.Join(GinkgoT().TempDir(), "client.pem")
	Expect(os.WriteFile(path, text, 0o600)).To(Succeed())
	return path
}

// authority is the root of the peers with its key.
func authority(ctx context.Context, p lab.Project) tls.Certificate {
	GinkgoHelper()
	text, err := p.Exec(ctx, "sh", "-c", "cat /peers/pki/anchors/fakemx-test-only-root-*.json")
	Expect(err).NotTo(HaveOccurred())
	var kept struct {
		PEM string `json:"pem"`
	}
	Expect(json.Unmarshal([]byte(text), &kept)).To(Succeed())
	root, err := tls.X509KeyPair([]byte(kept.PEM), []byte(kept.PEM))
	Expect(err).NotTo(HaveOccurred())
	return root
}
