package gfakemx_test

import (
	"crypto/tls"
	"fmt"
	"net/smtp"

	"github.com/onsi/gomega"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/gfakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// In a Ginkgo suite or with gomega.NewWithT, Expect and Eventually are there
// already, and fakemx.Start takes the place of New and Close.
func Example() {
	g := gomega.NewGomega(func(message string, _ ...int) { fmt.Println(message) })
	server, err := fakemx.New(fakemx.Config{Scenario: scenarios.MustGet("missing-intermediate")})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = server.Close() }()

	// The mailer under test: net/smtp verifies the peer as soon as it offers
	// STARTTLS.
	err = smtp.SendMail(server.Addr(), nil, "a@example.test", []string{"b@example.test"}, []byte("Subject: probe\r\n"))
	g.Expect(err).To(gomega.HaveOccurred())

	g.Eventually(server).Should(gfakemx.HaveOutcome(fakemx.Refused))
	g.Expect(server).To(gfakemx.HaveFailedHandshake())
	g.Expect(server).To(gfakemx.HaveAlert("bad_certificate"))
	g.Expect(server).NotTo(gfakemx.HaveReceivedMail())
	g.Expect(server).NotTo(gfakemx.HaveLeakedCredentials())
	fmt.Println("the mailer refuses the incomplete chain and sends nothing")
	// Output: the mailer refuses the incomplete chain and sends nothing
}

func ExampleHaveReceivedMail() {
	g := gomega.NewGomega(func(message string, _ ...int) { fmt.Println(message) })
	server, err := fakemx.New(fakemx.Config{
		Scenario: scenarios.MustGet("zero-length-client-certificate"),
		Users:    map[string]string{"user": "secret"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = server.Close() }()

	g.Expect(submit(server.Addr(), server.ClientTLS())).To(gomega.Succeed())

	g.Eventually(server).Should(gfakemx.HaveReceivedMail(
		gfakemx.MailFrom("a@example.test"),
		gfakemx.RcptTo(gomega.HaveSuffix("@example.test")),
		gfakemx.MailData("Subject: probe\r\n"),
	))
	g.Expect(server).To(gfakemx.HaveNegotiated("TLSv1.3"))
	g.Expect(server).To(gfakemx.HavePresentedNoClientCertificate())
	g.Expect(server).NotTo(gfakemx.HavePresentedClientCertificate())
	g.Expect(server).To(gfakemx.HaveReceivedWith("UTF8SMTPSA"))
	fmt.Println("the mailer has no client certificate and delivers nevertheless")
	// Output: the mailer has no client certificate and delivers nevertheless
}

// submit is a mailer that verifies the peer and authenticates.
func submit(addr string, config *tls.Config) error {
	c, err := smtp.Dial(addr)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if err := c.StartTLS(config); err != nil {
		return err
	}
	if err := c.Auth(smtp.PlainAuth("", "user", "secret", "127.0.0.1")); err != nil {
		return err
	}
	return send(c)
}

func send(c *smtp.Client) error {
	if err := c.Mail("a@example.test"); err != nil {
		return err
	}
	if err := c.Rcpt("b@example.test"); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte("Subject: probe\r\n\r\n")); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}
