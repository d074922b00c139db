package scenarios

import (
	"fmt"

	"github.com/fakemx/fakemx/certgen"
)

// clientCertificate: whether the peer requests a client certificate, and what it
// does with the answer.
var clientCertificate = []Scenario{
	{
		Name:    "client-certificate-requested",
		Number:  109,
		Summary: "requests a client certificate and accepts any answer",
		Story: "Sendmail and Exim request a certificate from every client unless told otherwise. " +
			"Hardly any mail server has one to show, so the answer is usually a zero-length list, and Received says verify=NO. A certificate that leads to no CA the server knows makes it verify=FAIL. " +
			"Neither stops the mail.",
		Fix: "Nothing is wrong, and verify=NO or FAIL in a Received field says nothing about the receiving server's certificate. " +
			"To stop requesting certificates, set Srv_Features: V in sendmail's access map, or an empty tls_try_verify_hosts in Exim. Postfix requests one only with smtpd_tls_ask_ccert = yes.",
		References: []string{"RFC 8446 section 4.3.2", "RFC 5246 section 7.4.4"},
		Facts:      sound,
		Grounds:    Grounds{Completes: "RFC 8446 section 4.4.2"},
		Harmless:   true,
		Edit:       func(p *Peer) { p.TLS.ClientCertificate.Mode = ClientCertificateRequest },
	},
	{
		Name:    "zero-length-client-certificate",
		Number:  110,
		Summary: "requests a client certificate from a CA that has issued none",
		Story: "The server names the CAs whose certificates it accepts, and the client has none from them. TLS then requires the client to answer with a Certificate message of length zero. " +
			"In a packet capture this looks like a fault, and it has been mistaken for the cause of another one. " +
			"The peer continues, records the empty answer and stamps Received with verify=NO, as sendmail does. " +
			"Most clients answer this way; if one sends a certificate from another CA anyway, the record shows it.",
		Fix: "Nothing is wrong: the empty message is how a client says that it has no certificate to show. Look elsewhere in the capture for the cause of a failure. " +
			"If the client should have shown a certificate: sendmail silently ignores confCLIENT_CERT when the group may read the key file.",
		References: []string{
			"RFC 8446 section 4.4.2",
			"RFC 5246 section 7.4.6",
			"field report: a Certificate message of length zero in the capture of a delivery that was reset",
		},
		Facts:    sound,
		Grounds:  Grounds{Completes: "RFC 8446 section 4.4.2", Authentic: AllStacks},
		Harmless: true,
		Edit: func(p *Peer) {
			const unknown = "unknown-ca"
			p.PKI.Certificates[unknown] = authority("unknown CA")
			p.TLS.ClientCertificate = ClientCertificate{Mode: ClientCertificateRequest, Authorities: []string{unknown}}
		},
	},
	{
		Name:    "client-certificate-verified",
		Number:  111,
		Summary: "requests a client certificate and reports whether it verifies",
		Story: "A smart host relays for clients that show a certificate from its own CA. " +
			"It requests a certificate from everyone, accepts mail from everyone, and notes the result in Received: verify=OK, FAIL for a certificate from elsewhere, or NO for none.",
		Fix: "A client that should get OK but does not has the wrong certificate, lacks its intermediate, or does not send it. " +
			"On the client, check sendmail's confCLIENT_CERT and confCLIENT_KEY (the group must not be able to read the key), Postfix's smtp_tls_chain_files, or Exim's tls_certificate and tls_privatekey on the smtp transport. " +
			"fakemx exports a client certificate that gets OK here.",
		References: []string{"RFC 8446 section 4.4.2.4"},
		Facts:      sound,
		Grounds:    Grounds{Completes: "RFC 8446 section 4.4.2"},
		Harmless:   true,
		Edit: func(p *Peer) {
			p.TLS.ClientCertificate = ClientCertificate{
				Mode: ClientCertificateRequest, Authorities: []string{clientCA}, Trust: []string{clientCA},
			}
		},
	},
	{
		Name:    "client-certificate-required",
		Number:  112,
		Aliases: []string{"client-cert-missing"},
		Summary: "ends TLS if the client shows no certificate",
		Story: "A server meant for a few partners was put into a public MX record, or a setting for submission was applied to all ports. A client without a certificate gets an alert. " +
			"In TLS 1.3 the alert arrives after the client considers the handshake complete, so sendmail logs a connection reset instead. A client with any certificate gets through.",
		Fix: "On a server that accepts mail from the Internet, request a certificate but do not require one: Postfix smtpd_tls_ask_ccert without smtpd_tls_req_ccert, Exim tls_try_verify_hosts instead of tls_verify_hosts, OpenSMTPD listen without verify. " +
			"On the client, configure a certificate if the server really expects one.",
		References: []string{"RFC 8446 section 6.2 certificate_required", "RFC 5246 section 7.4.6"},
		Facts:      unfinished,
		Grounds:    Grounds{Completes: "RFC 8446 section 6.2"},
		Edit:       func(p *Peer) { p.TLS.ClientCertificate.Mode = ClientCertificateRequire },
	},
	{
		Name:    "client-certificate-enforced",
		Number:  113,
		Summary: "ends TLS if the client's certificate is not from the server's own CA",
		Story: "A smart host accepts mail only from machines that show a certificate from the company's CA. " +
			"The alert says what is wrong: certificate_required (in TLS 1.2 handshake_failure) if there is none, unknown_ca for one from elsewhere or without its intermediate, certificate_expired for an expired one, unsupported_certificate for one that is not valid for clients, bad_certificate for a broken one. " +
			"A client that logs only a closed connection hides all of this.",
		Fix: "Look for the alert in the client's log or in the record, and fix what it names: renew the certificate, have it issued with extendedKeyUsage clientAuth, or send the intermediate as well. " +
			"On the client, check sendmail's confCLIENT_CERT and confCLIENT_KEY, Postfix's smtp_tls_chain_files, or Exim's tls_certificate and tls_privatekey on the smtp transport. " +
			"fakemx exports a client certificate that gets through here.",
		References: []string{"RFC 8446 section 6.2", "RFC 8446 section 4.4.2.4", "RFC 5246 section 7.2.2"},
		Facts:      unfinished,
		Grounds:    Grounds{Completes: "RFC 8446 section 6.2"},
		Edit: func(p *Peer) {
			p.TLS.ClientCertificate = ClientCertificate{
				Mode: ClientCertificateEnforce, Authorities: []string{clientCA}, Trust: []string{clientCA},
			}
		},
	},
	{
		Name:    "client-certificate-rejected",
		Number:  114,
		Summary: "ends TLS if the client shows a certificate",
		Story: "The server requests a certificate but cannot handle one: its CA list is empty, or its code treats the unverified certificate as an error. " +
			"A client without a certificate gets through, so the fault appears only with the one partner who has configured a client certificate.",
		Fix: "On the server, do not request certificates, or do not end TLS because of them. " +
			"On the client, do not present one to this host: in sendmail, use FEATURE(tls_session_features) with another CertFile for the host; in Postfix, use a separate transport with an empty smtp_tls_chain_files.",
		References: []string{"haraka/Haraka#2693"},
		Facts:      sound,
		Grounds:    Grounds{Completes: "RFC 8446 section 4.4.2"},
		Edit:       func(p *Peer) { p.TLS.ClientCertificate.Mode = ClientCertificateReject },
	},
	{
		Name:    "client-certificate-wrong-eku",
		Number:  115,
		Summary: "ends TLS if the client's certificate is for servers only",
		Story: "The server accepts mail only from clients that show a certificate from its CA, and it checks that the certificate is valid for clients. " +
			"Mail servers used to show their own server certificate, which was valid for both. " +
			"Since 2026 public CAs, Let's Encrypt among them, issue certificates for servers only, so the server refuses the client after its next renewal. " +
			"The client certificate that fakemx exports here is for servers only.",
		Fix: "On the client, use a certificate with extendedKeyUsage clientAuth, which only private CAs still issue, or show none where none is needed. " +
			"On the server, accept a partner's certificate by its fingerprint or by DANE, or request one without requiring it. " +
			"A server that accepts mail from everyone should not require a certificate at all.",
		References: []string{"RFC 5280 section 4.2.1.12", "Let's Encrypt: Ending TLS Client Authentication Certificate Support in 2026 (14 May 2025)"},
		Facts:      unfinished,
		Grounds:    Grounds{Completes: "RFC 8446 section 6.2"},
		Edit: func(p *Peer) {
			p.PKI.Certificates[client].ExtendedKeyUsages = []string{"serverAuth"}
			p.TLS.ClientCertificate = ClientCertificate{
				Mode: ClientCertificateEnforce, Authorities: []string{clientCA}, Trust: []string{clientCA},
			}
		},
	},
	{
		Name:    "oversized-ca-list",
		Number:  116,
		Summary: "requests a client certificate from any of 157 CAs",
		Story: "The system's whole trust store was named where the CA for client certificates belongs, such as in sendmail's confCACERT. Every handshake then carries some 15 kB of names. " +
			"Sendmail's guide warns that some clients fail; current ones accept the list, except Mbed TLS 2, which reads no message longer than one record.",
		Fix: "In confCACERT, put the intermediate of the server's own certificate and little more. Put the trusted roots into confCACERT_PATH, a directory with hashed names. " +
			"In Postfix, use smtpd_tls_CApath instead of smtpd_tls_CAfile, whose names are sent.",
		References: []string{
			"RFC 8446 section 4.2.4",
			"Sendmail Installation and Operation Guide section 6.6.1",
			"field report: the 157 roots of ca_root_nss in confCACERT",
		},
		Facts: selective,
		Edit:  func(p *Peer) { p.TLS.ClientCertificate = acceptTrustStore(p, 157) },
	},
}

// acceptTrustStore adds size authorities, with names as long as those of a real
// trust store, and requests a certificate from any of them. They share the client
// CA's key, so that the peer starts quickly.
func acceptTrustStore(p *Peer, size int) ClientCertificate {
	ask := ClientCertificate{Mode: ClientCertificateRequest}
	for n := range size {
		name := fmt.Sprintf("store-%03d", n+1)
		c := authority("")
		c.KeyOf = clientCA
		c.Subject = certgen.Subject{
			Country:            "ZZ",
			Organization:       testOnly,
			OrganizationalUnit: "Trust Services of {scenario}",
			CommonName:         fmt.Sprintf("%s Global Root %03d", testOnly, n+1),
		}
		p.PKI.Certificates[name] = c
		ask.Authorities = append(ask.Authorities, name)
	}
	return ask
}
