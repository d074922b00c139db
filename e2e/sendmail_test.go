package e2e_test

import (
	"net"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/e2e/internal/sendmail"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// The lines that the field reports quote.
const (
	reportedFail = `sendmail[28450]: STARTTLS=client, relay=mail.example.com.netsolmail.net., version=TLSv1/SSLv3, verify=FAIL, cipher=DHE-RSA-AES256-SHA, bits=256/256`

	reportedNoIssuer = `sendmail[30706]: STARTTLS=client, cert-subject=/OU=GT39680792/OU=See+20www.rapidssl.com/resources/cps+20+28c+2915/OU=Domain+20Control+20Validated+20-+20RapidSSL+28R+29/CN=*.hostingplatform.com, cert-issuer=/C=US/O=GeoTrust+20Inc./CN=RapidSSL+20SHA256+20CA+20-+20G3, verifymsg=unable to get local issuer certificate`

	reportedReset = `Mar  4 04:36:08 bob sendmail[23834]: q29Ja84u011122: to=<recipient@remotefoo.com>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=123262, relay=mx.remotefoo.com. [], dsn=4.0.0, stat=Deferred: Connection reset by mx.remotefoo.com.`

	reportedOK = `Aug 25 04:19:52 server sm-mta[56395]: STARTTLS=client, relay=mx-tw.mail.gm0.yahoodns.net., version=TLSv1.2, verify=OK, cipher=ECDHE-RSA-AES128-GCM-SHA256, bits=128/128`

	reportedVerified = `Aug 25 04:19:52 server sm-mta[56395]: STARTTLS=client, cert-subject=/C=US/ST=California/L=Sunnyvale/O=Yahoo+20Inc./OU=Information+20Technology/CN=*.am0.yahoodns.net, cert-issuer=/C=US/O=Symantec+20Corporation/OU=Symantec+20Trust+20Network/CN=Symantec+20Class+203+20Secure+20Server+20CA+20-+20G4, verifymsg=ok`

	reportedSent = `Aug 25 04:19:54 server sm-mta[56395]: v7P4JlRK056394: to=my-addr@yahoo.com.tw, delay=00:00:04, xdelay=00:00:04, mailer=esmtp, pri=32544, relay=mx-tw.mail.gm0.yahoodns.net. [203.188.197.111], dsn=2.0.0, stat=Sent (ok dirdel)`

	reportedShutdown = `Aug 25 04:19:54 server sm-mta[56395]: STARTTLS=client, SSL_shutdown failed: -1`
)

const sendmailMessage = "From: <sender@client.fakemx.test>\nTo: <rcpt@example.test>\nSubject: hello\n\nhello\n"

// A relayed message is what came of one message that sendmail relayed to a
// peer: sendmail's side and the peer's.
type relayed struct {
	sendmail.Result
	session fakemx.Session
}

// relay plays a built-in scenario and lets a sendmail that trusts the peer's
// root relay a message to it.
func relay(ctx SpecContext, name string, auth *sendmail.Auth) relayed {
	GinkgoHelper()
	requireSendmail()
	var options []func(*fakemx.Config)
	if auth != nil {
		options = append(options, fakemx.WithUser(auth.User, auth.Password))
	}
	peer := fakemx.Start(GinkgoT(), scenarios.MustGet(name), options...)
	files, err := peer.Files()
	Expect(err).NotTo(HaveOccurred())
	return send(ctx, peer, sendmail.Options{CAFile: files.CA, CAPath: files.CADir, Auth: auth})
}

func requireSendmail() {
	GinkgoHelper()
	if reason, ok := sendmail.Available(); !ok {
		Skip(reason)
	}
	if reason, ok := sendmail.LogAvailable(); !ok {
		Skip(reason)
	}
}

// send lets sendmail relay a message to a peer, by the peer's own name, as an
// MTA that has looked up an MX record does.
func send(ctx SpecContext, peer *fakemx.Server, options sendmail.Options) relayed {
	GinkgoHelper()
	_, port, err := net.SplitHostPort(peer.Addr())
	Expect(err).NotTo(HaveOccurred())
	options.SmartHost = net.JoinHostPort(peer.Scenario().Hostname(), port)
	result, err := sendmail.New(GinkgoT(), options).
		Send("sender@client.fakemx.test", "rcpt@example.test", sendmailMessage)
	Expect(err).NotTo(HaveOccurred())
	session, err := peer.WaitSession(ctx)
	Expect(err).NotTo(HaveOccurred())
	return relayed{Result: result, session: session}
}

// reproduces checks that sendmail's log has a line of the same kind as each of
// the reported ones, and prints it.
func (r relayed) reproduces(reported ...string) {
	GinkgoHelper()
	for _, line := range reported {
		found := ""
		for _, own := range r.Log {
			if kind(own) == kind(line) {
				found = own
			}
		}
		Expect(found).NotTo(BeEmpty(), "no line of the kind\n  %s\nin sendmail's log:\n  %s",
			kind(line), strings.Join(r.Log, "\n  "))
		r.show(found)
	}
}

// logs checks that a line of sendmail's log has all the parts, and prints it.
func (r relayed) logs(parts ...string) {
	GinkgoHelper()
	line := r.Find(parts...)
	Expect(line).NotTo(BeEmpty(), "no line with %q in sendmail's log:\n  %s", parts, strings.Join(r.Log, "\n  "))
	r.show(line)
}

// delivered checks that the message went through inside TLS, and returns its
// transaction.
func (r relayed) delivered() fakemx.Transaction {
	GinkgoHelper()
	Expect(r.Delivered).To(BeTrue(), r.Output)
	Expect(r.Queued).To(BeFalse())
	Expect(r.session.Outcome).To(Equal(fakemx.DeliveredTLS), r.session.Narrate())
	Expect(r.session.Transactions).To(HaveLen(1))
	AddReportEntry("fakemx stamps: "+strings.TrimSpace(r.session.Transactions[0].Received), ReportEntryVisibilityAlways)
	return r.session.Transactions[0]
}

// putOff checks that sendmail keeps the message for another time.
func (r relayed) putOff() {
	GinkgoHelper()
	Expect(r.Delivered).To(BeFalse(), r.Output)
	Expect(r.Queued).To(BeTrue())
	Expect(r.session.Outcome).To(Equal(fakemx.Faulted), r.session.Narrate())
}

// show prints a line of sendmail's log even if the test passes.
func (r relayed) show(line string) {
	AddReportEntry("sendmail logs: "+line, ReportEntryVisibilityAlways)
}

// logsOf is an entry of the table of scenarios in which sendmail delivers.
func logsOf(name string, reported []string, own ...string) TableEntry {
	return Entry(name, Offset(1), name, reported, own, SpecTimeout(time.Minute))
}

var _ = Describe("a real sendmail", Label("sendmail"), func() {
	DescribeTable("delivers, whatever it thinks of the certificate, and logs of",
		func(ctx SpecContext, name string, reported, own []string) {
			r := relay(ctx, name, nil)
			r.reproduces(reported...)
			for _, part := range own {
				r.logs(part)
			}
			Expect(r.delivered().With).To(Equal("ESMTPS"))
		},
		logsOf("healthy", []string{reportedOK, reportedVerified, reportedSent}),
		logsOf("missing-intermediate", []string{reportedFail, reportedNoIssuer, reportedSent}),
		logsOf("hostname-mismatch", []string{reportedOK, reportedVerified}),
		logsOf("self-signed", []string{reportedFail}, "verifymsg=self-signed certificate"),
		logsOf("expired", []string{reportedFail}, "verifymsg=certificate has expired"),
	)

	It("says that SSL_shutdown failed even of a healthy peer, since it has closed the connection itself", func(ctx SpecContext) {
		relay(ctx, "healthy", nil).reproduces(reportedShutdown)
	}, SpecTimeout(time.Minute))

	It("answers a request for a certificate that it does not have with a zero-length one", func(ctx SpecContext) {
		r := relay(ctx, "zero-length-client-certificate", nil)
		Expect(r.session.Flags).To(ContainElement(fakemx.ZeroLengthCertificate))
		certificate := r.session.TLS.ClientCertificate
		Expect(certificate.Requested).To(BeTrue())
		Expect(certificate.Presented).To(BeFalse())
		Expect(certificate.Chain).To(BeEmpty())
		Expect(certificate.Verify).To(Equal("NO"))
		Expect(r.delivered().Received).To(ContainSubstring("verify=NO"))
	}, SpecTimeout(time.Minute))

	It("puts mail off when the connection is reset before TLS, and calls it a failed handshake", func(ctx SpecContext) {
		r := relay(ctx, "reset-after-starttls", nil)
		r.putOff()
		r.logs("STARTTLS=client, error: connect failed=-1", "errno=104")
		r.logs("stat=Deferred: 454 4.7.0 TLS handshake failed.")
	}, SpecTimeout(time.Minute))

	// The field report's sendmail had no trust store, and its log has the line
	// of a completed handshake before that of the reset.
	It("puts mail off when the connection is reset inside TLS, and calls it by its name", func(ctx SpecContext) {
		requireSendmail()
		later := scenarios.MustGet("reset-after-starttls").With(func(p *scenarios.Peer) {
			p.Faults = []scenarios.Fault{{At: scenarios.AtEHLO, In: scenarios.InTLS, Do: scenarios.DoReset}}
		})
		r := send(ctx, fakemx.Start(GinkgoT(), later), sendmail.Options{})
		r.putOff()
		r.reproduces(reportedFail, reportedReset)
	}, SpecTimeout(time.Minute))

	It("calls it a reset, too, when the peer demands a certificate that it does not have", func(ctx SpecContext) {
		r := relay(ctx, "client-certificate-required", nil)
		r.putOff()
		Expect(r.session.Flags).To(ContainElement(fakemx.ZeroLengthCertificate))
		r.logs("alert certificate required")
		r.reproduces(reportedOK, reportedReset)
	}, SpecTimeout(time.Minute))

	DescribeTable("authenticates inside TLS, and is stamped by",
		func(ctx SpecContext, name, with string) {
			r := relay(ctx, name, &sendmail.Auth{User: "info@example.test", Password: "secret"})
			r.logs("AUTH=client", "mech=PLAIN")
			Expect(r.delivered().With).To(Equal(with))
			Expect(r.session.Auth).To(HaveField("Succeeded", true))
			Expect(r.session.Auth).To(HaveField("InClear", false))
		},
		Entry("received-downgraded", "received-downgraded", "ESMTPA", SpecTimeout(time.Minute)),
		Entry("healthy", "healthy", "ESMTPSA", SpecTimeout(time.Minute)),
	)
})
