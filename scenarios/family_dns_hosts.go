package scenarios

// secondHost is the name of a second host.
const secondHost = "mx2.{domain}"

// twoHosts is an edit that adds a second host, which is less preferred and has
// these TLSA records beside those of the first.
func twoHosts(records ...TLSA) func(*Peer) {
	return func(p *Peer) {
		p.DNS.MX = append(p.DNS.MX, MX{Preference: 20, Host: secondHost})
		p.DNS.Addresses = append(p.DNS.Addresses, Address{Name: secondHost, At: AtSecondHost})
		p.DNS.TLSA = append(p.DNS.TLSA, records...)
	}
}

// deadHost is an edit that puts a host in front of the peer's where nobody
// answers.
func deadHost(at AddressAt) func(*Peer) {
	return func(p *Peer) {
		p.DNS.MX = []MX{{Preference: 5, Host: "dead.{domain}"}, p.DNS.MX[0]}
		p.DNS.Addresses = append(p.DNS.Addresses, Address{Name: "dead.{domain}", At: at})
	}
}

// dnsHosts: one of several hosts does not answer.
var dnsHosts = []Scenario{
	{
		Name:         "mx-first-refused",
		Number:       249,
		SecondNumber: 250,
		Summary:      "has a more preferred MX host that refuses connections",
		Story:        "The first host is down, or its port is blocked by a firewall that says so. A client has to try the next one.",
		Fix:          "Start the host again, or remove its MX record.",
		References:   []string{"RFC 5321 section 5.1", "field report: DNS resolution failures, blocked ports"},
		Facts:        sound,
		Edit:         deadHost(AtRefused),
	},
	{
		Name:         "mx-first-filtered",
		Number:       251,
		SecondNumber: 252,
		Summary:      "has a more preferred MX host that does not answer when a client connects",
		Story:        "A firewall in front of the first host drops what comes. A client has to give up on it after a while, and try the next one.",
		Fix:          "Open port 25 in the firewall, or remove the MX record of the host.",
		References:   []string{"RFC 5321 section 5.1", "RFC 5321 section 4.5.3.2", "field report: DNS resolution failures, blocked ports"},
		Facts:        sound,
		Edit:         deadHost(AtFiltered),
	},
}

// daneHosts: the hosts of a domain differ in what is published of them.
var daneHosts = []Scenario{
	{
		Name:         "tlsa-first-host-mismatch",
		Number:       253,
		SecondNumber: 254,
		Base:         "dane",
		Summary:      "has two MX hosts, and a TLSA record of the first one that does not match",
		Story: "The key of one host was renewed, and its record forgotten. A client must not deliver to that host. It may go on with the second one, as Postfix, Exim and sendmail do, or wait. " +
			"What it must not do is take the second host for a reason to be content with the first.",
		Fix:        "Publish the record of the key in use on every host, before you install the key.",
		References: []string{"RFC 7672 section 2.2", "RFC 7672 section 9.1"},
		Facts:      daneMismatched,
		Grounds:    Grounds{DANE: groundAuthenticate},
		SecondHost: SecondHostFacts{DANE: DANEMatches, Ground: groundEE},
		Edit: func(p *Peer) {
			keepPrevious(p)
			p.DNS.TLSA[0].Of = previous
			twoHosts(TLSA{Name: secondHost, Usage: 3, Selector: 1, Matching: 1})(p)
		},
	},
	{
		Name:         "tlsa-second-host-mismatch",
		Number:       255,
		SecondNumber: 256,
		Base:         "dane",
		Summary:      "has two MX hosts, and a TLSA record of the second one that does not match",
		Story:        "Nobody notices the wrong record as long as the first host answers. On the day that it does not, mail waits.",
		Fix:          "Publish the record of the key in use on every host, and watch all of them.",
		References:   []string{"RFC 7672 section 2.2"},
		Facts:        daneMatches,
		Grounds:      Grounds{DANE: groundEE},
		SecondHost:   SecondHostFacts{DANE: DANEMismatch, Ground: groundAuthenticate},
		Edit: func(p *Peer) {
			keepPrevious(p)
			twoHosts(TLSA{Name: secondHost, Usage: 3, Selector: 1, Matching: 1, Of: previous})(p)
		},
	},
	{
		Name:         "tlsa-second-host-absent",
		Number:       257,
		SecondNumber: 258,
		Base:         "tlsa-mismatch",
		Summary:      "has two MX hosts, of which the first has a TLSA record that does not match, and the second has none",
		Story:        "Who can keep a client from the first host, leads it to one that DANE does not protect. A client may go on with it all the same: the domain chose to have such a host.",
		Fix:          "Publish TLSA records of all hosts, or of none.",
		References:   []string{"RFC 7672 section 2.2", "RFC 7672 section 2.2.1"},
		Facts:        daneMismatched,
		Grounds:      Grounds{DANE: groundAuthenticate},
		Edit:         twoHosts(),
	},
}
