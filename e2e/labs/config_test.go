package labs_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/e2e/internal/lab"
)

// mounted is a folder with one file, as a user would mount it.
func mounted(name, text string) string {
	dir := GinkgoT().TempDir()
	Expect(os.Chmod(dir, 0o755)).To(Succeed())
	Expect(os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644)).To(Succeed())
	return dir
}

const verifyingMainCF = `compatibility_level = 3.9
smtpd_relay_restrictions = permit_mynetworks, defer_unauth_destination
smtp_tls_security_level = verify
`

var _ = Describe("a configuration of the user's", func() {
	conduct := func(ctx SpecContext, config, scenario string) string {
		p := project(apart, lab.Postfix, "opportunistic")
		p.Config = config
		Expect(p.Start(ctx)).To(Succeed())
		defer func() { Expect(p.Down()).To(Succeed()) }()
		witness, err := p.Watch(ctx)
		Expect(err).NotTo(HaveOccurred())
		Expect(p.Exercise(ctx, witness, []string{scenario})).To(Succeed())
		return labCase{sessions: witness.Sessions(scenario)}.conduct()
	}

	It("changes what becomes of a message", func(ctx SpecContext) {
		Expect(conduct(ctx, "", "expired")).To(Equal("T"), "with the distribution's main.cf")
		withRoots := verifyingMainCF + "smtp_tls_CAfile = /etc/ssl/certs/ca-certificates.crt\n"
		Expect(conduct(ctx, mounted("main.cf", withRoots), "expired")).To(Equal("–"), "with a main.cf that verifies")
	}, SpecTimeout(5*time.Minute))

	It("needs smtp_tls_CAfile to verify anybody", func(ctx SpecContext) {
		Expect(conduct(ctx, mounted("main.cf", verifyingMainCF), "healthy")).To(Equal("–"))
		withRoots := verifyingMainCF + "smtp_tls_CAfile = /etc/ssl/certs/ca-certificates.crt\n"
		Expect(conduct(ctx, mounted("main.cf", withRoots), "healthy")).To(Equal("T"))
	}, SpecTimeout(5*time.Minute))

	DescribeTable("that is broken is told of, and nothing is left running",
		func(ctx SpecContext, mta lab.MTA, file, text, says string) {
			p := project(apart, mta, "opportunistic")
			p.Config = mounted(file, text)
			DeferCleanup(p.Down)
			err := p.Start(ctx)
			Expect(err).To(MatchError(And(
				ContainSubstring("the container of "+mta.Name+" ended with exit code"), ContainSubstring(says))))
			left, err := p.Left(ctx)
			Expect(err).NotTo(HaveOccurred())
			Expect(left).To(BeEmpty())
		},
		Entry("postfix", lab.Postfix, "main.cf", "compatibility_level = 3.9\nmail_owner = nobody-at-all\n", "nobody-at-all", SpecTimeout(3*time.Minute)),
		Entry("sendmail", lab.Sendmail, "sendmail.cf", "V10/Berkeley\nK\n", "sendmail.cf", SpecTimeout(3*time.Minute)),
		Entry("exim", lab.Exim, "exim4.conf", "no_such_option = 1\n", "no_such_option", SpecTimeout(3*time.Minute)),
		Entry("opensmtpd", lab.OpenSMTPD, "smtpd.conf", "listen where\n", "smtpd.conf", SpecTimeout(3*time.Minute)),
	)

	It("that is broken ends all that Compose started, if it is told so", func(ctx SpecContext) {
		p := project(apart, lab.Exim, "opportunistic")
		p.Config = mounted("exim4.conf", "no_such_option = 1\n")
		DeferCleanup(p.Down)
		said, err := p.Compose(ctx, "up", "--no-build", "--timeout", "2", "--abort-on-container-exit")
		Expect(err).To(HaveOccurred())
		Expect(said).To(And(ContainSubstring("no_such_option"), MatchRegexp(`exim\S* exited with code [1-9]`)))
		Expect(p.Running(ctx)).To(BeEmpty())
	}, SpecTimeout(3*time.Minute))

	It("is not taken for one where there is none", func(ctx SpecContext) {
		p := project(apart, lab.Postfix, "opportunistic")
		p.Config = GinkgoT().TempDir() // what Compose mounts in place of a folder that is not there
		Expect(p.Start(ctx)).To(MatchError(ContainSubstring("LAB_CONFIG is an empty directory")))
		Expect(p.Left(ctx)).To(BeEmpty())
	}, SpecTimeout(3*time.Minute))

	It("cannot be named as a policy that there is not", func(ctx SpecContext) {
		p := project(apart, lab.Postfix, "no-such-policy")
		Expect(p.Start(ctx)).To(MatchError(ContainSubstring("unknown policy no-such-policy")))
		Expect(p.Left(ctx)).To(BeEmpty())
	}, SpecTimeout(3*time.Minute))
})

var _ = Describe("a lab by itself", Label(smoke), func() {
	for _, mta := range lab.MTAs() {
		It("shows deliveries of "+mta.Name, func(ctx SpecContext) {
			p := project(apart, mta, "opportunistic")
			p.Send = "healthy expired"
			DeferCleanup(p.Down)
			Expect(p.Start(ctx)).To(Succeed())
			witness, err := p.Watch(ctx)
			Expect(err).NotTo(HaveOccurred())
			for _, scenario := range []string{"healthy", "expired"} {
				Eventually(func() []string { return recipients(witness.Sessions(scenario)) }).
					WithTimeout(time.Minute).Should(ContainElement("probe@" + scenario + ".fakemx.test"))
			}
		}, SpecTimeout(3*time.Minute))
	}
})

var _ = Describe("a place that is taken", func() {
	It("keeps a lab from starting, and nothing is left of it", func(ctx SpecContext) {
		first := project(apart, lab.Postfix, "opportunistic")
		DeferCleanup(first.Down)
		Expect(first.Start(ctx)).To(Succeed())
		second := first
		second.Name += "-second"
		Expect(second.Start(ctx)).To(MatchError(ContainSubstring("overlaps")))
		Expect(second.Left(ctx)).To(BeEmpty())
	}, SpecTimeout(3*time.Minute))

	It("keeps the peers of the host from listening, who say which port it is", func(ctx SpecContext) {
		if listener, err := net.Listen("tcp", "127.0.0.1:2525"); err == nil {
			defer listener.Close()
		}
		p := project(apart, lab.Postfix, "opportunistic")
		DeferCleanup(p.Compose, context.Background(), "--profile", "host", "down", "--volumes")
		_, err := p.Compose(ctx, "--profile", "host", "up", "--detach", "--no-build", "fakemx")
		Expect(err).To(MatchError(And(ContainSubstring("fakemx"), ContainSubstring("2525"), ContainSubstring("in use"))))
	}, SpecTimeout(3*time.Minute))
})
