package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/internal/terminal"
)

// An mta is a mail server and how it is told its routes.
type mta struct {
	name  string
	write func([]route) (string, error)
}

// mtas are the mail servers that routes are known for.
var mtas = []mta{
	{"postfix", postfixRoutes},
	{"sendmail", sendmailRoutes},
	{"exim", eximRoutes},
	{"opensmtpd", opensmtpdRoutes},
}

func mtaNames() []string {
	names := make([]string, len(mtas))
	for i, m := range mtas {
		names[i] = m.name
	}
	return names
}

// findMTA reads the value of --for.
func findMTA(name string) (mta, error) {
	i := slices.IndexFunc(mtas, func(m mta) bool { return m.name == name })
	switch {
	case i >= 0:
		return mtas[i], nil
	case name == "":
		return mta{}, cmdline.Usagef("no MTA given; name one with --for %s", strings.Join(mtaNames(), "|"))
	}
	return mta{}, cmdline.Usagef("unknown MTA %q; --for expects one of %s", name, strings.Join(mtaNames(), ", "))
}

// postfixRoutes is a transport map (transport(5)). The brackets keep Postfix
// from asking for MX records.
func postfixRoutes(routes []route) (string, error) {
	const head = `#
# Save this as /etc/postfix/fakemx, and add it to the transport maps that you
# already have, if any:
#
#   postconf -e transport_maps=texthash:/etc/postfix/fakemx
#   postfix reload
#
# The key in smtp_tls_policy_maps is [HOST]:PORT as written here. If HOST is an
# address, write "secure match=mx.NAME.fakemx.test" as the value to verify the
# certificate's name.

`
	rows := make([][2]string, len(routes))
	for i, r := range routes {
		rows[i] = [2]string{r.domain, fmt.Sprintf("smtp:[%s]:%d", r.host, r.port)}
	}
	return head + columns(rows), nil
}

// eximRoutes is a manualroute router. Separators of its lists are changed for
// IPv6; in the usual one a colon is doubled.
func eximRoutes(routes []route) (string, error) {
	const head = `#
# Put this before all other routers: after "begin routers" in exim.conf, or in
# conf.d/router/050_fakemx in Debian's split configuration. remote_smtp is the
# name of your smtp transport, the one to test. "self = send" lets Exim deliver
# to an address of this machine.

fakemx:
  driver = manualroute
  transport = remote_smtp
  self = send
  route_list = `
	items := make([]string, len(routes))
	for i, r := range routes {
		host := fmt.Sprintf("%s::%d", r.host, r.port)
		if r.isIPv6() {
			host = fmt.Sprintf(`"<+ %s"`, r.hostPort())
		}
		items[i] = r.domain + " " + host
	}
	return head + strings.Join(items, " ; \\\n    ") + "\n", nil
}

// opensmtpdRoutes are actions and matches (smtpd.conf(5)). In smtpd.conf the
// first match wins.
func opensmtpdRoutes(routes []route) (string, error) {
	const head = `#
# Put this into /etc/smtpd.conf, before all other match lines. The actions set
# your TLS policy: smtp:// uses TLS where it is offered and verifies nothing,
# smtp+tls:// requires TLS and verifies.

`
	var actions, matches strings.Builder
	for _, r := range routes {
		fmt.Fprintf(&actions, "action \"fakemx-%s\" relay host \"smtp://%s\"\n", r.scenario, r.hostPort())
		fmt.Fprintf(&matches, "match from any for domain \"%s\" action \"fakemx-%s\"\n", r.domain, r.scenario)
	}
	return head + actions.String() + "\n" + matches.String(), nil
}

// columns aligns the second words of rows.
func columns(rows [][2]string) string {
	width := 0
	for _, row := range rows {
		width = max(width, terminal.Width(row[0]))
	}
	var out strings.Builder
	for _, row := range rows {
		out.WriteString(terminal.Pad(row[0], width) + "  " + row[1] + "\n")
	}
	return out.String()
}
