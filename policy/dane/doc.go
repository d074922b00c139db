// Package dane says what a correct SMTP client does with TLSA records: DANE for
// SMTP, by RFC 6698, RFC 7671 and RFC 7672. It parses, makes and compares the
// records. It does no lookups and opens no connections: it takes what the DNS
// answered and what the TLS server sent, and says what follows.
//
// # What DANE is for
//
// Mail between servers is encrypted if both can, and otherwise not: the client
// sees STARTTLS in the reply to EHLO and uses it. An attacker between the two can
// remove that word, and the mail is sent in clear. Or the attacker answers with
// another certificate, since the client has nothing to check it against: the
// server's name is from an MX record, which may be forged too, and there is no
// list of CAs that all mail servers trust (RFC 7672 section 1.3).
//
// DANE has the domain say in the DNS what to expect, and DNSSEC proves that the
// domain said it. A TLSA record at _25._tcp.mx.example.org (see [Name]) says two
// things of the server mx.example.org:
//
//   - It has TLS. A client that does not get TLS must not deliver.
//   - Its certificate, key or CA is this one. A client that sees another must
//     not deliver.
//
// Domains without TLSA records get mail as before. That is why this is called
// opportunistic DANE TLS.
//
// # The record
//
// A [Record] has three numbers and the certificate association data:
//
//	_25._tcp.mx.example.org. IN TLSA 3 1 1 8755cdaa8fe24ef1…
//	                                 │ │ │ └ the data
//	                                 │ │ └ matching type: SHA2-256(1)
//	                                 │ └ selector: SPKI(1), the key
//	                                 └ certificate usage: DANE-EE(3), the server's own
//
// The certificate usage says whose certificate it is and what else counts:
//
//	usage      describes                  client's trust store  names and dates
//	0 PKIX-TA  a CA above the server's    needed                count
//	1 PKIX-EE  the server's               needed                count
//	2 DANE-TA  a CA above the server's    not used              count
//	3 DANE-EE  the server's               not used              do not count
//
// SMTP uses the last two. [PKIXTA] and [PKIXEE] would need a trust store that
// all clients share, and there is none (RFC 7672 section 3.1.3).
//
// The selector says what is compared: the certificate, or the key in it. The
// matching type says how: by a digest, or octet by octet. RFC 7672 section 3.1
// recommends two of all the combinations:
//
//   - "3 1 1": the digest of the server's key. It does not change when the
//     certificate is renewed with the same key, and nothing else has to be
//     right: a self-signed certificate that expired long ago will do.
//   - "2 0 1": the digest of a CA's certificate. Many servers can share it, and
//     their certificates can be replaced without a change of the DNS. But the
//     server has to send the CA's certificate, even if it is a root; its own has
//     to be valid, and has to have the right name.
//
// A new key needs two records: that of the new one is published beside that of
// the old one, before the server changes its key (RFC 7671 section 8). This is
// why one match among several records is enough for [Match].
//
// # From the DNS to the action
//
// A client asks in this order: for the MX records of the domain, for the
// addresses of a server, for the TLSA records of that server. [Lookups.Discover]
// takes the answers. What counts is the security status of each ([Security]):
//
//   - secure: DNSSEC proves it.
//   - insecure: the zone is not signed, and DNSSEC proves that much, or there is
//     no trust anchor for it. The answer may be forged.
//   - bogus, indeterminate, or a failed lookup: there is no answer. All are the
//     same here.
//
// That something does not exist is an answer too, and may be secure or insecure.
// With a secure MX RRset and a secure address, the TLSA RRset decides:
//
//	TLSA RRset                  action
//	secure, a record is usable  Authenticate   TLS, and a record must match
//	secure, none is usable      Encrypt        TLS, with any certificate
//	denied, or insecure         Opportunistic  as without DANE
//	lookup error                Skip           try the next server, or wait
//
// A client that understands none of the records ([Record.Usable]) still has to
// insist on TLS, since the server commits to it. And a client that gets no answer
// must not deliver: otherwise an attacker would only have to suppress the answer.
//
// The lookups before decide whether there is a lookup of TLSA records at all:
//
//	MX lookup fails             Delay: the servers are not known
//	MX RRset is insecure        the client chooses (Discovery.Elective)
//	no MX records               the domain is its own server
//	address lookup fails        Skip, without TLSA lookup
//	address is insecure         Opportunistic, without TLSA lookup
//
// Whoever forges an insecure MX RRset chooses the server. The client may still
// follow the server's TLSA records, which then protect the connection to that
// server and nothing else, or ignore them (RFC 7672 section 2.2.1). With an
// insecure address there is no TLSA lookup for a practical reason: some name
// servers of unsigned zones answer it with an error, or not at all, and mail
// would be delayed (section 2.2.2).
//
// [Rules] returns the complete table, with a reason and a section for each row.
// [Discovery.Mandatory] is for destinations to which an administrator wants no
// mail sent without DANE.
//
// # Aliases
//
// The name at which TLSA records are looked up is the TLSA base domain. It is
// that of the server, unless this is an alias (CNAME):
//
//	mx.example.org ─ CNAME, secure ─▶ mail.example.net ─ A, secure
//	    first _25._tcp.mail.example.net, then _25._tcp.mx.example.org
//	mx.example.org ─ CNAME, secure ─▶ mail.example.net ─ A, insecure
//	    only _25._tcp.mx.example.org
//	mx.example.org ─ CNAME, insecure ─▶ anything
//	    neither
//
// Names between the first and the last do not count (RFC 7672 section 2.2.3). If
// the name _25._tcp.mx.example.org is itself an alias of another name with TLSA
// records, the base domain remains mx.example.org.
//
// The base domain is the name that the client sends in the SNI extension, and the
// first of the reference identifiers.
//
// # Names
//
// A certificate below a DANE-TA record must have one of the reference
// identifiers ([Lookups.ReferenceIdentifiers]): the base domain or, if a secure
// MX RRset led there, the domain of the recipient. If the certificate has
// subject alternative names of type DNS, they count, and otherwise the common
// name. A wildcard stands for the first label, and for one only (RFC 7672
// section 3.2.3).
//
// # From the certificates to the verdict
//
// [Match] compares the records with what the server sent, and returns a verdict
// and, for each record, the reason in words. [VerifyConnection] does that within
// a TLS handshake of crypto/tls, and [Discovery.ClientTLS] makes the whole
// configuration.
//
// # Where the RFCs leave a choice
//
//   - PKIX usages are treated as unusable, which RFC 7672 section 3.1.3 allows.
//   - SHA2-512 is preferred to SHA2-256 (RFC 7671 section 9).
//   - A trust anchor that has expired is not accepted. RFC 5280 section 6.1
//     does not look at its dates; OpenSSL does only if it is self-signed.
//   - The leaf's own certificate is not accepted as its trust anchor, as by
//     OpenSSL. A self-signed leaf is accepted below a "2 1 0" record of its key,
//     also as by OpenSSL: the key has signed it.
//   - Signatures with SHA-1 and MD5 do not count in a certification path, as
//     crypto/x509 has it.
//   - Revocation is not checked: whoever removes the record has revoked the
//     certificate (RFC 7672 section 4).
//
// # Words
//
// The names are those of the RFCs, and numbers print as the acronyms of RFC 7218.
// The client is the SMTP client, and the server is the one that it is about to
// connect to. The chain is the list of certificates that the server sent, and
// the leaf is the first of them.
package dane
