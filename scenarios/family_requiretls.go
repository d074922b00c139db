package scenarios

import "slices"

// requireTLS: messages that say what they need (RFC 8689). Most scenarios are
// known peers, and the message is what is special.
var requireTLS = slices.Concat(requireTLSDemanded, tlsRequiredNo)

// demanding is a message that demands REQUIRETLS, and waiving one that does
// without TLS where it must.
var (
	demanding = Message{RequireTLS: true}
	waiving   = Message{TLSRequired: TLSRequiredNo}
)

// requireTLSDemanded: a message that demands REQUIRETLS, and a next hop to which
// it may go, or not.
var requireTLSDemanded = []Scenario{
	{
		Name:    "requiretls",
		Number:  380,
		Base:    "dane-and-mta-sts",
		Summary: "offers REQUIRETLS to a message that demands it, and fulfils all that it asks for: nothing is wrong",
		Story: "This is the control for REQUIRETLS. The MX record is secure by DNSSEC, and an MTA-STS policy lists the host; the certificate is right, and a TLSA record matches it. " +
			"A client has to pass the demand on: MAIL must have the parameter REQUIRETLS again. One that takes the message and drops the parameter has broken its promise.",
		Fix: "If your client cannot deliver here, find out whether it can tell that the MX record is secure: it needs a validating resolver, or MTA-STS. " +
			"maddy has mx_auth with dane or mtasts. Postfix 3.11 wants a TLS level that verifies, such as dane or secure, and takes hosts below its own mydomain for its own.",
		References: []string{"RFC 8689 section 4.2.1", "RFC 8689 section 2"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: Yes, DANE: DANEMatches, STS: STSAllows},
		Message:    demanding,
	},
	{
		Name:    "requiretls-unsupported",
		Number:  381,
		Base:    "requiretls",
		Summary: "does not offer REQUIRETLS to a message that demands it",
		Story: "Nearly every server is like this. The message must not be sent there, though TLS is right: the server would not promise to pass the demand on. It is returned with 5.7.30. " +
			"maddy delivers by default (relaxed_requiretls), and Postfix 3.11 where smtp_requiretls_policy says opportunistic+starttls or the like.",
		Fix:        "On the server, offer REQUIRETLS if it keeps what that promises. On the client, do not relax it for messages that demand it.",
		References: []string{"RFC 8689 section 4.2.1", "RFC 8689 section 7"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: Yes, DANE: DANEMatches, STS: STSAllows},
		Message:    demanding,
		Edit:       func(p *Peer) { p.SMTP.Extensions = without(p.SMTP.Extensions, "REQUIRETLS") },
	},
	{
		Name:       "requiretls-in-clear-only",
		Number:     382,
		Base:       "requiretls",
		Summary:    "offers REQUIRETLS before STARTTLS, and no longer inside TLS",
		Story:      "What was offered in clear counts for nothing: anybody on the way could have written it, and a client has to forget it when TLS begins (RFC 3207). A client that remembers sends MAIL with a parameter that the server does not know.",
		Fix:        "Offer REQUIRETLS inside TLS, and nowhere else.",
		References: []string{"RFC 8689 section 2", "RFC 3207 section 4.2"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: Yes, DANE: DANEMatches, STS: STSAllows},
		Message:    demanding,
		Edit:       func(p *Peer) { p.SMTP.RequireTLSOffer = InClear },
	},
	{
		Name:       "requiretls-refused",
		Number:     383,
		Base:       "requiretls",
		Summary:    "offers REQUIRETLS and refuses MAIL that has the parameter (555)",
		Story:      "A proxy or a filter in front of the server passes its keywords on and does not know the parameter. A client that tries again without it delivers, and drops what the sender demanded.",
		Fix:        "On the server, let everything in the way know the parameter, or hide the keyword. A client has to return the message.",
		References: []string{"RFC 8689 section 4.2.1", "RFC 5321 section 4.1.1.11"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: Yes, DANE: DANEMatches, STS: STSAllows},
		Message:    demanding,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtMAIL, Do: DoReply, Text: "555 5.5.4 Unsupported option: REQUIRETLS", Match: &Match{Parameter: "REQUIRETLS"}}}
		},
	},
	{
		Name:       "requiretls-no-starttls",
		Number:     384,
		Base:       "requiretls",
		Summary:    "does not offer STARTTLS to a message that demands REQUIRETLS",
		Story:      "Somebody on the way may have removed the offer. The message must not be sent in clear, whatever else the client does without TLS. It is returned with 5.7.10.",
		Fix:        "Offer STARTTLS, and find out what removes it.",
		References: []string{"RFC 8689 section 4.2.1", "RFC 8689 section 8.2"},
		Facts:      Facts{Offers: No, Completes: No, Authentic: No, DANE: DANEMatches, STS: STSAllows},
		Grounds:    Grounds{Offers: "RFC 3207 section 4"},
		Message:    demanding,
		Edit:       noOffer,
	},
	{
		Name:    "requiretls-untrusted",
		Number:  385,
		Base:    "requiretls",
		Summary: "offers REQUIRETLS, and has a self-signed certificate for which no TLSA record vouches",
		Story: "The name of the host is secure, and REQUIRETLS is offered, but nobody knows who offers it. The certificate has to be verified, by a trusted authority or by DANE, " +
			"even by a client that accepts every certificate for other messages.",
		Fix:        "Get a certificate from a public authority, or publish a TLSA record.",
		References: []string{"RFC 8689 section 4.2.1", "RFC 8689 section 8.2"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: No, DANE: DANENone, STS: STSAllows},
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1", STS: groundListed},
		Message:    demanding,
		Edit: func(p *Peer) {
			selfSigned(p)
			p.DNS.TLSA = nil
		},
	},
	{
		Name:       "requiretls-self-signed",
		Number:     386,
		Base:       "requiretls",
		Summary:    "offers REQUIRETLS, and has a self-signed certificate that its TLSA record matches, without MTA-STS",
		Story:      "DNSSEC secures the name, and DANE the key: that is enough, without any authority.",
		Fix:        "Nothing is wrong. Clients that do no DANE cannot deliver what demands REQUIRETLS.",
		References: []string{"RFC 8689 section 2", "RFC 7672 section 3.1.1"},
		Facts:      daneMatchAlone,
		Grounds:    Grounds{DANE: groundEE, Completes: AllStacks, Authentic: "RFC 5280 section 6.1"},
		Message:    demanding,
		Edit: func(p *Peer) {
			selfSigned(p)
			p.STS = nil
		},
	},
	{
		Name:    "requiretls-mta-sts",
		Number:  387,
		Base:    "requiretls",
		Summary: "offers REQUIRETLS, and secures its name by MTA-STS alone: its zone is not signed",
		Story:   "A policy that lists the host is enough, and the certificate has to be from a trusted authority.",
		Fix:     "Nothing is wrong. Clients that do no MTA-STS cannot deliver what demands REQUIRETLS.",
		References: []string{
			"RFC 8689 section 4.2.1", "RFC 8461 section 4.1",
		},
		Facts:   Facts{Offers: Yes, Completes: Yes, Authentic: Yes, DANE: DANENone, STS: STSAllows},
		Grounds: Grounds{STS: groundListed},
		Message: demanding,
		Edit:    unsign,
	},
	{
		Name:    "requiretls-insecure-mx",
		Number:  388,
		Base:    "requiretls-mta-sts",
		Summary: "offers REQUIRETLS, and has an MX record that neither DNSSEC nor MTA-STS secures",
		Story: "Most domains are like this. Whoever can forge the answer leads the client to a host of his own, which has a right certificate for its own name and offers REQUIRETLS. " +
			"So a client must not send the message, though nothing is wrong with the host.",
		Fix:        "Sign the zone, or publish an MTA-STS policy.",
		References: []string{"RFC 8689 section 4.2.1", "RFC 8689 section 8.2"},
		Facts:      daneNone,
		Message:    demanding,
		Edit:       func(p *Peer) { p.STS = nil },
	},
	{
		Name:       "requiretls-and-tls-required-no",
		Number:     389,
		Base:       "requiretls-untrusted",
		Summary:    "has a self-signed certificate for a message that demands REQUIRETLS and says TLS-Required: No",
		Story:      "The two contradict each other, and REQUIRETLS counts. A client that goes by the header field does not verify the certificate, and lets anybody who can add a field to a message undo the demand.",
		Fix:        "Let what writes the message remove the field where it demands REQUIRETLS.",
		References: []string{"RFC 8689 section 4.1"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: No, DANE: DANENone, STS: STSAllows},
		Message:    Message{RequireTLS: true, TLSRequired: TLSRequiredNo},
	},
	{
		Name:    "requiretls-over-tls-required-no",
		Number:  396,
		Base:    "requiretls",
		Summary: "fulfils all that a message demands by REQUIRETLS, which also says TLS-Required: No",
		Story: "The field is to be ignored, so that the message goes out like any other that demands REQUIRETLS. A client that goes by it does without DANE and MTA-STS for this message, " +
			"and then finds that the MX record is not secure, as maddy 0.8 does.",
		Fix:        "Let what writes the message remove the field where it demands REQUIRETLS.",
		References: []string{"RFC 8689 section 4.1"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: Yes, DANE: DANEMatches, STS: STSAllows},
		Message:    Message{RequireTLS: true, TLSRequired: TLSRequiredNo},
	},
}

