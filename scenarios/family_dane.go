package scenarios

import "github.com/fakemx/fakemx/certgen"

// Facts of the scenarios about DANE.
var (
	daneMatches    = Facts{Offers: Yes, Completes: Yes, Authentic: Yes, DANE: DANEMatches}
	daneMatchAlone = Facts{Offers: Yes, Completes: Yes, Authentic: No, DANE: DANEMatches}
	daneMismatched = Facts{Offers: Yes, Completes: Yes, Authentic: Yes, DANE: DANEMismatch}
	daneUnusables  = Facts{Offers: Yes, Completes: Yes, Authentic: Yes, DANE: DANEUnusable}
	daneNone       = Facts{Offers: Yes, Completes: Yes, Authentic: Yes, DANE: DANENone}
	daneLenient    = Facts{Offers: Yes, Completes: Yes, Authentic: Yes, DANE: DANELenient}
	daneUnknowable = Facts{Offers: Yes, Completes: Yes, Authentic: Yes, DANE: DANEUnknowable}
)

// Sections of RFC 7672 and RFC 7671 on which many facts rest.
const (
	groundAuthenticate = "RFC 7672 section 2.2"   // a client must not deliver to a host that fits no usable record
	groundEE           = "RFC 7672 section 3.1.1" // only the key counts
	groundTA           = "RFC 7672 section 3.1.2" // the chain and the name count
	groundLookup       = "RFC 7672 section 2.1.2" // a lookup that fails must delay the delivery
)

// tlsa is an edit that publishes these records in place of the right one.
func tlsa(records ...TLSA) func(*Peer) { return func(p *Peer) { p.DNS.TLSA = records } }

// previous is the name of the certificate that the peer had before it was
// renewed.
const previous = "previous"

// keepPrevious adds the previous certificate, with a key of its own.
func keepPrevious(p *Peer) {
	old := *p.PKI.Certificates[leaf]
	p.PKI.Certificates[previous] = &old
}

