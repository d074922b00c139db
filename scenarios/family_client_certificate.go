package scenarios

import (
	"fmt"

	"github.com/fakemx/fakemx/certgen"
)

// clientCertificate: what the peer asks of the client's certificate.
var clientCertificate = []Scenario{
	{
		Name:    "client-certificate-requested",
		Number:  109,
		Summary: "asks for a client certificate and accepts any answer",
		Story: "Sendmail and Exim ask every client for a certificate unless told otherwise. " +
			"Between mail servers hardly anybody has one to show, so the answer is mostly a zero-length list, and Received says verify=NO. A certificate that leads to no CA the server knows makes it verify=FAIL. Neither stops the mail.",
		Fix: "Nothing is wrong, and verify=NO or FAIL in a Received field is no remark on the receiving server's certificate. " +
			"To stop asking: sendmail with Srv_Features: V in the access map, Exim with an empty tls_try_verify_hosts; Postfix asks only with smtpd_tls_ask_ccert = yes.",
		References: []string{"RFC 8446 section 4.3.2", "RFC 5246 section 7.4.4"},
		Facts:      sound,
		Grounds:    Grounds{Completes: "RFC 8446 section 4.4.2"},
		Harmless:   true,
		Edit:       func(p *Peer) { p.TLS.ClientCertificate.Mode = ClientCertificateRequest },
	},
	{
		Name:    "zero-length-client-certificate",
		Number:  110,
		Summary: "asks for a certificate of a CA that has issued none, and records the zero-length answer",
		Story: "The server names the authorities whose certificates it would take, and the client has none from them. " +
			"TLS then obliges the client to answer with a Certificate message of length zero; in a packet capture that looks like a fault and has been taken for the cause of another one. " +
			"The peer goes on, records the empty answer and stamps Received as sendmail does, with verify=NO. Most clients answer so; one that sends a certificate from another CA all the same is recorded with that.",
		Fix: "Nothing is wrong: the empty message is how a client says that it has no certificate to show. Look for the cause of a failure elsewhere in the capture. " +
			"If the client should have shown one: sendmail leaves confCLIENT_CERT out without a word where the key file may be read by the group.",
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
		Summary: "asks for a client certificate and reports whether its own client CA issued it",
		Story: "A smart host lets those relay who show a certificate of its own CA. " +
			"It asks everybody, takes mail from everybody, and notes the result in Received: verify=OK, or FAIL for a certificate from elsewhere, or NO for none.",
		Fix: "A client that should be OK and is not has the wrong certificate, lacks its intermediate, or does not send it. " +
			"Client side: sendmail confCLIENT_CERT and confCLIENT_KEY (the key must not be readable by the group), Postfix smtp_tls_chain_files, Exim tls_certificate and tls_privatekey on the smtp transport. " +
			"fakemx exports a client certificate that is OK here.",
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
		Summary: "ends TLS with clients that show no certificate",
		Story: "A server that is meant for a few partners was put into a public MX record, or a setting for submission was made for all ports. " +
			"A client without a certificate gets an alert; in TLS 1.3 it comes after the client believed the handshake done, so sendmail logs a reset connection instead. A client with any certificate gets through.",
		Fix: "On a server that takes mail from the Internet, ask but do not require: Postfix smtpd_tls_ask_ccert without smtpd_tls_req_ccert, Exim tls_try_verify_hosts instead of tls_verify_hosts, OpenSMTPD listen without verify. " +
			"On the client, configure a certificate if one is really expected.",
		References: []string{"RFC 8446 section 6.2 certificate_required", "RFC 5246 section 7.4.6"},
		Facts:      unfinished,
		Grounds:    Grounds{Completes: "RFC 8446 section 6.2"},
		Edit:       func(p *Peer) { p.TLS.ClientCertificate.Mode = ClientCertificateRequire },
	},
	{
		Name:    "client-certificate-enforced",
		Number:  113,
		Summary: "ends TLS with clients whose certificate is not from its own CA",
		Story: "A smart host takes mail only from machines that show a certificate of the company's CA. " +
			"The alert says what is wrong: certificate_required (in TLS 1.2 handshake_failure) where none comes, unknown_ca for one from elsewhere or without its intermediate, certificate_expired, unsupported_certificate for one that is not for clients, bad_certificate for a broken one. " +
			"A client that only logs that the connection was closed hides all of that.",
		Fix: "Look for the alert in the client's log or in the record, and mend what it names: renew the certificate, have it issued with extendedKeyUsage clientAuth, send the intermediate along. " +
			"Client side: sendmail confCLIENT_CERT and confCLIENT_KEY, Postfix smtp_tls_chain_files, Exim tls_certificate and tls_privatekey on the smtp transport. " +
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
		Summary: "ends TLS with clients that do show a certificate",
		Story: "The server asks for a certificate and cannot deal with one: its CA list is empty, or its code takes the unverified certificate for an error. " +
			"A client without a certificate gets through, so the fault shows only with the one partner who has configured a certificate for his sending side.",
		Fix: "On the server, do not ask for certificates, or do not end TLS over them. " +
			"On the client, do not present one to this host: sendmail FEATURE(tls_session_features) with another CertFile for the host, Postfix a transport of its own with an empty smtp_tls_chain_files.",
		References: []string{"haraka/Haraka#2693"},
		Facts:      sound,
		Grounds:    Grounds{Completes: "RFC 8446 section 4.4.2"},
		Edit:       func(p *Peer) { p.TLS.ClientCertificate.Mode = ClientCertificateReject },
	},
	{
		Name:    "client-certificate-wrong-eku",
		Number:  115,
		Summary: "ends TLS with clients whose certificate is for servers only",
		Story: "The server takes mail only from clients that show a certificate of its CA, and it checks that the certificate is for clients. Mail servers used to show their own server certificate, which was for both purposes. " +
			"Since 2026 public CAs, Let's Encrypt among them, issue certificates for servers only, and after the next renewal the client is refused. The client certificate that fakemx exports is such a one.",
		Fix: "On the client, use a certificate with extendedKeyUsage clientAuth, which only a private CA still issues, or show none where none is needed. " +
			"On the server, accept a partner's certificate by its fingerprint or by DANE, or ask without requiring. A server that takes mail from everybody should not demand a certificate at all.",
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
		Summary: "names 157 authorities whose client certificates it would take",
		Story: "The system's whole trust store was named where the CA for client certificates belongs, such as sendmail's confCACERT. " +
			"Every handshake then carries some 15 kB of names. Sendmail's guide warns of clients that fail over it; current ones take it, but for Mbed TLS 2, which reads no message longer than one record.",
		Fix: "Put into confCACERT the intermediate of the server's own certificate and little more, and the trusted roots into confCACERT_PATH as a folder with hashed names. " +
			"Postfix: smtpd_tls_CApath instead of smtpd_tls_CAfile, whose names are sent.",
		References: []string{
			"RFC 8446 section 4.2.4",
			"Sendmail Installation and Operation Guide section 6.6.1",
			"field report: the 157 roots of ca_root_nss in confCACERT",
		},
		Facts: selective,
		Edit:  func(p *Peer) { p.TLS.ClientCertificate = acceptTrustStore(p, 157) },
	},
}

// acceptTrustStore adds as many authorities, with names as long as those of a
// real trust store, and asks for a certificate of any of them. They share the
// client CA's key, for a quick start.
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
