// Package tlsrpt reads and judges SMTP TLS Reporting, RFC 8460. It parses what
// a domain publishes and what a reporter sends, says what is wrong with it, and
// compares a report with what it should say. It neither sends nor asks anything.
//
// # Why there are reports
//
// With STARTTLS, a server that cannot do TLS gets the mail in clear text, and
// one whose certificate is wrong gets it all the same. A domain that wants more
// publishes a policy: TLSA records (DANE, RFC 7672) or an MTA-STS policy
// (RFC 8461). From then on, a fault of its own certificates or its own DNS
// keeps mail away, and the domain does not see it: the mail is in the queues of
// others. So it asks them to tell: once a day, every sending system that takes
// part reports how many sessions with the domain kept the policy, how many did
// not, and why.
//
// # What the domain publishes
//
// A TXT record at [RecordName] of the domain says where to send reports
// (section 3):
//
//	_smtp._tls.example.com. IN TXT "v=TLSRPTv1; rua=mailto:reports@example.com"
//
// [FindRecord] picks the record among the TXT records of that name,
// [ParseRecord] reads one, [Record.String] writes one.
//
// # What the reporter sends
//
// A [Report] is a JSON object (section 4.4). It covers a day in UTC. It has an
// entry for each policy that the reporter applied, a [PolicyResult]: the
// [Policy], the number of sessions that kept it and that failed, and for the
// failed ones a [FailureDetail] with a [ResultType] each. The policy is of one
// of three types:
//
//   - [TLSA]: the TLSA records of a host. The policy domain is the TLSA base
//     domain (RFC 7672 section 2.2.3), which is a name of the mail exchanger,
//     not the domain of the recipients.
//   - [STS]: the MTA-STS policy of the domain of the recipients.
//   - [NoPolicyFound]: the domain has neither. TLS was opportunistic.
//
// A failed session is one that did not keep the policy, whether or not the mail
// was delivered in the end: a policy in testing mode fails and delivers. A
// session can fail in several ways at once, so the counts of the failure
// details may add up to more than the failed sessions (section 4).
//
// The report is compressed with gzip, and travels in one of two ways:
//
//   - as mail (section 5.3): a multipart/report with a text for people and the
//     report as application/tlsrpt+gzip or application/tlsrpt+json. The header
//     fields TLS-Report-Domain and TLS-Report-Submitter say whom it is about
//     and who sends it. It must be signed with DKIM by the reporter's domain,
//     or the recipient must ignore it (section 3). It is delivered whatever is
//     wrong with TLS, or nobody would learn about it. That session should not
//     be in the next report: a report that is sent because of the last report
//     causes the next one, for ever. RFC 8689 has the means for both: the
//     header field "TLS-Required: No".
//   - as an HTTPS POST of the same JSON or gzip (section 5.4). The certificate
//     of the server need not be valid, for the same reason.
//
// # How to read one
//
// [Parse] reads the JSON, [ReadMessage] mail, [ReadRequest] a POST, and [Read]
// whichever of JSON, gzip and mail it is given. [Handler] answers a POST as a
// receiver should.
//
// All of them read on where they can, since reporters differ: they return the
// report, and [Findings] that say where it departs from the RFC. A [Finding] is
// an error, a warning or a note, see [Severity]. An error of the function itself
// means that there is no report.
//
// # How to judge one
//
// [Compare] says in words how a report differs from an [Expectation], such as
// "MTA-STS for example.com, with certificate-expired". [FindCycle] sees in the
// reports of several days that they are about nothing but the delivery of
// reports, and [Sessions.Check] sees it in one report if the sessions it is
// about were counted at the other end.
//
// # Where the RFC contradicts itself
//
// Section 4 speaks of the policy as one string, section 4.4 of an array of
// strings; the example in appendix B has mx-host as a string, section 4.4 an
// array (erratum 6241). The array is right. Section 4.4 calls two keys of a
// failure detail optional; appendix B leaves out others too. This package
// wants what a domain needs to find the fault, see [FailureDetail]. The Report-ID
// in the Subject has the form of a message id, and the report-id in the report
// any form; they need not be equal. The key is additional-information, and
// "additional-info-uri" is only the name of its value.
package tlsrpt
