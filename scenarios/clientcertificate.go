package scenarios

// clientCertificate: what the peer asks of the client's certificate.
var clientCertificate = []Scenario{
	{
		Name:    "zero-length-client-certificate",
		Summary: "asks for a client certificate that no client has, and accepts the zero-length answer",
		Story: "Sendmail and Exim ask every client for a certificate unless told otherwise, and name the authorities they would accept. " +
			"A client that has no certificate from one of those answers with a zero-length list, which TLS requires of it; in a packet capture that looks like a mistake and has often been taken for the cause of another one. " +
			"The peer goes on, records the empty answer and stamps Received as sendmail does, with verify=NO.",
		Fix: "Nothing is wrong: verify=NO in Received says that the client showed no certificate, and says nothing about the server's. " +
			"A server that has no use for client certificates should not ask: sendmail with Srv_Features: V in the access map, Exim with an empty tls_try_verify_hosts, Postfix with smtpd_tls_ask_ccert = no, its default.",
		References: []string{
			"RFC 8446 section 4.4.2",
			"RFC 5246 section 7.4.6",
			"field report: a Certificate message of length zero in a capture of a delivery that was reset",
		},
		Facts:    Facts{Offers: Yes, Completes: Yes, Authentic: Yes},
		Harmless: true,
		Edit: func(p *Peer) {
			p.PKI.Certificates["unknown-ca"] = authority("CA that nobody has a certificate from")
			p.TLS.ClientCertificate = ClientCertificate{Mode: ClientCertificateRequest, Authorities: []string{"unknown-ca"}}
		},
	},
}
