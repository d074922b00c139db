package labs_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/e2e/internal/lab"
	"github.com/fakemx/fakemx/internal/maillog"
)

const (
	// healthyFolder keeps a log of each mail server, for the tests of its reader.
	healthyFolder = "../../internal/maillog/testdata/healthy"
	// rejectLog is the second log of Exim, of what it rejects.
	rejectLog = "/var/log/exim4/rejectlog"
)

// A day is a mail server under one policy, with mail from and to everybody, and
// nothing wrong with TLS.
type day struct {
	mta    lab.MTA
	policy string
	// level is the LogLevel of sendmail.
	level string
	// hours are how often its mail is sent if the log is kept. Else it is once,
	// or not at all if the day is an extra one.
	hours int
	extra bool
	// shows are what its log must hold, or the day was none.
	shows []string
}

// days are in the order in which a log is kept. Sendmail has one for each of the
// levels that administrators use.
var days = []day{
	{lab.Postfix, "opportunistic", "", 2, false, []string{
		"Trusted TLS connection established to", "Anonymous TLS connection established from", "status=bounced", "status=deferred", "SASL PLAIN authentication failed", "non-SMTP command",
	}},
	{lab.Postfix, "verify", "", 2, false, []string{"Verified TLS connection established to", "status=bounced"}},
	{lab.Sendmail, "opportunistic", "9", 1, false, []string{"STARTTLS=client", "STARTTLS=server", "stat=User unknown", "stat=Deferred", "AUTH failure", "rejecting commands from"}},
	{lab.Sendmail, "opportunistic", "14", 1, true, []string{"verify=OK", "verify=NOT", "verifymsg="}},
	{lab.Sendmail, "verify", "9", 1, true, []string{"verify=OK", "stat=Sent"}},
	{lab.Sendmail, "verify", "14", 1, false, []string{"verify=OK", "verify=NO,", "verifymsg=", "stat=Sent"}},
	{lab.Exim, "opportunistic", "", 2, false, []string{"CV=yes", "P=esmtps", "P=esmtpsa", "** ", "== ", "Incorrect authentication data", "SMTP syntax error"}},
	{lab.Exim, "verify", "", 2, false, []string{"CV=yes", "** "}},
	{lab.OpenSMTPD, "opportunistic", "", 2, false, []string{"smtp tls", "mta tls", `result="PermFail"`, `result="TempFail"`, "result=permfail"}},
	{lab.OpenSMTPD, "verify", "", 2, false, []string{"mta tls", `result="Ok"`}},
}

var _ = Describe("a day on which nothing is wrong with TLS", func() {
	for _, mta := range lab.MTAs() {
		It("has no fault in the log of "+mta.Name, func(ctx SpecContext) {
			var log []string
			for _, d := range days {
				if d.mta.Name == mta.Name && (*update || !d.extra) {
					log = append(log, d.log(ctx)...)
				}
			}
			text := strings.Join(log, "\n") + "\n"
			if *update {
				keep(mta.Name, text)
			}
			Expect(healthyFaults(text)).To(BeEmpty())
		}, SpecTimeout(20*time.Minute))
	}
})

// healthyFaults are the lines that the reader of logs takes for a fault, and
// the failures that it makes of them.
func healthyFaults(text string) []string {
	var faults []string
	log := maillog.NewLog(func(ev maillog.Event) {
		if ev.Class == maillog.Fault {
			faults = append(faults, string(ev.Reason)+": "+ev.Text)
		}
	}, func(f maillog.Failure) { faults = append(faults, string(f.Reason)+", a failure: "+f.Text) })
	at := 0
	for line := range strings.Lines(text) {
		at++
		log.Add(at, strings.TrimRight(line, "\r\n"))
	}
	log.Flush()
	return faults
}

// log plays the day and returns what the mail server wrote, by lines.
func (d day) log(ctx context.Context) []string {
	GinkgoHelper()
	p := project(apart, d.mta, d.policy)
	p.Retry = "10s"
	p.Env = []string{"COMPOSE_FILE=docker-compose.yml:e2e/labs/testdata/day/compose.yml", "DAY_LEVEL=" + d.level}
	Expect(p.Start(ctx)).To(Succeed())
	defer func() { Expect(p.Down()).To(Succeed()) }()
	following, stop := context.WithCancel(ctx)
	defer stop()
	witness, err := p.Watch(following)
	Expect(err).NotTo(HaveOccurred())
	hours := 1
	if *update {
		hours = d.hours
	}
	for range hours {
		Expect(sendDay(ctx, p)).To(Succeed())
		Expect(visitDay(ctx, p)).To(Succeed())
	}
	log := written(ctx, p)
	inTLS := 0
	for _, s := range witness.All() {
		if s.TLS != nil {
			Expect(s.TLS.Completed).To(BeTrue(), "a handshake of %s with %s", d.mta.Name, s.Scenario)
			inTLS++
		}
	}
	Expect(inTLS).To(BeNumerically(">", 10))
	text := strings.Join(log, "\n")
	for _, words := range d.shows {
		Expect(strings.Contains(text, words)).To(BeTrue(), "%s %s has logged no %s", d.mta.Name, d.policy, words)
	}
	return log
}

// written is the log of a mail server that has come to rest: what is greylisted
// has been tried again. Exim has a second log, of what it rejects.
func written(ctx context.Context, p lab.Project) []string {
	GinkgoHelper()
	select {
	case <-time.After(35 * time.Second):
	case <-ctx.Done():
	}
	all, err := p.Log(ctx)
	Expect(err).NotTo(HaveOccurred())
	if p.MTA.Name == lab.Exim.Name {
		rejects, err := p.Exec(ctx, "cat", rejectLog)
		Expect(err).NotTo(HaveOccurred())
		all = append(all, strings.Split(strings.TrimRight(rejects, "\n"), "\n")...)
	}
	var log []string
	for _, line := range all {
		if !strings.HasPrefix(line, "lab: ") { // which is what labs/entrypoint.sh says
			log = append(log, line)
		}
	}
	return log
}

// keep writes a log for the tests of the reader. The file has no time of its own.
func keep(name, text string) {
	GinkgoHelper()
	var packed bytes.Buffer
	zip, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	Expect(err).NotTo(HaveOccurred())
	_, err = zip.Write([]byte(text))
	Expect(err).NotTo(HaveOccurred())
	Expect(zip.Close()).To(Succeed())
	Expect(os.MkdirAll(healthyFolder, 0o750)).To(Succeed())
	Expect(os.WriteFile(filepath.Join(healthyFolder, name+".log.gz"), packed.Bytes(), 0o600)).To(Succeed())
}
