package scenarios

// stsAndDANE: a domain with both, of which DANE comes first (RFC 8461 section 2).
var stsAndDANE = []Scenario{
	{
		Name:       "dane-and-mta-sts",
		Number:     326,
		Base:       "dane",
		Summary:    "publishes a TLSA record that matches, and an MTA-STS policy that lists it: nothing is wrong",
		Story:      "This is the control for clients that do both.",
		Fix:        "If your client cannot deliver here, try dane and mta-sts alone.",
		References: []string{"RFC 8461 section 2", "RFC 7672 section 2"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: Yes, DANE: DANEMatches, STS: STSAllows},
		Grounds:    Grounds{STS: groundListed},
		Edit:       func(p *Peer) { p.STS = healthySTS() },
	},
	{
		Name:    "dane-wrong-sts-right",
		Number:  327,
		Base:    "dane-and-mta-sts",
		Summary: "publishes an MTA-STS policy that lists it, and a TLSA record of its previous key",
		Story: "A policy must not repair DANE that fails: whoever can get a certificate for the host could undo DANE otherwise. " +
			"postfix-mta-sts-resolver answers with a policy that replaces DANE, so that Postfix delivers.",
		Fix:        "Publish the record of the key in use now.",
		References: []string{"RFC 8461 section 2", "RFC 7672 section 2.2"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: Yes, DANE: DANEMismatch, STS: STSAllows},
		Grounds:    Grounds{DANE: groundAuthenticate, STS: groundListed},
		Edit: func(p *Peer) {
			keepPrevious(p)
			p.DNS.TLSA[0].Of = previous
		},
	},
	{
		Name:    "dane-right-sts-wrong",
		Number:  328,
		Base:    "dane-and-mta-sts",
		Summary: "publishes a TLSA record that matches, and an MTA-STS policy that lists another host",
		Story: "The standard does not say what counts for a client that does both. Section 5 of RFC 8461 forbids the delivery, and section 2 lets no policy interfere with DANE. " +
			"postfix-tlspol goes by DANE, postfix-mta-sts-resolver by the policy.",
		Fix:        "List the host in the policy.",
		References: []string{"RFC 8461 section 2", "RFC 8461 section 5"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: Yes, DANE: DANEMatches, STS: STSForbids},
		Grounds:    Grounds{DANE: groundEE, STS: groundEnforce},
		Edit:       lists(unlisted),
	},
	{
		Name:       "dane-servfail-sts-right",
		Number:     329,
		Base:       "dane-and-mta-sts",
		Summary:    "publishes an MTA-STS policy that lists it, and answers queries for TLSA records with SERVFAIL",
		Story:      "Whether there is a TLSA record cannot be known, which DANE treats like one that does not match. A policy must not repair that.",
		Fix:        "Replace the name server, or delegate _tcp.HOST to one that answers.",
		References: []string{"RFC 8461 section 2", "RFC 7672 section 2.1.2"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: Yes, DANE: DANEUnknowable, STS: STSAllows},
		Grounds:    Grounds{DANE: groundLookup, STS: groundListed},
		Edit:       func(p *Peer) { p.DNS.Answers = []DNSFault{{Type: "TLSA", Do: DNSServfail}} },
	},
	{
		Name:       "dane-right-name-mismatch",
		Number:     330,
		Base:       "dane-and-mta-sts",
		Summary:    "publishes a matching TLSA record 3 1 1 and an MTA-STS policy, with a certificate for another name",
		Story:      "By DANE the name does not count, and by the policy it does. The standard does not say what counts for a client that does both.",
		Fix:        "Get a certificate for the name in the MX record.",
		References: []string{"RFC 8461 section 2", "RFC 8461 section 4.2", "RFC 7672 section 3.1.1"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: No, DANE: DANEMatches, STS: STSAllows},
		Grounds:    Grounds{DANE: groundEE, Completes: AllStacks, Authentic: "RFC 8461 section 4.2"},
		Edit:       misnamed("other.fakemx.test"),
	},
}
