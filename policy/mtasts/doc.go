// Package mtasts is SMTP MTA Strict Transport Security, MTA-STS (RFC 8461): it
// parses what a domain publishes, says which policy a sender has to follow, and
// whether that policy allows a delivery. All of it works without a network,
// except [Fetch], which makes one HTTPS request.
//
// # What MTA-STS is for
//
// A mail server offers TLS with STARTTLS (RFC 3207), in clear text. An attacker
// on the way can remove the offer, or answer the DNS query for the MX record
// with another host, and a sender that uses TLS only where it is offered
// delivers in clear, or to the wrong host. With MTA-STS, a domain says
// beforehand which hosts take its mail, and that each of them offers STARTTLS
// and has a certificate that a certification authority has signed for its name.
// The sender keeps this policy, so that an attacker who comes later is too late.
// DANE (RFC 7672) has the same aim, and needs DNSSEC instead of certification
// authorities. A sender may use both.
//
// # What a domain publishes
//
// Two things, both below the policy domain. This is the domain after the @ of
// the recipient, or the smart host if the sender has one; the parent of a
// domain never counts (section 3.4).
//
// First, a TXT record at _mta-sts.example.com ([RecordName]). It says that there
// is a policy, and its id changes whenever the policy does:
//
//	v=STSv1; id=20160831085700Z;
//
// Second, the policy at https://mta-sts.example.com/.well-known/mta-sts.txt
// ([PolicyURL]). Its host is called the policy host:
//
//	version: STSv1
//	mode: enforce
//	mx: mail.example.com
//	mx: *.example.net
//	mx: backupmx.example.com
//	max_age: 604800
//
// Nothing of this is signed with DNSSEC. What counts is that the policy comes
// over HTTPS from a host whose certificate is valid for mta-sts.example.com. The
// TXT record tells a sender whether to ask at all, and saves it the request once
// it knows the id.
//
// A domain whose mail is handled by a provider can leave both to it: with a CNAME
// at _mta-sts, and with a CNAME or a reverse proxy at mta-sts (section 8.2). The
// certificate is still to be valid for the name in the customer's domain.
//
// # What a sender does
//
//  1. It looks up the TXT records and takes the one that is meant
//     ([FindRecord]). There has to be exactly one.
//  2. It looks into its cache, and decides whether to fetch ([Entry.Plan]): it
//     does if it has no policy, if the id is a new one, and about once a day in
//     any case, so that a policy is renewed long before it expires.
//  3. It fetches the policy ([Fetch]): status 200 and no redirect, a valid
//     certificate, text/plain, no longer than [FetchTimeout], no larger than
//     [MaxPolicySize].
//  4. It parses the policy ([ParsePolicy]), which is valid as a whole or not at
//     all.
//  5. It settles which policy holds ([Entry.Settle]). If anything failed, that is
//     the cached one until its max_age is over. If there is none, the sender
//     delivers as though the domain had no MTA-STS. So an attacker has to block
//     the discovery from the first message on, and without a break.
//  6. For each MX host, in the usual order, it asks whether the policy allows the
//     delivery ([Judge]). The name in the MX record has to fit one of the mx
//     patterns ([Policy.Matches]), STARTTLS has to be offered, and the
//     certificate has to be valid for that name. If not, mode enforce forbids
//     delivery to this host, and the sender goes on to the next one; mode
//     testing lets it deliver, and asks for a report (TLSRPT, RFC 8460).
//
// No fault of a policy is final. The sender keeps the message, tries again
// later, and looks for a new id before it ever returns the message to its author
// (section 5).
//
// [Cache] does steps 1 to 5 for a mailer that keeps policies in memory.
//
// # How to change and how to end a policy
//
// To change a policy, first change the file, then the id: a sender that sees a
// new id too early caches the old policy under it (section 8.1). To end
// MTA-STS, publish mode none with a short max_age and a new id, wait until every
// policy published before has expired, and remove file and record only then
// (section 8.3). Removing them at once changes nothing for senders that hold a
// policy.
//
// # Errors and notes
//
// An error says that by RFC 8461 there is no valid record, policy or response. A
// [Note] says that something is valid but questionable, or that the RFC leaves
// to the sender what it makes of it: [RecordNotes], [PolicyNotes],
// [CheckResponse]. Both name the section. If several senders disagree about what
// a domain publishes, look at the notes first.
//
// # What the RFC leaves open
//
// This package decides as follows where RFC 8461 says nothing or two things:
//
//   - Section 3.2 calls the lines of a policy CRLF-separated, but its grammar
//     allows LF. Both are parsed, and [NoteLineEnds] names LF.
//   - The grammar allows neither an empty line nor a space before the colon nor
//     a key without a value, but no sentence says that a sender has to refuse
//     them. They are errors here. Some senders ignore them.
//   - A line such as "mx: .example.com" also fits the grammar of an unknown
//     field that happens to be called mx, and so does "mode: enforced". Here, a
//     field with a known key has to have a value that is valid for it, unless
//     it repeats one that counts.
//   - The maximum of max_age is 31557600 seconds. It is not said what to do with
//     more. [Policy.MaxAge] keeps the number, and [Policy.Lifetime] is a year at
//     most. Some senders refuse such a policy.
//   - Records that do not begin with "v=STSv1;" are discarded if there are
//     several. A lone one with a space before the semicolon is valid by its
//     grammar, and is taken.
//   - A TXT lookup that fails, rather than finding nothing, is treated as if
//     there were no record: a cached policy holds, and without one the sender
//     delivers. A sender may defer the message instead.
//   - Section 2 lets no policy override a failing DANE. It does not say what
//     holds if DANE authenticates a host that the policy forbids; see
//     [MayDeliver].
//   - What [Policy.Matches] does with the names that RFC 6125 does not speak of
//     is said there.
//   - Which TLSRPT result type belongs to which failure is only partly said by
//     RFC 8460; see [FetchError.ResultType] and [Decision].
//
// Certificates are checked by the caller's TLS library. RFC 8461 asks for the
// same at the policy host (section 3.3) and at the MX host (section 4.2): a
// chain to a trusted root, not expired, and a DNS name in the subject
// alternative name that matches, in which * may stand for the whole left-most
// label. Server Name Indication has to name the host (section 7.1). Package
// crypto/tls does all of this by default. It does not look for revocation, which
// is optional.
package mtasts
