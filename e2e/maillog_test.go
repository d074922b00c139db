package e2e_test

import (
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// A maillog line as sendmail writes it: what syslog puts before it, the queue
// id where there is one, and fields.
var (
	maillogPrefix = regexp.MustCompile(`^.*?(?:sendmail|sm-mta)\[\d+\]: (?:\w{14}: )?`)
	maillogField  = regexp.MustCompile(`, (?:[a-z-]+=|SSL_)`)
)

// telling are the fields whose value says what happened; of the others only
// the name tells, for their values are those of one machine at one time.
var telling = []string{"STARTTLS", "verify", "verifymsg", "mailer", "stat"}

// peculiar is what is peculiar to one peer in the words of stat=: its name, and
// what it said, which sendmail puts into brackets.
var peculiar = regexp.MustCompile(`[a-z0-9-]+(\.[a-z0-9-]+)+\.?$|\(.*\)$`)

// kind reduces a maillog line to what makes two lines the same kind: its
// fields in order, and the values of those that tell.
func kind(line string) string {
	line = maillogPrefix.ReplaceAllString(line, "")
	var kinds []string
	for _, field := range fields(line) {
		name, value, _ := strings.Cut(field, "=")
		for _, t := range telling {
			if name == t {
				name += "=" + peculiar.ReplaceAllString(value, "…")
			}
		}
		kinds = append(kinds, name)
	}
	return strings.Join(kinds, ", ")
}

// fields splits a line at the commas that stand before a field, and not at
// those inside one.
func fields(line string) []string {
	var all []string
	start := 0
	for _, at := range maillogField.FindAllStringIndex(line, -1) {
		all = append(all, line[start:at[0]])
		start = at[0] + len(", ")
	}
	return append(all, line[start:])
}

var _ = DescribeTable("the kind of a maillog line",
	func(line, want string) { Expect(kind(line)).To(Equal(want)) },
	Entry("keeps what TLS came to", reportedFail,
		"STARTTLS=client, relay, version, verify=FAIL, cipher, bits"),
	Entry("drops names, whatever stands in them", reportedVerified,
		"STARTTLS=client, cert-subject, cert-issuer, verifymsg=ok"),
	Entry("drops the host behind the words of stat=", reportedReset,
		"to, delay, xdelay, mailer=esmtp, pri, relay, dsn, stat=Deferred: Connection reset by …"),
	Entry("drops the peer's own words", reportedSent,
		"to, delay, xdelay, mailer=esmtp, pri, relay, dsn, stat=Sent …"),
	Entry("keeps words that are no field", reportedShutdown,
		"STARTTLS=client, SSL_shutdown failed: -1"),
)
