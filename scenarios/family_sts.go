package scenarios

import "github.com/fakemx/fakemx/certgen"

// Facts of the scenarios about MTA-STS.
var (
	stsAllows      = Facts{Offers: Yes, Completes: Yes, Authentic: Yes, STS: STSAllows}
	stsUnauthentic = Facts{Offers: Yes, Completes: Yes, Authentic: No, STS: STSAllows}
	stsForbids     = Facts{Offers: Yes, Completes: Yes, Authentic: Yes, STS: STSForbids}
	stsNothing     = Facts{Offers: Yes, Completes: Yes, Authentic: Yes, STS: STSNone}
	stsAsked       = Facts{Offers: Yes, Completes: Yes, Authentic: Yes, STS: STSTesting}
	stsDiffers     = Facts{Offers: Yes, Completes: Yes, Authentic: Yes, STS: STSLenient}
)

// Sections of RFC 8461 on which many facts rest.
const (
	groundRecord  = "RFC 8461 section 3.1" // one valid record, or no MTA-STS
	groundPolicy  = "RFC 8461 section 3.2" // what a valid policy is
	groundFetch   = "RFC 8461 section 3.3" // no policy that can be fetched: deliver as without MTA-STS
	groundListed  = "RFC 8461 section 4.1" // which hosts a pattern lists
	groundEnforce = "RFC 8461 section 5"   // what the modes ask for
)

// usualMaxAge is a week, in seconds.
const usualMaxAge = 604800

// healthySTS is a policy that enforces, and lists the peer.
func healthySTS() *STS {
	age := usualMaxAge
	return &STS{
		TXT:    []string{"v=STSv1; id={id};"},
		Policy: STSPolicy{Version: "STSv1", Mode: "enforce", MX: []string{"{hostname}"}, MaxAge: &age},
	}
}

// lists is an edit that lists these hosts in the policy.
func lists(mx ...string) func(*Peer) { return func(p *Peer) { p.STS.Policy.MX = mx } }

// maxAge is an edit that changes max_age.
func maxAge(seconds int) func(*Peer) { return func(p *Peer) { p.STS.Policy.MaxAge = &seconds } }

// Edits of the peer's certificate and its offer.
func selfSigned(p *Peer) {
	p.PKI.Certificates[leaf].Issuer = ""
	p.PKI.Send = []string{leaf}
}

func expiredYesterday(p *Peer) {
	p.PKI.Certificates[leaf].NotBefore, p.PKI.Certificates[leaf].NotAfter = certgen.Days(-90), certgen.Days(-1)
}

func misnamed(name string) func(*Peer) {
	return func(p *Peer) {
		p.PKI.Certificates[leaf].DNSNames = []string{name}
		p.PKI.Certificates[leaf].IPAddresses = nil
	}
}

func noOffer(p *Peer) { p.SMTP.StartTLS.Offer = Nowhere }

// unlisted is the host that a policy lists in place of the peer.
const unlisted = "old-mx.{domain}"

