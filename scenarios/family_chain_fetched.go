package scenarios

// chainFetched: chains that a client can complete by fetching a certificate.
var chainFetched = []Scenario{
	{
		Name:    "missing-intermediate-with-url",
		Number:  34,
		Aliases: []string{"aia-chasing"},
		Summary: "sends no intermediate, but its certificate names a URL for it",
		Story: "The certificate points to its issuer's certificate, as certificates from public CAs do. " +
			"Browsers on Windows and macOS fetch it, so nobody notices the missing intermediate; mail servers do not, and fail. " +
			"Neither is wrong: RFC 5280 allows clients to fetch it but does not require it. Java does if com.sun.security.enableAIAcaIssuers is true. The record shows whether a client fetched it.",
		Fix:        "Send the intermediate as well, as for missing-intermediate; the URL does not replace it.",
		References: []string{"RFC 5280 section 4.2.2.1", "RFC 8446 section 4.4.2"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].IssuerURLs = []string{intermediateIssuer}
			p.PKI.Send = []string{leaf}
		},
	},
}
