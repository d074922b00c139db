package labs_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/e2e/internal/lab"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/internal/cli"
)

// routed is a scenario that the lab does not play, so that no MX record leads
// anywhere: the route does.
const routed = "name: routed\nsummary: is found by a route alone\n"

// Configurations into which fakemx routes is pasted where it says.
const (
	routedMainCF = `compatibility_level = 3.9
smtpd_relay_restrictions = permit_mynetworks, defer_unauth_destination
smtp_tls_security_level = may
transport_maps = texthash:/etc/postfix/fakemx
`
	routedMC = "include(`/usr/share/sendmail/cf/m4/cf.m4')dnl\nOSTYPE(`debian')dnl\nDOMAIN(`debian-mta')dnl\n" +
		"FEATURE(`mailertable')dnl\nMAILER_DEFINITIONS\nMAILER(`local')dnl\nMAILER(`smtp')dnl\n"
	routedEximConf = `acl_smtp_rcpt = everybody
begin acl
everybody:
  accept
begin routers
%s
begin transports
remote_smtp:
  driver = smtp
`
	routedSMTPDConf = "listen on 0.0.0.0\n%s"
)

var _ = DescribeTable("what fakemx routes prints leads",
	func(ctx SpecContext, mta lab.MTA, files map[string]string) {
		p := project(apart, mta, "opportunistic")
		p.Config = configured(files, routesOf(mta, p))
		DeferCleanup(p.Down)
		Expect(p.Start(ctx)).To(Succeed())
		witness, err := p.Watch(ctx)
		Expect(err).NotTo(HaveOccurred())
		Expect(p.Submit(ctx, "routed")).To(Succeed())
		Eventually(func() []string { return recipients(witness.Sessions("healthy")) }).
			WithTimeout(time.Minute).Should(ContainElement(lab.Recipient("routed")), func() string {
			log, err := p.Log(ctx)
			return fmt.Sprint(log, err)
		})
	},
	Entry("postfix", lab.Postfix, map[string]string{"main.cf": routedMainCF, "fakemx": "%s"}, SpecTimeout(3*time.Minute)),
	Entry("sendmail", lab.Sendmail, map[string]string{"sendmail.mc": routedMC, "mailertable": "%s"}, SpecTimeout(3*time.Minute)),
	Entry("exim", lab.Exim, map[string]string{"exim4.conf": routedEximConf}, SpecTimeout(3*time.Minute)),
	Entry("opensmtpd", lab.OpenSMTPD, map[string]string{"smtpd.conf": routedSMTPDConf}, SpecTimeout(3*time.Minute)),
)

// routesOf lead to the address of the healthy peer, the first of the network.
func routesOf(mta lab.MTA, p lab.Project) string {
	GinkgoHelper()
	_, network, err := net.ParseCIDR(p.Peers())
	Expect(err).NotTo(HaveOccurred())
	network.IP[3]++
	file := filepath.Join(GinkgoT().TempDir(), "routed.yaml")
	Expect(os.WriteFile(file, []byte(routed), 0o600)).To(Succeed())
	var out, complaint bytes.Buffer
	args := []string{"routes", "--for", mta.Name, "--scenario-file", file, "--listen", network.IP.String() + ":25"}
	Expect(cli.Run(GinkgoT().Context(), args, nil, &out, &complaint)).To(BeZero(), complaint.String())
	if mta.Name == lab.Sendmail.Name {
		return linesAbout("routed.fakemx.test", out.String())
	}
	return out.String()
}

// linesAbout leaves out what is not about a domain: the control has a port of
// its own, which sendmail needs a mailer for.
func linesAbout(domain, routes string) string {
	var about strings.Builder
	for line := range strings.Lines(routes) {
		if strings.HasPrefix(line, domain) {
			about.WriteString(line)
		}
	}
	return about.String()
}

// configured is a folder of files, with the routes in place of %s.
func configured(files map[string]string, routes string) string {
	GinkgoHelper()
	dir := GinkgoT().TempDir()
	Expect(os.Chmod(dir, 0o755)).To(Succeed())
	for name, text := range files {
		text := bytes.ReplaceAll([]byte(text), []byte("%s"), []byte(routes))
		Expect(os.WriteFile(filepath.Join(dir, name), text, 0o644)).To(Succeed())
	}
	return dir
}

// recipients are those to whom something was delivered.
func recipients(sessions []fakemx.Session) []string {
	var list []string
	for _, s := range sessions {
		for _, t := range s.Transactions {
			if t.Accepted {
				list = append(list, t.To...)
			}
		}
	}
	return list
}
