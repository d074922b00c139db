package scenarios

// groundUnusable: with records of which none is usable, TLS is required all the
// same.
const groundUnusable = "RFC 7672 section 2.2"

// daneUnusable: records that no client can use.
var daneUnusable = []Scenario{
	{
		Name:    "tlsa-pkix-ta",
		Number:  202,
		Base:    "dane",
		Summary: "publishes a TLSA record with usage 0, which SMTP does not use",
		Story: "Usages 0 and 1 ask for a certificate from a public CA on top, and mail servers have no common list of CAs. What a client does with the record is not defined. " +
			"Postfix treats it as unusable: it uses TLS, without checking who the host is.",
		Fix:        "Publish 3 1 1, or 2 1 1 if you want to name a CA.",
		References: []string{"RFC 7672 section 3.1.3", "RFC 7672 section 2.2"},
		Facts:      daneLenient,
		Edit:       tlsa(TLSA{Usage: 0, Selector: 1, Matching: 1, Of: intermediate}),
	},
	{
		Name:       "tlsa-pkix-ee",
		Number:     203,
		Base:       "dane",
		Summary:    "publishes a TLSA record with usage 1, which SMTP does not use",
		Story:      "The record is meant for browsers, which never came to use it. What a mail client does with it is not defined.",
		Fix:        "Publish the same data with usage 3.",
		References: []string{"RFC 7672 section 3.1.3", "RFC 7672 section 2.2"},
		Facts:      daneLenient,
		Edit:       func(p *Peer) { p.DNS.TLSA[0].Usage = 1 },
	},
	{
		Name:    "tlsa-unknown-usage",
		Number:  204,
		Base:    "dane",
		Summary: "publishes a TLSA record with usage 4, which nobody has defined",
		Story: "A slip of the pen. A client must not use a record that it does not understand, but it must use TLS, because the record promises that. " +
			"Exim 4.96 with hosts_require_dane delivers here, though its policy is to deliver by DANE alone.",
		Fix:        "Publish it with usage 3.",
		References: []string{"RFC 6698 section 4.1", "RFC 7672 section 2.2"},
		Facts:      daneUnusables,
		Grounds:    Grounds{DANE: groundUnusable},
		Edit:       func(p *Peer) { p.DNS.TLSA[0].Usage = 4 },
	},
	{
		Name:       "tlsa-unknown-selector",
		Number:     205,
		Base:       "dane",
		Summary:    "publishes a TLSA record with selector 2, which nobody has defined",
		Story:      "A slip of the pen. A client must not use a record that it does not understand.",
		Fix:        "Publish it with selector 1.",
		References: []string{"RFC 6698 section 4.1", "RFC 7672 section 2.2"},
		Facts:      daneUnusables,
		Grounds:    Grounds{DANE: groundUnusable},
		Edit:       func(p *Peer) { p.DNS.TLSA[0].Selector = 2 },
	},
	{
		Name:       "tlsa-unknown-matching",
		Number:     206,
		Base:       "dane",
		Summary:    "publishes a TLSA record with matching type 3, which nobody has defined",
		Story:      "A new digest that old clients do not know looks the same. A client must not use a record that it does not understand.",
		Fix:        "Publish 3 1 1, which every client knows.",
		References: []string{"RFC 6698 section 4.1", "RFC 7672 section 2.2"},
		Facts:      daneUnusables,
		Grounds:    Grounds{DANE: groundUnusable},
		Edit:       func(p *Peer) { p.DNS.TLSA[0].Matching = 3 },
	},
	{
		Name:       "tlsa-short-digest",
		Number:     207,
		Base:       "dane",
		Summary:    "publishes a TLSA record with half of a digest",
		Story:      "The end of the line was lost when the record was pasted into a form. What is there can match nothing. Whether the record is malformed and unusable, or sound and wrong, no standard says.",
		Fix:        "Publish the whole digest: 64 hexadecimal digits for SHA-256.",
		References: []string{"RFC 6698 section 2.1.4", "RFC 7672 section 2.2"},
		Facts:      daneLenient,
		Edit:       func(p *Peer) { p.DNS.TLSA[0].Data = TLSAShort },
	},
	{
		Name:       "tlsa-unusable-no-starttls",
		Number:     208,
		Base:       "tlsa-unknown-usage",
		Summary:    "publishes a TLSA record that no client can use, and does not offer STARTTLS",
		Story:      "Even a record that cannot be used promises TLS. A client must not deliver in clear.",
		Fix:        "Offer STARTTLS on every host that has a TLSA record, or remove the record.",
		References: []string{"RFC 7672 section 2.2"},
		Facts:      Facts{Offers: No, Completes: No, Authentic: No, DANE: DANEUnusable},
		Grounds:    Grounds{DANE: groundUnusable, Offers: "RFC 3207 section 4"},
		Edit:       func(p *Peer) { p.SMTP.StartTLS.Offer = Nowhere },
	},
}
