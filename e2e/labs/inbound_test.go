package labs_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
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
	// shows is none, untrusted or expired.
	shows string
	// accepted: the message is taken. Says are words of the reply, of the
	// Received field or of the log, regular expressions all.
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
		{"expired", true, []string{`\(Client CN "expired client", Issuer "expired client" \(not verified\)\)`, `Untrusted TLS connection established from`}},
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
		{"none", false, []string{`TLS error on connection .*`}}, {"untrusted", false, []string{`certificate verification failed`}}, {"expired", false, []string{`certificate verification failed`}},
	}},
	{lab.OpenSMTPD, "requires", []visit{
		{"none", false, []string{`reason=.*`}}, {"untrusted", false, []string{`reason=.*`}}, {"expired", false, []string{`reason=.*`}},
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
	args := []string{
		"--server", p.Addr(), "--tls", "--from", "<>", "--to", "probe-" + shows + "@healthy.fakemx.test",
		"--helo", "client.fakemx.test", "--header", "Subject: " + shows, "--timeout", "20",
	}
	if shows != "none" {
		cert, key := clientCertificate(shows)
		args = append(args, "--tls-cert", cert, "--tls-key", key)
	}
	out, err := exec.CommandContext(ctx, swaks, args...).CombinedOutput()
	return string(out), err == nil
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

// clientCertificate makes one that nobody has signed, which may be over.
func clientCertificate(shows string) (cert, key string) {
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	Expect(err).NotTo(HaveOccurred())
	over := time.Now().Add(time.Hour)
	if shows == "expired" {
		over = time.Now().Add(-time.Hour)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: shows + " client"},
		NotBefore: over.Add(-48 * time.Hour), NotAfter: over,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, signer.Public(), signer)
	Expect(err).NotTo(HaveOccurred())
	private, err := x509.MarshalPKCS8PrivateKey(signer)
	Expect(err).NotTo(HaveOccurred())
	dir := GinkgoT().TempDir()
	return written(dir, "cert", "CERTIFICATE", der), written(dir, "key", "PRIVATE KEY", private)
}

func written(dir, name, kind string, der []byte) string {
	path := filepath.Join(dir, fmt.Sprintf("%s.pem", name))
	Expect(os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)).To(Succeed())
	return path
}