// sts: a policy that holds, and what does not fit it.
var sts = []Scenario{
	{
		Name:    "mta-sts",
		Number:  260,
		Summary: "publishes an MTA-STS policy in mode enforce that lists it: nothing is wrong",
		Story: "This is the control for MTA-STS. The domain has the TXT record, the policy host serves the policy, and its certificate is from the authority that the client is given. " +
			"If a client that does MTA-STS cannot deliver here, no refusal of it proves anything.",
		Fix: "If your client cannot deliver here, look at what fetches the policy: it has to trust the run's CA file, which need not be the trust store of the SMTP client, " +
			"and it asks the policy host at port 443.",
		References: []string{"RFC 8461 section 3", "RFC 8461 section 5"},
		Facts:      stsAllows,
		Grounds:    Grounds{STS: groundListed},
		Edit:       func(p *Peer) { p.STS = healthySTS() },
	},
	{
		Name:       "sts-mx-wildcard",
		Number:     261,
		Base:       "mta-sts",
		Summary:    "lists its hosts in its MTA-STS policy by a wildcard",
		Story:      "A provider has many hosts and lists them all by one pattern. * stands for one whole label.",
		Fix:        "Nothing is wrong.",
		References: []string{"RFC 8461 section 4.1"},
		Facts:      stsAllows,
		Grounds:    Grounds{STS: groundListed},
		Edit:       lists("*.{domain}"),
	},
	{
		Name:       "sts-mx-case",
		Number:     262,
		Base:       "mta-sts",
		Summary:    "lists its host in its MTA-STS policy in capital letters",
		Story:      "Names are compared without regard to case. A client that compares bytes keeps the mail.",
		Fix:        "Nothing is wrong. Write names in small letters.",
		References: []string{"RFC 8461 section 4.1", "RFC 6125 section 6.4.1"},
		Facts:      stsAllows,
		Grounds:    Grounds{STS: groundListed},
		Edit:       lists("MX.{domain}"),
	},
	{
		Name:       "sts-mx-among-others",
		Number:     263,
		Base:       "mta-sts",
		Summary:    "lists its host in its MTA-STS policy between two others",
		Story:      "Each host has a line of its own. Unlike other keys, mx may be there many times, and all of them count.",
		Fix:        "Nothing is wrong.",
		References: []string{"RFC 8461 section 3.2"},
		Facts:      stsAllows,
		Grounds:    Grounds{STS: groundPolicy},
		Edit:       lists("a."+unlisted, "{hostname}", "b."+unlisted),
	},
	{
		Name:       "sts-mx-idn",
		Number:     264,
		Base:       "mta-sts",
		Summary:    "has a host with an internationalized name, which its MTA-STS policy lists as an A-label",
		Story:      "In the DNS, in the certificate and in the policy the name is the same: xn-- and so on.",
		Fix:        "Nothing is wrong.",
		References: []string{"RFC 8461 section 3.2", "RFC 5891"},
		Facts:      stsAllows,
		Grounds:    Grounds{STS: groundPolicy},
		Edit:       func(p *Peer) { p.Hostname = "xn--bcher-kva.{scenario}.fakemx.test" },
	},
	{
		Name:       "sts-name-mismatch",
		Number:     265,
		Base:       "mta-sts",
		Summary:    "is listed in an enforced MTA-STS policy, and has a certificate for another name",
		Story:      "The policy says which names are meant, and the certificate has to be for the name in the MX record. A client that only looks whether an authority has signed it delivers to anybody who has a certificate.",
		Fix:        "Get a certificate for the name in the MX record.",
		References: []string{"RFC 8461 section 4.2", "RFC 9525 section 6.1"},
		Facts:      stsUnauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 8461 section 4.2"},
		Edit:       misnamed("other.fakemx.test"),
	},
	{
		Name:       "sts-self-signed",
		Number:     266,
		Base:       "mta-sts",
		Summary:    "is listed in an enforced MTA-STS policy, and has a self-signed certificate",
		Story:      "The server was set up anew with the certificate of the distribution's package, and the policy still holds.",
		Fix:        "Get a certificate from a public authority.",
		References: []string{"RFC 8461 section 4.2"},
		Facts:      stsUnauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 8461 section 4.2"},
		Edit:       selfSigned,
	},
	{
		Name:       "sts-expired",
		Number:     267,
		Base:       "mta-sts",
		Summary:    "is listed in an enforced MTA-STS policy, and has a certificate that expired",
		Story:      "The renewal failed. Senders without MTA-STS notice nothing, and all others keep the mail.",
		Fix:        "Renew the certificate, and let something watch its date.",
		References: []string{"RFC 8461 section 4.2"},
		Facts:      stsUnauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 8461 section 4.2"},
		Edit:       expiredYesterday,
	},
	{
		Name:       "sts-no-starttls",
		Number:     268,
		Base:       "mta-sts",
		Summary:    "is listed in an enforced MTA-STS policy, and does not offer STARTTLS",
		Story:      "If the offer is missing, somebody on the way may have removed it, which is what MTA-STS protects against. A client must not deliver in clear.",
		Fix:        "Offer STARTTLS on every host that the policy lists.",
		References: []string{"RFC 8461 section 5"},
		Facts:      Facts{Offers: No, Completes: No, Authentic: No, STS: STSAllows},
		Grounds:    Grounds{Offers: "RFC 3207 section 4"},
		Edit:       noOffer,
	},
	{
		Name:       "sts-reset-after-starttls",
		Number:     269,
		Base:       "mta-sts",
		Summary:    "is listed in an enforced MTA-STS policy, and resets the connection after the 220 to STARTTLS",
		Story:      "A client that falls back to clear text when the handshake fails is open to anybody who can make it fail. Under an enforced policy it must not.",
		Fix:        "Find out what ends the handshake: a firewall, a load balancer, a key that cannot be read.",
		References: []string{"RFC 8461 section 5"},
		Facts:      Facts{Offers: Yes, Completes: No, Authentic: No, STS: STSAllows},
		Grounds:    Grounds{Completes: AllStacks},
		Edit:       func(p *Peer) { p.Faults = []Fault{{At: AtHandshake, Do: DoReset}} },
	},
	{
		Name:    "sts-mx-mismatch",
		Number:  270,
		Base:    "mta-sts",
		Aliases: []string{"sts-stale-after-move"},
		Summary: "publishes an MTA-STS policy that lists another host, not its own",
		Story: "The mail has moved to another host, and nobody has changed the policy: the commonest fault of MTA-STS. Senders that do it keep the mail in their queues. " +
			"Mode testing, with reports, would have shown it.",
		Fix:        "Add the new host to the policy, change the id in the TXT record, and wait until the new policy has spread before you change the MX record.",
		References: []string{"RFC 8461 section 4.1", "RFC 8461 section 5", "RFC 8461 section 8.1"},
		Facts:      stsForbids,
		Grounds:    Grounds{STS: groundEnforce},
		Edit:       lists(unlisted),
	},
	{
		Name:       "sts-mx-wildcard-two-labels",
		Number:     271,
		Base:       "mta-sts",
		Summary:    "publishes an MTA-STS policy with a wildcard two labels above its host",
		Story:      "* stands for one label: *.example.com does not match mx.west.example.com. A client that compares only the ends of names lets other hosts take the mail.",
		Fix:        "List *.west.example.com, or the host itself.",
		References: []string{"RFC 8461 section 4.1"},
		Facts:      stsForbids,
		Grounds:    Grounds{STS: groundListed},
		Edit:       lists("*.fakemx.test"),
	},
	{
		Name:       "sts-mx-wildcard-below",
		Number:     272,
		Base:       "mta-sts",
		Summary:    "publishes an MTA-STS policy with a wildcard for the names below its host, not for the host",
		Story:      "* stands for exactly one label, not for none: *.example.com does not match example.com.",
		Fix:        "List the host itself.",
		References: []string{"RFC 8461 section 4.1"},
		Facts:      stsForbids,
		Grounds:    Grounds{STS: groundListed},
		Edit:       lists("*.{hostname}"),
	},
	{
		Name:       "sts-mx-address",
		Number:     273,
		Base:       "mta-sts",
		Summary:    "publishes an MTA-STS policy that lists an IP address",
		Story:      "The name in the MX record is compared, and no address. The address fits the grammar of a name all the same, so that the policy is valid.",
		Fix:        "List the name in the MX record.",
		References: []string{"RFC 8461 section 4.1", "RFC 8461 section 3.4"},
		Facts:      stsForbids,
		Grounds:    Grounds{STS: groundListed},
		Edit:       lists("192.0.2.25"),
	},
	{
		Name:    "sts-mx-pattern-in-cert",
		Number:  274,
		Base:    "sts-mx-mismatch",
		Summary: "is not listed in its MTA-STS policy, and has a certificate for the host that is",
		Story: "A client that compares the patterns of the policy with the certificate, and not with the MX record, delivers here. Postfix before 3.10 is told of the patterns as names for the certificate. " +
			"Whoever can forge the MX record and has a certificate of any listed host gets the mail.",
		Fix:        "Add the host to the policy, and get a certificate for its own name.",
		References: []string{"RFC 8461 section 4.1", "RFC 8461 section 4.2"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: No, STS: STSForbids},
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 8461 section 4.2"},
		Edit:       misnamed(unlisted),
	},
	{
		Name:       "sts-testing",
		Number:     275,
		Base:       "mta-sts",
		Summary:    "publishes an MTA-STS policy in mode testing that lists it",
		Story:      "This is the first step of everybody who begins with MTA-STS.",
		Fix:        "Nothing is wrong. When the reports show no failures, go on to mode enforce.",
		References: []string{"RFC 8461 section 5"},
		Facts:      stsAsked,
		Grounds:    Grounds{STS: groundEnforce},
		Edit:       func(p *Peer) { p.STS.Policy.Mode = "testing" },
	},
	{
		Name:       "sts-testing-mx-mismatch",
		Number:     276,
		Base:       "sts-testing",
		Summary:    "publishes an MTA-STS policy in mode testing that lists another host, not its own",
		Story:      "The domain is testing its policy, and the test shows that it is wrong. A client reports that and delivers.",
		Fix:        "Add the host to the policy before you go on to mode enforce.",
		References: []string{"RFC 8461 section 5"},
		Facts:      stsAsked,
		Grounds:    Grounds{STS: groundEnforce},
		Edit:       lists(unlisted),
	},
	{
		Name:       "sts-testing-name-mismatch",
		Number:     277,
		Base:       "sts-testing",
		Summary:    "is listed in an MTA-STS policy in mode testing, and has a certificate for another name",
		Story:      "A client reports that and delivers.",
		Fix:        "Get a certificate for the name in the MX record before you go on to mode enforce.",
		References: []string{"RFC 8461 section 5"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: No, STS: STSTesting},
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 9525 section 6.1"},
		Edit:       misnamed("other.fakemx.test"),
	},
	{
		Name:       "sts-testing-self-signed",
		Number:     278,
		Base:       "sts-testing",
		Summary:    "is listed in an MTA-STS policy in mode testing, and has a self-signed certificate",
		Story:      "A client reports that and delivers.",
		Fix:        "Get a certificate from a public authority before you go on to mode enforce.",
		References: []string{"RFC 8461 section 5"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: No, STS: STSTesting},
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1"},
		Edit:       selfSigned,
	},
	{
		Name:       "sts-testing-expired",
		Number:     279,
		Base:       "sts-testing",
		Summary:    "is listed in an MTA-STS policy in mode testing, and has a certificate that expired",
		Story:      "A client reports that and delivers.",
		Fix:        "Renew the certificate before you go on to mode enforce.",
		References: []string{"RFC 8461 section 5"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: No, STS: STSTesting},
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1.3"},
		Edit:       expiredYesterday,
	},
	{
		Name:       "sts-testing-no-starttls",
		Number:     280,
		Base:       "sts-testing",
		Summary:    "is listed in an MTA-STS policy in mode testing, and does not offer STARTTLS",
		Story:      "A client reports that and delivers in clear, as it would without a policy.",
		Fix:        "Offer STARTTLS before you go on to mode enforce.",
		References: []string{"RFC 8461 section 5"},
		Facts:      Facts{Offers: No, Completes: No, Authentic: No, STS: STSTesting},
		Grounds:    Grounds{Offers: "RFC 3207 section 4"},
		Edit:       noOffer,
	},
	{
		Name:       "sts-none",
		Number:     281,
		Base:       "sts-mx-mismatch",
		Summary:    "publishes an MTA-STS policy in mode none",
		Story:      "This is how a domain ends MTA-STS: clients that hold an older policy replace it. A client that looks at the hosts and not at the mode keeps the mail.",
		Fix:        "Nothing is wrong. Remove record and policy when every older policy has expired.",
		References: []string{"RFC 8461 section 5", "RFC 8461 section 8.3"},
		Facts:      stsNothing,
		Grounds:    Grounds{STS: groundEnforce},
		Edit:       func(p *Peer) { p.STS.Policy.Mode = "none" },
	},
}
