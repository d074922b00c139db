package scenarios

import (
	"fmt"

	"github.com/fakemx/fakemx/certgen"
)

// chainSent: which certificates the Certificate message contains.
var chainSent = []Scenario{
	{
		Name:    "missing-intermediate",
		Number:  2,
		Aliases: []string{"incomplete-chain"},
		Summary: "sends its own certificate but not the intermediate above it",
		Story: "The administrator installed only the certificate, not the bundle that came with it. Browsers hide the mistake because they cache or fetch intermediates. " +
			"Mail servers do neither, so they cannot build a path from the certificate to a root they trust.",
		Fix: "Send the certificate followed by every intermediate, without the root; certbot writes this file as fullchain.pem. " +
			"Postfix: name it in smtpd_tls_cert_file, or in smtpd_tls_chain_files after the key. Exim: tls_certificate. OpenSMTPD: pki NAME cert. " +
			"Sendmail sends only the first certificate in confSERVER_CERT: set that to cert.pem, and put the intermediates, which certbot writes to chain.pem, into the file that confCACERT names.",
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
		Story: "The CA issued the renewed certificate from a different intermediate, as it is free to do, and the administrator replaced only the certificate. " +
			"The chain has the right number of certificates, but they do not connect.",
		Fix: "Install the chain that came with this certificate: certbot's fullchain.pem, or for sendmail cert.pem plus the intermediates in chain.pem. Never reuse an intermediate saved from last year. " +
			"The issuer that openssl x509 -noout -issuer prints for each certificate must be the subject of the next one.",
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
		Summary: "sends its own certificate first, then the intermediates in reverse order",
		Story: "Someone assembled the bundle by hand. TLS 1.2 requires each certificate to certify the one before it. TLS 1.3 says that clients SHOULD handle any order, and most have long done so. " +
			"wolfSSL and Mbed TLS do not and refuse the chain.",
		Fix:        "Reorder the file: the certificate, then the intermediate that issued it, and so on upwards. Not every client sorts the chain.",
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
		Story: "The bundle was assembled from the top down. The client takes the first certificate for the server's, and the handshake signature does not match its key. " +
			"This is not a question of trust: TLS fails for every client, whether or not it verifies.",
		Fix: "Put the server's own certificate first. Most servers refuse such a file at startup because the key does not match (key values mismatch). " +
			"One that starts reads the key and the certificate from different places, so check both.",
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
		Summary:    "sends an extra certificate unrelated to its chain",
		Story:      "An old intermediate was left in the bundle when a new one was added. Clients ignore certificates they do not need.",
		Fix:        "Remove it: it adds bytes to every handshake and helps nobody.",
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
		Story:      "The CA's bundle included the root. The client either has its own copy or does not trust the root at all; sending it changes neither.",
		Fix:        "Leave the root out: it adds bytes to every handshake. A missing root is never the cause of a failed verification.",
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
		Story:      "One setting names the certificate, and another names the full chain, which begins with the same certificate. The server sends both.",
		Fix:        "Name the full chain in one setting only, or the certificate in one setting and just the intermediates in the other.",
		References: []string{"RFC 8446 section 4.4.2"},
		Facts:      sound,
		Grounds:    Grounds{Completes: AllStacks, Authentic: AllStacks},
		Harmless:   true,
		Edit:       func(p *Peer) { p.PKI.Send = []string{leaf, leaf, intermediate} },
	},
	{
		Name:    "deep-chain",
		Number:  9,
		Summary: "sends a valid chain with ten intermediates",
		Story: "Nobody builds such a chain on purpose, but the bridged and cross-signed CAs of governments come close. The chain is valid, but clients limit the length of a chain differently. " +
			"OpenSSL, BoringSSL, GnuTLS, NSS, Botan, Erlang and Go accept it. rustls and Mbed TLS refuse it when they verify; Java, Bouncy Castle and wolfSSL refuse it even when they do not.",
		Fix:        "Get a certificate from a CA closer to its root. A Postfix client stops at smtp_tls_scert_verifydepth, 9 by default; the client's administrator can raise it.",
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
		Summary: "sends a Certificate message larger than most clients accept",
		Story: "A certificate carries a huge extension, or a whole CA bundle was installed as the chain. No standard sets a limit. " +
			"OpenSSL gives up at 100 KiB unless told otherwise, GnuTLS and Go a little later; Botan accepts the whole message.",
		Fix:        "Install only the chain: the certificate and its one or two intermediates take about 4 KiB. A file of more than 20 KiB is the trust store, not the chain.",
		References: []string{"SSL_CTX_set_max_cert_list(3)"},
		Facts:      selective,
		Edit: func(p *Peer) {
			// Above the 256 KiB limit of crypto/tls, the highest one.
			const size = 272 << 10
			p.PKI.Certificates[leaf].Extensions = []certgen.Extension{{OID: exampleOID, Size: size}}
		},
	},
}

// exampleOID is from the arc that RFC 5612 reserves for documentation, so no
// client knows it.
const exampleOID = "1.3.6.1.4.1.32473.1"