// dane: what fits.
var dane = []Scenario{
	{
		Name:    "dane",
		Number:  172,
		Summary: "publishes a TLSA record that matches, in a signed zone: nothing is wrong",
		Story: "This is the control for DANE. The zone of the domain is signed, its MX record leads to a host in the same zone, and that host has one TLSA record, 3 1 1, " +
			"with the SHA-256 digest of its key. The certificate is right, too. If a client that does DANE cannot deliver here, no refusal of it proves anything.",
		Fix: "If your client cannot deliver here, look at its resolver first: it has to be told of the trust anchor, and the client has to see the AD bit. " +
			"Exim needs options trust-ad in resolv.conf, and Postfix needs smtp_dns_support_level = dnssec.",
		References: []string{"RFC 7672 section 2", "RFC 6698"},
		Facts:      daneMatches,
		Grounds:    Grounds{DANE: groundEE},
		Edit: func(p *Peer) {
			p.DNS.Zone.Signed = true
			p.DNS.TLSA = []TLSA{{Usage: 3, Selector: 1, Matching: 1}}
		},
	},
	{
		Name:       "tlsa-3-0-1",
		Number:     173,
		Base:       "dane",
		Summary:    "publishes the digest of its whole certificate, not only of its key: TLSA 3 0 1",
		Story:      "It matches until the certificate is renewed, even if the key stays the same. Then mail is refused until somebody changes the record.",
		Fix:        "Nothing is wrong today. Publish 3 1 1 and keep the key, or publish the record of the next certificate before you install it.",
		References: []string{"RFC 7671 section 5.1", "RFC 7672 section 3.1.1"},
		Facts:      daneMatches,
		Grounds:    Grounds{DANE: groundEE},
		Edit:       tlsa(TLSA{Usage: 3, Selector: 0, Matching: 1}),
	},
	{
		Name:       "tlsa-3-1-2",
		Number:     174,
		Base:       "dane",
		Summary:    "publishes the SHA-512 digest of its key: TLSA 3 1 2",
		Story:      "Clients need not know SHA-512, but all that are tested do.",
		Fix:        "Nothing is wrong. Publish 3 1 1 beside it, which every client has to know.",
		References: []string{"RFC 7671 section 9", "RFC 6698 section 2.1.3"},
		Facts:      daneMatches,
		Grounds:    Grounds{DANE: groundEE},
		Edit:       tlsa(TLSA{Usage: 3, Selector: 1, Matching: 2}),
	},
	{
		Name:       "tlsa-3-1-0",
		Number:     175,
		Base:       "dane",
		Summary:    "publishes its whole public key without a digest: TLSA 3 1 0",
		Story:      "The answer of the DNS grows with the key: that of an RSA key of 4096 bits takes half of a datagram.",
		Fix:        "Nothing is wrong, but publish 3 1 1.",
		References: []string{"RFC 7672 section 3.1.1", "RFC 7671 section 10.1.2"},
		Facts:      daneMatches,
		Grounds:    Grounds{DANE: groundEE},
		Edit:       tlsa(TLSA{Usage: 3, Selector: 1, Matching: 0}),
	},
	{
		Name:       "tlsa-3-0-0",
		Number:     176,
		Base:       "dane",
		Summary:    "publishes its whole certificate without a digest: TLSA 3 0 0",
		Story:      "The answer of the DNS holds a certificate, which often does not fit in a datagram, so that clients have to ask again over TCP.",
		Fix:        "Nothing is wrong, but publish 3 1 1.",
		References: []string{"RFC 7672 section 3.1.1", "RFC 7671 section 10.1.2"},
		Facts:      daneMatches,
		Grounds:    Grounds{DANE: groundEE},
		Edit:       tlsa(TLSA{Usage: 3, Selector: 0, Matching: 0}),
	},
	{
		Name:       "tlsa-ta",
		Number:     177,
		Base:       "dane",
		Summary:    "publishes the digest of its intermediate's key as a trust anchor: TLSA 2 1 1",
		Story:      "With usage 2 the client has to build a chain from the certificate to the trust anchor in the record, and to check the name. The trust anchor need not be a root, and no store needs to know it.",
		Fix:        "Nothing is wrong. Follow your CA's announcements: when it begins to use another intermediate, the record must be there before.",
		References: []string{"RFC 7672 section 3.1.2", "RFC 7671 section 5.2"},
		Facts:      daneMatches,
		Grounds:    Grounds{DANE: groundTA},
		Edit:       tlsa(TLSA{Usage: 2, Selector: 1, Matching: 1, Of: intermediate}),
	},
	{
		Name:       "tlsa-2-0-1",
		Number:     178,
		Base:       "dane",
		Summary:    "publishes the digest of its intermediate's certificate as a trust anchor: TLSA 2 0 1",
		Story:      "The record has to change when the CA's certificate is issued anew, even under the same key. A certificate beside it under the same key, such as a cross-signed one, does not match.",
		Fix:        "Nothing is wrong today. Prefer 2 1 1, or 3 1 1.",
		References: []string{"RFC 7671 section 5.2", "RFC 7672 section 3.1.2"},
		Facts:      daneMatches,
		Grounds:    Grounds{DANE: groundTA},
		Edit:       tlsa(TLSA{Usage: 2, Selector: 0, Matching: 1, Of: intermediate}),
	},
	{
		Name:       "tlsa-ta-root",
		Number:     179,
		Base:       "dane",
		Summary:    "publishes the digest of its root as a trust anchor, TLSA 2 0 1, and sends the root along",
		Story:      "A client cannot find a certificate from its digest. With usage 2, a server therefore has to send the trust anchor in its chain, even a root, which is left out otherwise.",
		Fix:        "Nothing is wrong.",
		References: []string{"RFC 7672 section 3.1.2", "RFC 7671 section 5.2.2"},
		Facts:      daneMatches,
		Grounds:    Grounds{DANE: groundTA, Completes: AllStacks, Authentic: AllStacks},
		Edit: func(p *Peer) {
			p.PKI.Send = []string{leaf, intermediate, root}
			p.DNS.TLSA = []TLSA{{Usage: 2, Selector: 0, Matching: 1, Of: root}}
		},
	},
	{
		Name:    "tlsa-ee-expired",
		Number:  180,
		Base:    "dane",
		Summary: "has a certificate that expired, and a TLSA record 3 1 1 that matches its key",
		Story: "With usage 3 the DNS alone vouches for the key, for as long as the record is signed. The dates in the certificate do not count, and a client that refuses it loses mail. " +
			"A client that verifies by CAs refuses it, with good reason.",
		Fix:        "Renew the certificate for the senders that do not do DANE. Keep the key, or publish the new one first.",
		References: []string{"RFC 7672 section 3.1.1", "RFC 7671 section 5.1"},
		Facts:      daneMatchAlone,
		Grounds:    Grounds{DANE: groundEE, Completes: AllStacks, Authentic: "RFC 5280 section 6.1.3"},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].NotBefore, p.PKI.Certificates[leaf].NotAfter = certgen.Days(-90), certgen.Days(-1)
		},
	},
	{
		Name:       "tlsa-ee-self-signed",
		Number:     181,
		Base:       "dane",
		Summary:    "has a self-signed certificate, and a TLSA record 3 1 1 that matches its key",
		Story:      "With usage 3 no CA is needed. Many hosts with DANE have such a certificate.",
		Fix:        "Nothing is wrong for senders that do DANE. Get a certificate from a CA for the others.",
		References: []string{"RFC 7672 section 3.1.1"},
		Facts:      daneMatchAlone,
		Grounds:    Grounds{DANE: groundEE, Completes: AllStacks, Authentic: "RFC 5280 section 6.1"},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].Issuer = ""
			p.PKI.Send = []string{leaf}
		},
	},
	{
		Name:       "tlsa-ee-name-mismatch",
		Number:     182,
		Base:       "dane",
		Summary:    "has a certificate for another name, and a TLSA record 3 1 1 that matches its key",
		Story:      "With usage 3 the names in the certificate do not count. The host answers under a name that its hosting provider chose.",
		Fix:        "Nothing is wrong for senders that do DANE. Get a certificate for the host's own name for the others.",
		References: []string{"RFC 7672 section 3.1.1", "RFC 7671 section 5.1"},
		Facts:      daneMatchAlone,
		Grounds:    Grounds{DANE: groundEE, Completes: AllStacks, Authentic: "RFC 9525 section 6.1"},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].DNSNames = []string{"other.fakemx.test"}
			p.PKI.Certificates[leaf].IPAddresses = nil
		},
	},
	{
		Name:       "tlsa-rollover",
		Number:     183,
		Base:       "dane",
		Summary:    "publishes two TLSA records, one of the previous key and one of the key in use",
		Story:      "This is the right way to change a key: publish the new record beside the old one, wait until no cache has the answer without it, install the new key, and remove the old record.",
		Fix:        "Nothing is wrong. Remove the record of the previous key when you are done.",
		References: []string{"RFC 7671 section 8.1"},
		Facts:      daneMatches,
		Grounds:    Grounds{DANE: groundEE},
		Edit: func(p *Peer) {
			keepPrevious(p)
			p.DNS.TLSA = []TLSA{{Usage: 3, Selector: 1, Matching: 1, Of: previous}, {Usage: 3, Selector: 1, Matching: 1}}
		},
	},
	{
		Name:       "tlsa-unusable-and-right",
		Number:     184,
		Base:       "dane",
		Summary:    "publishes a TLSA record with usage 1, which SMTP does not use, beside one that matches",
		Story:      "A host that also serves the web publishes one record for all. A client has to leave out the record that it cannot use, and go by the other one.",
		Fix:        "Nothing is wrong. Remove the record, which helps nobody.",
		References: []string{"RFC 7672 section 3.1.3"},
		Facts:      daneMatches,
		Grounds:    Grounds{DANE: groundEE},
		Edit:       tlsa(TLSA{Usage: 1, Selector: 1, Matching: 1, Of: intermediate}, TLSA{Usage: 3, Selector: 1, Matching: 1}),
	},
	{
		Name:       "tlsa-ee-right-ta-wrong",
		Number:     185,
		Base:       "dane",
		Summary:    "publishes a TLSA record 2 1 1 of the previous intermediate beside a 3 1 1 that matches",
		Story:      "One record that matches is enough, whatever its usage.",
		Fix:        "Nothing is wrong. Remove the record of the CA that is not in use any more.",
		References: []string{"RFC 7671 section 4", "RFC 7672 section 2.2"},
		Facts:      daneMatches,
		Grounds:    Grounds{DANE: groundEE},
		Edit:       tlsa(TLSA{Usage: 2, Selector: 1, Matching: 1, Of: clientCA}, TLSA{Usage: 3, Selector: 1, Matching: 1}),
	},
	{
		Name:       "tlsa-ta-right-ee-wrong",
		Number:     186,
		Base:       "dane",
		Summary:    "publishes a TLSA record 3 1 1 of the previous key beside a 2 1 1 that matches",
		Story:      "The key was changed and the 3 1 1 forgotten. One record that matches is enough, whatever its usage: the record of the CA saves the day, and this is what it is for.",
		Fix:        "Replace the 3 1 1 by that of the key in use.",
		References: []string{"RFC 7671 section 4", "RFC 7672 section 2.2"},
		Facts:      daneMatches,
		Grounds:    Grounds{DANE: groundTA},
		Edit: func(p *Peer) {
			keepPrevious(p)
			p.DNS.TLSA = []TLSA{{Usage: 3, Selector: 1, Matching: 1, Of: previous}, {Usage: 2, Selector: 1, Matching: 1, Of: intermediate}}
		},
	},
	{
		Name:       "tlsa-sha256-wrong-sha512-right",
		Number:     187,
		Base:       "dane",
		Summary:    "publishes a TLSA record 3 1 1 that does not match beside a 3 1 2 that does",
		Story:      "A client that knows SHA-512 prefers it, and one that takes any record finds the same.",
		Fix:        "Publish both digests of the key in use, or only 3 1 1.",
		References: []string{"RFC 7671 section 9"},
		Facts:      daneMatches,
		Grounds:    Grounds{DANE: groundEE},
		Edit: func(p *Peer) {
			keepPrevious(p)
			p.DNS.TLSA = []TLSA{{Usage: 3, Selector: 1, Matching: 1, Of: previous}, {Usage: 3, Selector: 1, Matching: 2}}
		},
	},
	{
		Name:    "tlsa-sha256-right-sha512-wrong",
		Number:  188,
		Base:    "dane",
		Summary: "publishes a TLSA record 3 1 1 that matches beside a 3 1 2 that does not",
		Story: "By digest agility a client uses, of all records with the same usage and selector, only those with the strongest digest that it knows. It then goes by the 3 1 2 and refuses. " +
			"Whether a client does that is left to it: Postfix does, GnuTLS takes any record that matches.",
		Fix:        "Publish the same set of keys under every digest, or only 3 1 1.",
		References: []string{"RFC 7671 section 9"},
		Facts:      daneLenient,
		Edit: func(p *Peer) {
			keepPrevious(p)
			p.DNS.TLSA = []TLSA{{Usage: 3, Selector: 1, Matching: 1}, {Usage: 3, Selector: 1, Matching: 2, Of: previous}}
		},
	},
	{
		Name:       "tlsa-cname",
		Number:     189,
		Base:       "dane",
		Summary:    "publishes its TLSA record under another name, to which a CNAME record leads",
		Story:      "Hosts that share a certificate can share a record this way. A client follows the alias in the lookup of the TLSA record as in any other.",
		Fix:        "Nothing is wrong.",
		References: []string{"RFC 7672 section 2.1.3", "RFC 7671 section 7"},
		Facts:      daneMatches,
		Grounds:    Grounds{DANE: groundEE},
		Edit: func(p *Peer) {
			p.DNS.TLSA[0].Name = "shared.{domain}"
			p.DNS.Aliases = []Alias{{Name: "_25._tcp.{hostname}", To: "_25._tcp.shared.{domain}"}}
		},
	},
}
