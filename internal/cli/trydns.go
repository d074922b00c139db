package cli

import (
	"cmp"
	"net"
	"slices"

	"github.com/fakemx/fakemx/audit"
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
	at := []string{"--listen-net", "127.25.0.0/16", "--dns", tryDNS}
	commands := []string{shell.Line(slices.Concat([]string{"sudo", "fakemx"}, which, at)), lookup(s, tryDNS)}
	policy := audit.DANE
	if publishesSTS(s) {
		at = append(at, "--pki", "pki") // with the CA file that the fetcher is to trust
		policy, commands = audit.MTASTS, triesOfSTS(s, slices.Concat(which, at))
	}
	if publishesSTS(s) && s.Facts.DANE != "" {
		policy, commands = audit.DANEAndMTASTS, append(commands, lookup(s, tryDNS))
	}
	at[slices.Index(at, tryDNS)] = "127.0.0.1:53" // where alone an MTA asks
	mtas := slices.Concat([]string{"sudo", "fakemx", "audit", "--policy", string(policy)}, which, at)
	url := "smtp://127.0.0.1:25"
	if s.Message.RequireTLS {
		url = "smtp+starttls://localhost:25" // where alone REQUIRETLS is offered
	}
	return append(commands, shell.Line(append(mtas, "--submit", url, "--kick", "postqueue -f")))
}

// tryDNS is where the DNS answers in what is to be tried.
const tryDNS = "127.0.0.1:5353"

// triesOfSTS are the commands to see what a domain publishes by MTA-STS, the
// first of which plays it.
func triesOfSTS(s scenarios.Scenario, flags []string) []string {
	fetch := fetchCommand(s, "127.0.0.1:443", "pki/ca.pem")
	if s.Peer.STS.HTTPS.Host != "" {
		fetch = dig(tryDNS, s.PolicyHost(), "A")
	}
	return []string{shell.Line(append([]string{"sudo", "fakemx"}, flags...)), dig(tryDNS, s.STSName(), "TXT"), fetch}
}

// lookup asks a DNS for what shows the deviation.
func lookup(s scenarios.Scenario, dns string) string {
	name, rrtype := asked(s)
	return dig(dns, name, rrtype)
}

// dig is how a person asks a DNS.
func dig(dns, name, rrtype string) string {
	host, port, err := net.SplitHostPort(dns)
	if err != nil {
		return ""
	}
	return shell.Line([]string{"dig", "@" + host, "-p", port, "+adflag", name, rrtype})
}

// asked is what to ask the DNS for to see the deviation.
func asked(s scenarios.Scenario) (name, rrtype string) {
	d := s.Peer.DNS
	switch {
	case publishesSTS(s) && s.Facts.DANE == "":
		return s.STSName(), "TXT"
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
