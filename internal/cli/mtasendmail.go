package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
)

const (
	// smtpPort is the one that sendmail's own mailers use.
	smtpPort = 25
	// maxMailers is how many mailers are added at most. A sendmail knows 25 in
	// all (MAXMAILERS in conf.h), and about a dozen of them are there already.
	maxMailers = 10
)

// sendmailRoutes are lines of the mailertable. It has no place for a port: that
// is an argument of the mailer, so each port but 25 wants a mailer of its own.
func sendmailRoutes(routes []route) (string, error) {
	var ports []int
	rows := make([][2]string, len(routes))
	for i, r := range routes {
		if r.port != smtpPort && !slices.Contains(ports, r.port) {
			ports = append(ports, r.port)
		}
		rows[i] = [2]string{r.domain, r.mailer() + ":[" + r.sendmailHost() + "]"}
	}
	if len(ports) > maxMailers {
		return "", cmdline.Usagef("sendmail needs one mailer per port and supports 25 in all; "+
			"%d ports are too many: give each scenario its own address with --listen-net, or choose at most %d", len(ports), maxMailers)
	}
	return sendmailMailers(ports) + mailertableHead + columns(rows), nil
}

const mailertableHead = `#
# Append this to /etc/mail/mailertable, which FEATURE(` + "`mailertable'" + `)dnl of
# sendmail.mc enables, and then run:
#
#   makemap hash /etc/mail/mailertable </etc/mail/mailertable

`

// sendmailMailers are the mailers for ports, defined as esmtp is; nothing if
// there are none.
func sendmailMailers(ports []int) string {
	if len(ports) == 0 {
		return ""
	}
	var out strings.Builder
	out.WriteString(`#
# This has two parts. Append the first to /etc/mail/sendmail.mc, rebuild
# sendmail.cf and restart sendmail.

MAILER_DEFINITIONS
`)
	for _, port := range ports {
		fmt.Fprintf(&out, "M%s, P=[IPC], F=mDFMuXa, S=EnvFromSMTP/HdrFromSMTP, R=EnvToSMTP, E=\\r\\n, L=990,\n"+
			"\tT=DNS/RFC822/SMTP, A=TCP $h %d\n", route{port: port}.mailer(), port)
	}
	return out.String() + "\n"
}

// mailer is the name of the mailer for a route's port.
func (r route) mailer() string {
	if r.port == smtpPort {
		return "esmtp"
	}
	return fmt.Sprintf("fakemx%d", r.port)
}

// sendmailHost is the host as it stands between brackets (RFC 5321 section
// 4.1.3).
func (r route) sendmailHost() string {
	if r.isIPv6() {
		return "IPv6:" + r.host
	}
	return r.host
}
