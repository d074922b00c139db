package scenarios

import "github.com/fakemx/fakemx/certgen"

// nodes: several servers behind one name, one of them faulty.
var nodes = []Scenario{
	{
		Name:    "one-bad-node",
		Number:  45,
		Summary: "presents an expired certificate in every second session",
		Story: "Several servers share one name, and the renewal reached all of them but one: it was down that night, or nobody told the script about it. " +
			"Mail is deferred and gets through at the next attempt, so the log shows an intermittent fault. A test from outside often finds nothing wrong.",
		Fix: "Test every node, not the name: openssl s_client -starttls smtp -connect ADDRESS:25 -servername NAME for each address, and more than once for an address with a load balancer behind it. " +
			"Have the renewal check what each node sends.",
		References: []string{"RFC 5280 section 6.1.3", "RFC 5321 section 4.5.4.1"},
		Facts:      sound,
		Grounds:    Grounds{Completes: AllStacks, Authentic: AllStacks},
		Alternate:  AlternateFacts{Authentic: No, Ground: "RFC 5280 section 6.1.3 (a)"},
		Edit: func(p *Peer) {
			const stale = "stale-leaf"
			c := *p.PKI.Certificates[leaf]
			c.NotBefore, c.NotAfter = certgen.Days(-97), certgen.Days(-7)
			p.PKI.Certificates[stale] = &c
			p.TLS.Alternate = &Alternate{Send: []string{stale, intermediate}, Every: 2}
		},
	},
}
