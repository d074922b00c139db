package scenarios

// trace: what the peer writes in Received.
var trace = []Scenario{
	{
		Name:    "received-downgraded",
		Number:  166,
		Summary: "stamps a session with TLS as if there had been none: ESMTPA for ESMTPSA",
		Story: "The receiving software does not know RFC 3848, or a proxy takes TLS off in front of it, so that it never learns of it. " +
			"Senders who look at the header conclude that their mail went in clear, and search for the fault on their own side. The header is the receiver's word and no proof either way.",
		Fix: "On the sending side nothing is wrong: trust its own log, such as sendmail's STARTTLS=client line. " +
			"On the receiving side, use software that writes ESMTPS and ESMTPSA, and end TLS in it, not in front of it.",
		References: []string{
			"RFC 3848",
			"RFC 5321 section 4.4",
			"field report: with ESMTPA on a message that was sent in authenticated TLS",
		},
		Facts:    sound,
		Harmless: true,
		Edit:     func(p *Peer) { p.Trace.With = WithAsClear },
	},
	{
		Name:       "received-always-smtp",
		Number:     167,
		Summary:    "stamps every session with SMTP",
		Story:      "A simple receiver or a content filter in between writes a constant. Programs that count encrypted mail by the keyword count none from there.",
		Fix:        "Nothing is to be done about the transport. Judge it by the logs of both sides, not by the keyword.",
		References: []string{"RFC 3848", "RFC 5321 section 4.4"},
		Facts:      sound,
		Harmless:   true,
		Edit:       func(p *Peer) { p.Trace.With = WithSMTP },
	},
	{
		Name:       "received-lowercase",
		Number:     168,
		Summary:    "stamps the keyword in lower case, esmtps",
		Story:      "Exim does so, and the grammar allows it: keywords do not depend on case. Programs that look for ESMTPS in capitals miss it.",
		Fix:        "Compare the keyword without regard to case.",
		References: []string{"RFC 5321 section 4.4", "RFC 3848"},
		Facts:      sound,
		Harmless:   true,
		Edit:       func(p *Peer) { p.Trace.With = WithLowercase },
	},
	{
		Name:    "received-claims-tls",
		Number:  169,
		Summary: "stamps ESMTPS on a session that had no TLS",
		Story: "A proxy speaks to the receiver inside the house and tells it that all is TLS, or the keyword is a constant in a template. " +
			"The header then vouches for something that did not happen. It shows with clients that deliver in clear; with the others the stamp is right.",
		Fix:        "On the receiver, take the keyword from the session. A sender who needs certainty must require TLS himself: the header is not under his control.",
		References: []string{"RFC 3848", "RFC 5321 section 4.4"},
		Facts:      sound,
		Harmless:   true,
		Edit:       func(p *Peer) { p.Trace.With = WithAsTLS },
	},
	{
		Name:       "received-comment-after-with",
		Number:     170,
		Summary:    "puts a comment between the keyword behind with and what follows it",
		Story:      "The grammar allows comments nearly everywhere in Received, and sendmail and Postfix make use of that. Programs that take the field apart with a regular expression trip over it.",
		Fix:        "Parse the field with its grammar, comments and folding included.",
		References: []string{"RFC 5321 section 4.4", "RFC 5322 section 3.2.2"},
		Facts:      sound,
		Harmless:   true,
		Edit:       func(p *Peer) { p.Trace.CommentAfterWith = true },
	},
	{
		Name:       "received-absent",
		Number:     171,
		Summary:    "writes no Received field",
		Story:      "RFC 5321 obliges every server to write one. Some gateways leave it out to hide the inside of a network, and then loops are found by nobody and delays cannot be placed.",
		Fix:        "On the receiver, write the field; what must be hidden can be left out of it. Loop detection counts on it.",
		References: []string{"RFC 5321 section 4.4", "RFC 5321 section 6.3"},
		Facts:      sound,
		Harmless:   true,
		Edit:       func(p *Peer) { p.Trace.Absent = true },
	},
}
