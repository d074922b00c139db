package scenarios

// trace: what the peer writes in Received.
var trace = []Scenario{
	{
		Name:    "received-downgraded",
		Summary: "stamps a session with TLS as if there had been none, ESMTPA for ESMTPSA",
		Story: "The receiving software does not know RFC 3848, or a proxy takes TLS off in front of it, so that it never learns of it. " +
			"Senders who look at the header conclude that their mail went in clear, and search for a fault on their own side. The header is the receiver's word and no proof either way.",
		Fix: "On the receiving server: upgrade to software that writes ESMTPS and ESMTPSA, or have the proxy pass on what it knows (Postfix takes XCLIENT and the PROXY protocol, though neither carries TLS facts, so end TLS in Postfix itself). " +
			"On the sending side nothing is wrong: trust its own log, such as sendmail's STARTTLS=client line.",
		References: []string{
			"RFC 3848",
			"RFC 5321 section 4.4",
			"field report: with ESMTPA on a message that was sent in authenticated TLS",
		},
		Facts:    Facts{Offers: Yes, Completes: Yes, Authentic: Yes},
		Harmless: true,
		Edit:     func(p *Peer) { p.Trace.With = WithAsClear },
	},
}
