package lab

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/fakemx/fakemx/audit"
)

// An MTA is a mail server that has a lab.
type MTA struct {
	// Name is that of its service and of its folder below labs.
	Name string
	// Host is the last number of its address.
	Host int
	// Package is the Debian package whose version counts.
	Package string
	// Variants are its policies.
	Variants []Variant
	// Flush is the shell command that runs the queue again at once, without
	// what the last attempt left behind.
	Flush string
	// thread finds, in a line that names a host or a recipient, what marks
	// further lines of the same attempt. If nil, there are none.
	thread *regexp.Regexp
	// telling find the words by which the log shows a fault, the best first.
	telling []*regexp.Regexp
}

// A Variant is a policy of an MTA as its folder policies knows it.
type Variant struct {
	Name string
	// Policy is what an administrator who chose it means by it.
	Policy audit.Policy
}

// The mail servers.
var (
	Postfix = MTA{
		Name: "postfix", Host: 10, Package: "postfix",
		Variants: []Variant{
			{"opportunistic", audit.Opportunistic}, {"encrypt", audit.Encrypt}, {"verify", audit.Verify},
			{"dane", audit.DANE}, {"dane-only", audit.DANEOnly},
			{"mta-sts", audit.MTASTS}, {"dane-mta-sts", audit.DANEAndMTASTS},
		},
		Flush: "postqueue -f",
		telling: expressions(
			`warning: (.*(?:unsupported TLSA|TLSA RR: |TLSA records unusable, ).*)`,
			`warning: (DANE TLSA lookup problem: .*)`,
			`((?:server )?certificate verification failed for .*)`,
			`(SSL_connect error to .*)`,
			`(dsn=[45]\S+, status=\w+ .*)`,
		),
	}
	Sendmail = MTA{
		Name: "sendmail", Host: 11, Package: "sendmail-bin",
		Variants: []Variant{
			{"opportunistic", audit.Opportunistic}, {"fallback", audit.Opportunistic}, {"encrypt", audit.Encrypt},
			{"verify", audit.Verify}, {"verify-names", audit.Verify}, {"dane", audit.DANE},
		},
		Flush: several("sendmail -q -OTimeout.hoststatus=15s -OQueueLA=1000"),
		telling: expressions(
			`(STARTTLS=client, .*verify=(?:FAIL|NO|TEMP|DANE_\w+).*)`,
			`(ruleset=tls_\w+, .*reject=.*)`,
			`(dsn=[45]\S+, stat=\w+: .*)`,
		),
	}
	Exim = MTA{
		Name: "exim", Host: 12, Package: "exim4-daemon-heavy",
		Variants: []Variant{
			{"opportunistic", audit.Opportunistic}, {"encrypt", audit.Encrypt},
			{"verify-alone", audit.Verify}, {"verify", audit.Verify},
			{"dane", audit.DANE}, {"dane-only", audit.DANEOnly},
		},
		Flush: "rm -f /var/spool/exim4/db/*; " + several("exim -qf"),
		telling: expressions(
			`(DANE attempt failed; .*)`,
			`(TLS session: .*)`,
			`(defer \(-?\d+\).*)`,
			`(\*\* .*)`,
			`H=\S+ \[\S+\]:? (.*(?:error|closed|timeout|failed).*)`,
		),
	}
	OpenSMTPD = MTA{
		Name: "opensmtpd", Host: 13, Package: "opensmtpd",
		Variants: []Variant{
			{"opportunistic", audit.Opportunistic}, {"encrypt", audit.Encrypt}, {"verify", audit.Verify},
		},
		// A route that failed is disabled for fifteen seconds.
		Flush: "sleep 16; smtpctl schedule all",
		// The number of what is no session is naught.
		thread: regexp.MustCompile(`^(?:smtp-out: Error on session )?([0-9a-f]*[1-9a-f][0-9a-f]*) mta `),
		telling: expressions(
			`(certificate verification failed.*)`,
			`smtp-out: Error on session [0-9a-f]+: (.*)`,
			`mta error reason=(.*)`,
			`(result="(?:TempFail|PermFail)" .*)`,
		),
	}
)

// MTAs are all of them.
func MTAs() []MTA { return []MTA{Postfix, Sendmail, Exim, OpenSMTPD} }

// several runs a queue many times at once, in the background: one run goes from
// message to message, and waits for every peer that stalls.
func several(run string) string {
	return "for i in 1 2 3 4; do " + run + " </dev/null >/dev/null 2>&1 & done"
}

func expressions(texts ...string) []*regexp.Regexp {
	list := make([]*regexp.Regexp, len(texts))
	for i, text := range texts {
		list[i] = regexp.MustCompile(text)
	}
	return list
}

// Version is the upstream version of the mail server in its container.
func (p Project) Version(ctx context.Context) (string, error) {
	out, err := p.Exec(ctx, "dpkg-query", "-W", "-f", "${Version}", p.MTA.Package)
	if err != nil {
		return "", fmt.Errorf("the version of %s: %w", p.MTA.Name, err)
	}
	version, _, _ := strings.Cut(strings.TrimSpace(out), "-")
	return version, nil
}