// unsign takes the signatures from a zone, and with them all TLSA records.
func unsign(p *Peer) {
	p.DNS.Zone.Signed = false
	p.DNS.TLSA = nil
}

// tlsRequiredNo: a message that is to be delivered whatever the domain demands.
var tlsRequiredNo = []Scenario{
	{
		Name:       "tls-required-no",
		Number:     390,
		Base:       "dane-and-mta-sts",
		Summary:    "gets a message that says TLS-Required: No, and everything is right",
		Story:      "The field asks to deliver even if TLS fails, as the report on a broken server must. It does not ask to do without: a client should negotiate TLS here as ever.",
		Fix:        "Nothing is wrong.",
		References: []string{"RFC 8689 section 3", "RFC 8689 section 4.2.2"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: Yes, DANE: DANEMatches, STS: STSAllows},
		Message:    waiving,
	},
	{
		Name:    "tls-required-no-tlsa-mismatch",
		Number:  391,
		Base:    "tlsa-mismatch",
		Summary: "publishes a TLSA record that does not match, for a message that says TLS-Required: No",
		Story: "Somebody writes to the postmaster that the record is wrong, and wants that message to arrive. The client should ignore the record. Postfix does since 3.10, and maddy. " +
			"Whoever lets strangers submit mail also lets them do without DANE.",
		Fix:        "Publish the record of the key in use now.",
		References: []string{"RFC 8689 section 3", "RFC 8689 section 8.4"},
		Facts:      daneMismatched,
		Message:    waiving,
	},
	{
		Name:       "tls-required-no-tlsa-no-starttls",
		Number:     392,
		Base:       "tlsa-no-starttls",
		Summary:    "publishes a TLSA record and does not offer STARTTLS, for a message that says TLS-Required: No",
		Story:      "A TLSA record promises TLS, and there is none. The message asks to be delivered in clear then.",
		Fix:        "Offer STARTTLS, or remove the record.",
		References: []string{"RFC 8689 section 3", "RFC 8689 section 4.2.2"},
		Facts:      Facts{Offers: No, Completes: No, Authentic: No, DANE: DANEMatches},
		Message:    waiving,
	},
	{
		Name:       "tls-required-no-sts-mx-mismatch",
		Number:     393,
		Base:       "sts-mx-mismatch",
		Summary:    "publishes an MTA-STS policy that lists another host, for a message that says TLS-Required: No",
		Story:      "The mail has moved and nobody changed the policy, so that nobody who does MTA-STS can say so. The message asks to ignore the policy.",
		Fix:        "Add the new host to the policy, and change the id in the TXT record.",
		References: []string{"RFC 8689 section 3", "RFC 8689 section 8.4"},
		Facts:      stsForbids,
		Message:    waiving,
	},
	{
		Name:       "tls-required-no-sts-self-signed",
		Number:     394,
		Base:       "sts-self-signed",
		Summary:    "is listed by MTA-STS and has a self-signed certificate, for a message that says TLS-Required: No",
		Story:      "The certificate is wrong, and TLS works with it all the same. The message asks to be delivered, and the client should still use TLS.",
		Fix:        "Get a certificate from a public authority.",
		References: []string{"RFC 8689 section 3"},
		Facts:      stsUnauthentic,
		Message:    waiving,
	},
	{
		Name:       "tls-required-no-sts-no-starttls",
		Number:     395,
		Base:       "sts-no-starttls",
		Summary:    "is listed by MTA-STS and does not offer STARTTLS, for a message that says TLS-Required: No",
		Story:      "The policy asks for TLS, and there is none. The message asks to be delivered in clear then.",
		Fix:        "Offer STARTTLS.",
		References: []string{"RFC 8689 section 3", "RFC 8689 section 4.2.2"},
		Facts:      Facts{Offers: No, Completes: No, Authentic: No, STS: STSAllows},
		Message:    waiving,
	},
}
