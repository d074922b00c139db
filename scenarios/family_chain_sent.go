package scenarios

import (
	"fmt"

	"github.com/fakemx/fakemx/certgen"
)

// chainSent: which certificates stand in the Certificate message.
var chainSent = []Scenario{
	{
		Name:    "missing-intermediate",
		Number:  2,
		Aliases: []string{"incomplete-chain"},
		Summary: "sends its own certificate without the intermediate that leads to the root",
		Story: "The administrator installed the certificate alone, not the bundle that came with it. " +
			"Browsers hide the mistake because they remember or fetch intermediates; mail servers do neither, so they cannot get from the certificate to a root they trust.",
		Fix: "Send the certificate followed by every intermediate, without the root. With certbot that file is fullchain.pem. " +
			"Postfix: name it in smtpd_tls_cert_file, or in smtpd_tls_chain_files with the key in front. " +
			"Exim: tls_certificate. OpenSMTPD: pki NAME cert. " +
			"Sendmail sends only the first certificate of confSERVER_CERT: let that be cert.pem, and put the intermediates, which certbot writes to chain.pem, into the file that confCACERT names.",
		References: []string{
			"RFC 5246 section 7.4.2",
			"RFC 8446 section 4.4.2",
			"field report: sendmail logs verify=FAIL with verifymsg=unable to get local issuer certificate",
		},
		Facts:   unauthentic,
		Grounds: Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1"},
		Edit:    func(p *Peer) { p.PKI.Send = []string{leaf} },
	},
	{
		Name:    "wrong-intermediate",
		Number:  3,
		Summary: "sends an intermediate that did not issue its certificate",
		Story: "The renewed certificate came from another intermediate than the old one, as a CA is free to do, and only the certificate was replaced. " +
			"The chain looks complete when one counts certificates, but does not connect.",
		Fix: "Install the chain that came with this very certificate: with certbot that is fullchain.pem, and for sendmail cert.pem with the intermediates in chain.pem beside it; never a copy of an intermediate kept from last year. " +
			"The issuer that openssl x509 -noout -issuer prints for each certificate must be the subject of the next.",
		References: []string{"RFC 5280 section 6.1"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1"},
		Edit: func(p *Peer) {
			p.PKI.Send = []string{leaf, addIntermediate(p, "other-intermediate", root)}
		},
	},
	{
		Name:    "reversed-chain",
		Number:  4,
		Summary: "sends the intermediates in the wrong order, its own certificate first",
		Story: "Somebody put the bundle together by hand. " +
			"TLS 1.2 demands that each certificate certify the one before it. TLS 1.3 says that clients SHOULD sort for themselves, as most have long done. wolfSSL and Mbed TLS do not and refuse the chain.",
		Fix:        "Reorder the file: the certificate, the intermediate that issued it, and so on up. Not every client sorts.",
		References: []string{"RFC 5246 section 7.4.2", "RFC 8446 section 4.4.2"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit: func(p *Peer) {
			issuing := addIntermediate(p, "issuing", intermediate)
			p.PKI.Certificates[leaf].Issuer = issuing
			p.PKI.Send = []string{leaf, intermediate, issuing}
		},
	},
	{
		Name:    "ca-first-chain",
		Number:  5,
		Summary: "sends the intermediate first and its own certificate last",
		Story: "The bundle was put together from the top down. The client takes the first certificate for the server's, and the signature of the handshake does not fit its key. " +
			"That is no matter of trust: TLS fails for everybody, whether or not the client verifies.",
		Fix:        "Put the server's own certificate first. Most servers refuse such a file at start because the key does not fit (key values mismatch); one that starts reads key and certificate from different places, so look at both.",
		References: []string{"RFC 8446 section 4.4.2"},
		Facts:      unfinished,
		Grounds:    Grounds{Completes: "RFC 8446 section 4.4.3"},
		Edit: func(p *Peer) {
			p.PKI.Send = []string{intermediate, leaf}
			p.PKI.Key = leaf
		},
	},
	{
		Name:       "extra-certificate",
		Number:     6,
		Summary:    "sends a certificate besides that has nothing to do with its chain",
		Story:      "An old intermediate was left in the bundle when a new one was added. Clients leave out what they do not need.",
		Fix:        "Remove it: it costs some octets in every handshake and helps nobody.",
		References: []string{"RFC 8446 section 4.4.2"},
		Facts:      sound,
		Grounds:    Grounds{Completes: AllStacks, Authentic: AllStacks},
		Harmless:   true,
		Edit: func(p *Peer) {
			p.PKI.Send = append(p.PKI.Send, addIntermediate(p, "unrelated", otherRoot(p)))
		},
	},
	{
		Name:       "root-included",
		Number:     7,
		Summary:    "sends the root at the end of its chain",
		Story:      "The bundle of the CA had the root in it. The client has its own copy, or it does not trust the root at all; sending it changes neither.",
		Fix:        "Leave the root out: it costs some octets in every handshake. Its absence is never the cause of a failed verification.",
		References: []string{"RFC 8446 section 4.4.2"},
		Facts:      sound,
		Grounds:    Grounds{Completes: AllStacks, Authentic: AllStacks},
		Harmless:   true,
		Edit:       func(p *Peer) { p.PKI.Send = append(p.PKI.Send, root) },
	},
	{
		Name:       "repeated-leaf",
		Number:     8,
		Summary:    "sends its own certificate twice",
		Story:      "The server is given the certificate in one setting and the full chain, which begins with it, in another, and sends both.",
		Fix:        "Name either the full chain in one place, or the certificate in one and only the intermediates in the other.",
		References: []string{"RFC 8446 section 4.4.2"},
		Facts:      sound,
		Grounds:    Grounds{Completes: AllStacks, Authentic: AllStacks},
		Harmless:   true,
		Edit:       func(p *Peer) { p.PKI.Send = []string{leaf, leaf, intermediate} },
	},
	{
		Name:    "deep-chain",
		Number:  9,
		Summary: "has a valid chain of ten intermediates",
		Story: "Nobody builds such a chain on purpose, but bridged and cross-signed authorities of administrations come near. " +
			"It is valid; clients differ in how far up they are willing to go. OpenSSL, BoringSSL, GnuTLS, NSS, Botan, Erlang and Go take it. rustls and Mbed TLS refuse it when they verify, Java, Bouncy Castle and wolfSSL even when they do not.",
		Fix: "Get a certificate from a CA nearer to its root. " +
			"A Postfix client stops at smtp_tls_scert_verifydepth, by default 9; the client's administrator can raise it.",
		References: []string{"RFC 5280 section 6.1", "postconf(5) smtp_tls_scert_verifydepth"},
		Facts:      undecided,
		Edit: func(p *Peer) {
			issuer := intermediate
			send := []string{intermediate}
			for n := 2; n <= 10; n++ {
				issuer = addIntermediate(p, fmt.Sprintf("intermediate-%d", n), issuer)
				send = append([]string{issuer}, send...)
			}
			p.PKI.Certificates[leaf].Issuer = issuer
			p.PKI.Send = append([]string{leaf}, send...)
		},
	},
	{
		Name:    "oversized-chain",
		Number:  10,
		Summary: "sends a Certificate message larger than clients take",
		Story: "A certificate carries a huge extension, or a whole bundle of authorities was installed as the chain. " +
			"No standard sets a limit. OpenSSL gives up at 100 KiB unless told otherwise, GnuTLS and Go a little later; Botan takes it all.",
		Fix: "Install the chain and nothing else: the certificate and its one or two intermediates are some 4 KiB. " +
			"A file of more than 20 KiB is the trust store, not the chain.",
		References: []string{"SSL_CTX_set_max_cert_list(3)"},
		Facts:      selective,
		Edit: func(p *Peer) {
			// Above the 256 KiB at which crypto/tls gives up, the most patient.
			const size = 272 << 10
			p.PKI.Certificates[leaf].Extensions = []certgen.Extension{{OID: exampleOID, Size: size}}
		},
	},
}

// exampleOID lies in the arc that RFC 5612 keeps for documentation: nobody
// knows what it means.
const exampleOID = "1.3.6.1.4.1.32473.1"
