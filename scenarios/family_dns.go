package scenarios

import "strconv"

// answers is an edit that lets the DNS misbehave for one type at the domain.
func answers(rrtype string, do DNSAction) func(*Peer) {
	return func(p *Peer) { p.DNS.Answers = []DNSFault{{Name: "{domain}", Type: rrtype, Do: do}} }
}

// dnsFamily: the DNS does not lead to the peer, or not in the usual way.
var dnsFamily = []Scenario{
	{
		Name:       "null-mx",
		Number:     233,
		Summary:    "publishes a null MX record: the domain takes no mail",
		Story:      "The domain serves the web only, and says so. Its address answers on port 25 all the same. A client must return the mail at once, and not try the address.",
		Fix:        "Nothing is wrong, unless the domain is meant to take mail: replace the record by one with a host.",
		References: []string{"RFC 7505 section 3"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: Yes, Resolves: ResolvesNull},
		Grounds:    Grounds{Resolves: "RFC 7505 section 4.1"},
		Edit:       func(p *Peer) { p.DNS.MX = []MX{{Preference: 0, Host: "."}} },
	},
	{
		Name:       "no-mx",
		Number:     234,
		Summary:    "publishes no MX record, so that the domain itself is the host",
		Story:      "Small domains leave it at an address. A client then treats the domain as if its MX record led to itself.",
		Fix:        "Nothing is wrong. Publish an MX record, and a null MX if you take no mail.",
		References: []string{"RFC 5321 section 5.1"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: No},
		Grounds:    Grounds{Authentic: "RFC 9525 section 6.1"},
		Edit:       func(p *Peer) { p.DNS.MX = []MX{} },
	},
	{
		Name:       "mx-nxdomain",
		Number:     235,
		Summary:    "has an MX record that leads to a host that does not exist",
		Story:      "The host was renamed, or the name misspelt. A client must not deliver to the address of the domain instead.",
		Fix:        "Correct the name in the MX record.",
		References: []string{"RFC 5321 section 5.1"},
		Facts:      unreachable,
		Grounds:    Grounds{Resolves: groundQueue},
		Edit:       func(p *Peer) { p.DNS.MX[0].Host = "no-such-host.{domain}" },
	},
	{
		Name:       "mx-without-address",
		Number:     236,
		Summary:    "has an MX host without an address",
		Story:      "The name exists, for something else is published there, but it has neither A nor AAAA records. A client must not deliver to the address of the domain instead.",
		Fix:        "Publish the address of the host.",
		References: []string{"RFC 5321 section 5.1"},
		Facts:      unreachable,
		Grounds:    Grounds{Resolves: groundQueue},
		Edit: func(p *Peer) {
			p.DNS.MX[0].Host = "_tcp.{hostname}"
			p.DNS.TLSA = []TLSA{{Usage: 3, Selector: 1, Matching: 1}}
		},
	},
	{
		Name:       "domain-nxdomain",
		Number:     237,
		Summary:    "has a domain that does not exist",
		Story:      "The sender misspelt it, or it was not renewed.",
		Fix:        "Correct the address, or renew the domain.",
		References: []string{"RFC 5321 section 5.1"},
		Facts:      unreachable,
		Grounds:    Grounds{Resolves: groundQueue},
		Edit:       answers("", DNSNXDomain),
	},
	{
		Name:       "mx-servfail",
		Number:     238,
		Summary:    "answers queries for its MX records with SERVFAIL",
		Story:      "The name server has lost the zone, or the resolver cannot reach it. A client must try again later, and not deliver to the address of the domain, which it could look up.",
		Fix:        "Find the name server that fails: dig +trace MX DOMAIN, then ask each of them.",
		References: []string{"RFC 5321 section 5.1"},
		Facts:      unreachableNow,
		Grounds:    Grounds{Resolves: groundQueue},
		Edit:       answers("MX", DNSServfail),
	},
	{
		Name:       "mx-timeout",
		Number:     239,
		Summary:    "does not answer queries for its MX records",
		Story:      "The name server is down, or a firewall drops what it does not like. A client must try again later.",
		Fix:        "Start the name server, and let the firewall pass port 53 over UDP and TCP.",
		References: []string{"RFC 5321 section 5.1"},
		Facts:      unreachableNow,
		Grounds:    Grounds{Resolves: groundQueue},
		Edit:       answers("MX", DNSDrop),
	},
	{
		Name:       "mx-refused",
		Number:     240,
		Summary:    "refuses queries for its MX records",
		Story:      "The domain is delegated to a name server that does not have it any more.",
		Fix:        "Correct the delegation, or set the zone up on the server to which it leads.",
		References: []string{"RFC 5321 section 5.1"},
		Facts:      unreachableNow,
		Grounds:    Grounds{Resolves: groundQueue},
		Edit:       answers("MX", DNSRefused),
	},
	{
		Name:       "mx-truncated",
		Number:     241,
		Summary:    "says over UDP that its MX records are too long, and does not answer over TCP",
		Story:      "A firewall lets DNS pass over UDP only.",
		Fix:        "Open port 53 for TCP, too.",
		References: []string{"RFC 7766 section 5", "RFC 5321 section 5.1"},
		Facts:      unreachableNow,
		Grounds:    Grounds{Resolves: groundQueue},
		Edit:       answers("MX", DNSTruncate),
	},
	{
		Name:       "address-servfail",
		Number:     242,
		Summary:    "answers queries for the addresses of its MX host with SERVFAIL",
		Story:      "The zone of the host has a fault that the zone of the domain has not. A client must try again later: mail that is returned at once is lost for a fault that passes.",
		Fix:        "Find the name server that fails: dig +trace A HOST, then ask each of them.",
		References: []string{"RFC 5321 section 5.1"},
		Facts:      unreachableNow,
		Grounds:    Grounds{Resolves: groundQueue},
		Edit: func(p *Peer) {
			p.DNS.Answers = []DNSFault{{Name: "{hostname}", Type: "A", Do: DNSServfail}, {Name: "{hostname}", Type: "AAAA", Do: DNSServfail}}
		},
	},
	{
		Name:       "mx-lame",
		Number:     349,
		Summary:    "has a name server that does not know the zone, and refers a query for the MX records to the root",
		Story:      "The domain moved to another provider, and one of the name servers in the zone above is still that of the old one.",
		Fix:        "Correct the NS records in the zone above: dig +trace shows them.",
		References: []string{"RFC 1912 section 2.8", "RFC 5321 section 5.1"},
		Facts:      unreachableNow,
		Grounds:    Grounds{Resolves: groundQueue},
		Edit:       answers("MX", DNSLame),
	},
	{
		Name:       "mx-address-literal",
		Number:     350,
		Summary:    "has an MX record with an IP address in place of a host name",
		Story:      "An MX record leads to a name. The address is read as one, and there is no such top-level domain. Some clients connect to the address all the same.",
		Fix:        "Give the host a name, and write that in the MX record.",
		References: []string{"RFC 5321 section 5.1", "RFC 7672 section 2.2"},
		Facts:      unreachable,
		Grounds:    Grounds{Resolves: groundQueue},
		Edit:       func(p *Peer) { p.DNS.MX[0].Host = "192.0.2.1" },
	},
	{
		Name:       "mx-loop",
		Number:     243,
		Summary:    "has an MX host that is an alias in a circle",
		Story:      "Two CNAME records lead to each other. A resolver gives up and answers with an error, which looks like one that passes.",
		Fix:        "Give the host an address in place of the alias.",
		References: []string{"RFC 1034 section 3.6.2", "RFC 5321 section 5.1"},
		Facts:      unreachableNow,
		Grounds:    Grounds{Resolves: groundQueue},
		Edit: func(p *Peer) {
			p.DNS.MX[0].Host = "a.{domain}"
			p.DNS.Aliases = []Alias{{Name: "a.{domain}", To: "b.{domain}"}, {Name: "b.{domain}", To: "a.{domain}"}}
		},
	},
	{
		Name:       "mx-cname",
		Number:     244,
		Summary:    "has an MX record that leads to an alias of its host",
		Story:      "The standard forbids it, and nearly every client follows the alias all the same. The name in the certificate is that of the host, which a client may compare with either name.",
		Fix:        "Write the name of the host itself in the MX record.",
		References: []string{"RFC 2181 section 10.3", "RFC 5321 section 5.1"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: Lenient, Resolves: ResolvesLenient},
		Edit: func(p *Peer) {
			p.DNS.MX[0].Host = "alias.{domain}"
			p.DNS.Aliases = []Alias{{Name: "alias.{domain}", To: "{hostname}"}}
		},
	},
	{
		Name:       "mx-equal-preference",
		Number:     245,
		Summary:    "has two MX records of the same preference, of which one leads to a host that does not exist",
		Story:      "A host was taken out of service, and its record forgotten. A client chooses one at random, and has to try the other one if that cannot be found.",
		Fix:        "Remove the record of the host that is gone.",
		References: []string{"RFC 5321 section 5.1"},
		Facts:      sound,
		Edit: func(p *Peer) {
			p.DNS.MX = append(p.DNS.MX, MX{Preference: 10, Host: "no-such-host.{domain}"})
		},
	},
	{
		Name:       "mx-many",
		Number:     246,
		Summary:    "has a hundred MX records, of which only the first leads to a host that exists",
		Story:      "A zone is made by a script that went wrong. The answer does not fit in a datagram. A client may limit how many hosts it tries, but the one that works is the most preferred.",
		Fix:        "Remove the records of hosts that do not exist.",
		References: []string{"RFC 5321 section 5.1", "RFC 7766 section 5"},
		Facts:      sound,
		Edit: func(p *Peer) {
			for i := range 99 {
				p.DNS.MX = append(p.DNS.MX, MX{Preference: 20 + i, Host: "mx" + strconv.Itoa(i+1) + ".{domain}"})
			}
		},
	},
	{
		Name:       "ipv6-unreachable",
		Number:     247,
		Summary:    "has an IPv6 address that cannot be reached, and an IPv4 address that can",
		Story:      "The host lost its IPv6, or the network of the sender has none. A client has to try the next address.",
		Fix:        "Remove the AAAA record, or make the host answer there.",
		References: []string{"RFC 5321 section 5.1", "RFC 6666"},
		Facts:      sound,
		Edit: func(p *Peer) {
			p.DNS.Addresses = append(p.DNS.Addresses, Address{Name: "{hostname}", At: AtUnreachable})
		},
	},
	{
		Name:       "mx-localhost",
		Number:     248,
		Summary:    "has an MX record that leads to localhost",
		Story:      "Somebody who wants no mail lets senders talk to themselves. A client that follows the record offers the mail to itself, again and again.",
		Fix:        "Publish a null MX record: MX 0 followed by a dot.",
		References: []string{"RFC 7505 section 1", "RFC 5321 section 5.1"},
		Facts:      unreachable,
		Grounds:    Grounds{Resolves: groundQueue},
		Edit:       func(p *Peer) { p.DNS.MX[0].Host = "localhost" },
	},
}
