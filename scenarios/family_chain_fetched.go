package scenarios

// chainFetched: chains that a client can mend by a fetch.
var chainFetched = []Scenario{
	{
		Name:    "missing-intermediate-with-url",
		Number:  34,
		Aliases: []string{"aia-chasing"},
		Summary: "sends no intermediate, but its certificate says where to fetch it",
		Story: "The certificate points to its issuer's certificate, as those of public CAs do. Browsers on Windows and macOS fetch it, so the missing intermediate stays unnoticed; mail servers do not, and fail. " +
			"Neither is wrong: RFC 5280 lets a client fetch it and obliges none to. Java does if com.sun.security.enableAIAcaIssuers is true. " +
			"The record shows a client that does fetch it.",
		Fix:        "Send the intermediate along, as for missing-intermediate; the pointer is no substitute.",
		References: []string{"RFC 5280 section 4.2.2.1", "RFC 8446 section 4.4.2"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].IssuerURLs = []string{intermediateIssuer}
			p.PKI.Send = []string{leaf}
		},
	},
}
