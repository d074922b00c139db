package cli

import (
	"cmp"
	"net"

	"github.com/fakemx/fakemx/internal/shell"
	"github.com/fakemx/fakemx/scenarios"
)

// triesOfDNS are the commands to try a scenario with that is about what its
// domain publishes: it has to be found by the DNS, at port 25.
func triesOfDNS(s scenarios.Scenario, files []string) []string {
	which := []string{"--scenario", s.Name}
	if s.Family == scenarios.FamilyCustom {
		which = nil
		for _, file := range files {
			which = append(which, "--scenario-file", file)
		}
	}
	at := []string{"--listen-net", "127.25.0.0/16", "--dns", "127.0.0.1:5353"}
	mtas := append([]string{"fakemx", "audit", "--policy", "dane"}, append(which, at...)...)
	return []string{
		shell.Line(append([]string{"sudo", "fakemx"}, append(which, at...)...)),
		lookup(s, "127.0.0.1:5353"),
		shell.Line(append(append([]string{"sudo"}, mtas...), "--submit", "smtp://127.0.0.1:25", "--kick", "postqueue -f")),
	}
}

// lookup asks a DNS for what shows the deviation.
func lookup(s scenarios.Scenario, dns string) string {
	host, port, err := net.SplitHostPort(dns)
	if err != nil {
		return ""
	}
	name, rrtype := asked(s)
	return shell.Line([]string{"dig", "@" + host, "-p", port, "+adflag", name, rrtype})
}

// asked is what to ask the DNS for to see the deviation.
func asked(s scenarios.Scenario) (name, rrtype string) {
	d := s.Peer.DNS
	switch {
	case len(d.TLSA) > 0 || s.Facts.DANE != "":
		host := "{hostname}"
		if len(d.TLSA) > 0 {
			host = cmp.Or(d.TLSA[0].Name, host)
		}
		return "_25._tcp." + s.Expand(host), "TLSA"
	case len(d.Addresses) > 0 && len(d.Answers) > 0 && d.Answers[0].Type == "A":
		return s.Hostname(), "A"
	}
	return s.Domain(), "MX"
}
