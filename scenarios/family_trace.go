package scenarios

// trace: what the peer writes in Received.
var trace = []Scenario{
	{
		Name:    "received-downgraded",
		Number:  166,
		Summary: "writes the Received keyword as if without TLS: ESMTPA for ESMTPSA",
		Story: "The receiving software does not know RFC 3848, or a proxy in front of it terminates TLS, so the software never learns of it. " +
			"Senders who look at the header conclude that their mail was sent in clear text, and search for the fault on their own side. The receiver writes the header; it proves nothing either way.",
		Fix: "On the sending side nothing is wrong: trust its own log, such as sendmail's STARTTLS=client line. " +
			"On the receiving side, use software that writes ESMTPS and ESMTPSA, and terminate TLS in it, not in front of it.",
		References: []string{
			"RFC 3848",
			"RFC 5321 section 4.4",
			"field report: ESMTPA in Received for a message sent in authenticated TLS",
		},
		Facts:    sound,
		Harmless: true,
		Edit:     func(p *Peer) { p.Trace.With = WithAsClear },
	},
	{
		Name:       "received-always-smtp",
		Number:     167,
		Summary:    "writes the Received keyword SMTP for every session",
		Story:      "A simple receiver or a content filter in between writes a constant. Programs that count encrypted mail by the keyword count none from this server.",
		Fix:        "There is nothing to fix in the transport. Judge it by the logs of both sides, not by the keyword.",
		References: []string{"RFC 3848", "RFC 5321 section 4.4"},
		Facts:      sound,
		Harmless:   true,
		Edit:       func(p *Peer) { p.Trace.With = WithSMTP },
	},
	{
		Name:       "received-lowercase",
		Number:     168,
		Summary:    "writes the Received keyword in lower case: esmtps",
		Story:      "Exim does this, and the grammar allows it: keywords are case-insensitive. Programs that look for ESMTPS in capitals miss it.",
		Fix:        "Ignore case when you compare the keyword.",
		References: []string{"RFC 5321 section 4.4", "RFC 3848"},
		Facts:      sound,
		Harmless:   true,
		Edit:       func(p *Peer) { p.Trace.With = WithLowercase },
	},
	{
		Name:    "received-claims-tls",
		Number:  169,
		Summary: "writes the Received keyword ESMTPS for sessions without TLS",
		Story: "A proxy inside the network tells the receiver that every session used TLS, or the keyword is a constant in a template. The header then vouches for something that did not happen. " +
			"The fault shows only with clients that deliver in clear text; for all others the keyword is right.",
		Fix:        "On the receiver, take the keyword from the session. A sender who needs certainty must require TLS, because the header is not under the sender's control.",
		References: []string{"RFC 3848", "RFC 5321 section 4.4"},
		Facts:      sound,
		Harmless:   true,
		Edit:       func(p *Peer) { p.Trace.With = WithAsTLS },
	},
	{
		Name:       "received-comment-after-with",
		Number:     170,
		Summary:    "writes a comment after the Received keyword",
		Story:      "The grammar allows comments nearly everywhere in Received, and sendmail and Postfix use them. Programs that parse the field with a regular expression fail.",
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
		Story:      "RFC 5321 requires every server to write one. Some gateways leave it out to hide an internal network. Then nothing detects loops, and nobody can tell where a delay arose.",
		Fix:        "On the receiver, write the field; leave out of it what must stay hidden. Loop detection depends on it.",
		References: []string{"RFC 5321 section 4.4", "RFC 5321 section 6.3"},
		Facts:      sound,
		Harmless:   true,
		Edit:       func(p *Peer) { p.Trace.Absent = true },
	},
}
