package scenarios

// behindAlias is an edit that lets the MX record lead to an alias of the host,
// and publishes these TLSA records.
func behindAlias(records ...TLSA) func(*Peer) {
	return func(p *Peer) {
		p.DNS.MX[0].Host = "alias.{domain}"
		p.DNS.Aliases = []Alias{{Name: "alias.{domain}", To: "{hostname}"}}
		p.DNS.TLSA = records
	}
}

// leftToFollow: a client need not follow an alias in an MX record.
func leftToFollow(found DANE) Facts {
	return Facts{Offers: Yes, Completes: Yes, Authentic: Lenient, Resolves: ResolvesLenient, DANE: found}
}

// daneNames: the name at which TLSA records are looked up.
var daneNames = []Scenario{
	{
		Name:       "tlsa-implicit-mx",
		Number:     340,
		Base:       "dane",
		Summary:    "has no MX record, and publishes the TLSA record before the name of the domain, which is the host",
		Story:      "That there is no MX record is proved. The domain is then treated as a host, which may have TLSA records of its own.",
		Fix:        "Nothing is wrong. Publish an MX record, which more people expect.",
		References: []string{"RFC 7672 section 2.2.2", "RFC 5321 section 5.1"},
		Facts:      daneMatchAlone,
		Grounds:    Grounds{DANE: groundEE, Authentic: "RFC 9525 section 6.1"},
		Edit: func(p *Peer) {
			p.DNS.MX = []MX{}
			p.DNS.TLSA[0].Name = "{domain}"
		},
	},
	{
		Name:       "tlsa-implicit-mx-mismatch",
		Number:     341,
		Base:       "tlsa-implicit-mx",
		Summary:    "has no MX record, and a TLSA record before the name of the domain that does not match",
		Story:      "A client that looks for TLSA records only where there is an MX record does not see it.",
		Fix:        "Publish the record of the key in use.",
		References: []string{"RFC 7672 section 2.2.2", "RFC 7672 section 2.2"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: No, DANE: DANEMismatch},
		Grounds:    Grounds{DANE: groundAuthenticate, Authentic: "RFC 9525 section 6.1"},
		Edit: func(p *Peer) {
			keepPrevious(p)
			p.DNS.TLSA[0].Of = previous
		},
	},
	{
		Name:       "tlsa-wildcard",
		Number:     342,
		Base:       "tlsa-cname",
		Summary:    "leads every port to one TLSA record, by a wildcard alias",
		Story:      "One line in the zone for all services of a host: *._tcp.HOST CNAME. A validator has to prove that there is no closer name.",
		Fix:        "Nothing is wrong.",
		References: []string{"RFC 4592", "RFC 7671 section 6"},
		Facts:      daneMatches,
		Grounds:    Grounds{DANE: groundEE},
		Edit:       func(p *Peer) { p.DNS.Aliases[0].Name = "*._tcp.{hostname}" },
	},
	{
		Name:       "tlsa-dname",
		Number:     343,
		Base:       "dane",
		Summary:    "leads all names below _tcp of its host elsewhere, by a DNAME record",
		Story:      "The records of all services of all hosts are kept in one place. A client sees a CNAME record, which the resolver makes of the DNAME record.",
		Fix:        "Nothing is wrong.",
		References: []string{"RFC 6672", "RFC 7672 section 2.1.3"},
		Facts:      daneMatches,
		Grounds:    Grounds{DANE: groundEE},
		Edit: func(p *Peer) {
			p.DNS.TLSA[0].Name = "shared.{domain}"
			p.DNS.Aliases = []Alias{{Name: "_tcp.{hostname}", To: "_tcp.shared.{domain}", Type: "DNAME"}}
		},
	},
	{
		Name:       "tlsa-at-alias-target",
		Number:     344,
		Base:       "dane",
		Summary:    "has an MX record that leads to an alias of its host, and a TLSA record of the host",
		Story:      "If all of the way to the address is secure, a client looks for TLSA records at the end of it first. It need not follow aliases in MX records at all.",
		Fix:        "Write the name of the host itself in the MX record.",
		References: []string{"RFC 7672 section 2.2.2", "RFC 2181 section 10.3"},
		Facts:      leftToFollow(DANEMatches),
		Grounds:    Grounds{DANE: groundEE},
		Edit:       behindAlias(TLSA{Usage: 3, Selector: 1, Matching: 1}),
	},
	{
		Name:       "tlsa-at-alias",
		Number:     345,
		Base:       "dane",
		Summary:    "has an MX record that leads to an alias of its host, and a TLSA record of the alias",
		Story:      "If there is no TLSA record at the end of the way, a client looks for it at the name in the MX record.",
		Fix:        "Write the name of the host itself in the MX record, and publish its TLSA record.",
		References: []string{"RFC 7672 section 2.2.2", "RFC 7672 section 2.2.3"},
		Facts:      leftToFollow(DANEMatches),
		Grounds:    Grounds{DANE: groundEE},
		Edit:       behindAlias(TLSA{Name: "alias.{domain}", Usage: 3, Selector: 1, Matching: 1}),
	},
	{
		Name:       "tlsa-alias-right-target-wrong",
		Number:     346,
		Base:       "dane",
		Summary:    "has an MX host that is an alias, with a TLSA record that matches; that of its target does not",
		Story:      "The records at the end of the way count, and those of the alias are not looked at. A client that takes either, or asks for both, delivers.",
		Fix:        "Publish the record of the key in use for the host, and remove that of the alias.",
		References: []string{"RFC 7672 section 2.2.3", "RFC 7672 section 2.2"},
		Facts:      leftToFollow(DANEMismatch),
		Grounds:    Grounds{DANE: groundAuthenticate},
		Edit: func(p *Peer) {
			keepPrevious(p)
			behindAlias(TLSA{Usage: 3, Selector: 1, Matching: 1, Of: previous}, TLSA{Name: "alias.{domain}", Usage: 3, Selector: 1, Matching: 1})(p)
		},
	},
}
