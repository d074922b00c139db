package scenarios

import (
	"fmt"
	"slices"
	"strings"
)

// recordTypes are the types of records that a domain may publish.
var recordTypes = []string{"A", "AAAA", "CNAME", "DNSKEY", "DS", "MX", "NS", "SOA", "TLSA", "TXT"}

// checkDNS reports what cannot be published.
func (p Peer) checkDNS(out *problems) {
	d := p.DNS
	d.Zone.check(out, "peer.dns.zone")
	if d.HostZone != nil {
		d.HostZone.check(out, "peer.dns.host_zone")
	}
	for i, m := range d.MX {
		path := fmt.Sprintf("peer.dns.mx[%d]", i)
		if m.Preference < 0 || m.Preference > 65535 {
			out.addf(path+".preference", "expected 0 to 65535, got %d", m.Preference)
		}
		if m.Host != "." {
			checkDNSName(out, path+".host", m.Host)
		}
	}
	seconds := 0
	for i, a := range d.Addresses {
		path := fmt.Sprintf("peer.dns.addresses[%d]", i)
		checkDNSName(out, path+".name", a.Name)
		oneOf(out, path+".at", a.At, "", AtPeer, AtSecondHost, AtRefused, AtFiltered, AtUnreachable)
		if a.At != "" && a.At != AtPeer && a.At != AtUnreachable {
			seconds++
		}
		if seconds > 1 {
			out.addf(path+".at", "is the second one of its kind; a scenario has one address beside that of its peer")
		}
	}
	for i, a := range d.Aliases {
		path := fmt.Sprintf("peer.dns.aliases[%d]", i)
		checkDNSName(out, path+".name", a.Name)
		checkDNSName(out, path+".to", a.To)
		oneOf(out, path+".type", a.Type, "", "CNAME", "DNAME")
	}
	p.checkTLSA(out)
	for i, f := range d.Answers {
		path := fmt.Sprintf("peer.dns.answers[%d]", i)
		if f.Name != "" {
			checkDNSName(out, path+".name", f.Name)
		}
		oneOf(out, path+".type", f.Type, append([]string{""}, recordTypes...)...)
		oneOf(out, path+".do", f.Do, DNSActions()...)
	}
}

// DNSActions returns all actions of the DNS.
func DNSActions() []DNSAction {
	return []DNSAction{DNSServfail, DNSRefused, DNSNXDomain, DNSNoData, DNSDrop, DNSTruncate, DNSLame}
}

func (z Zone) check(out *problems, path string) {
	if !z.Signed && !same(z, Zone{}) {
		out.addf(path+".signed", "must be true: the other keys say how the zone is signed")
	}
	oneOf(out, path+".algorithm", z.Algorithm, "", ZoneECDSA, ZoneEd25519, ZoneRSA, ZonePrivate)
	oneOf(out, path+".ds", z.DS, "", DSRight, DSNone, DSOtherKey, DSUnknownDigest)
	oneOf(out, path+".denial", z.Denial, "", DenialNSEC, DenialNSEC3, DenialNSEC3OptOut)
	for i, name := range z.DenialMissing {
		checkDNSName(out, fmt.Sprintf("%s.denial_missing[%d]", path, i), name)
	}
	for i, f := range z.Signatures {
		path := fmt.Sprintf("%s.signatures[%d]", path, i)
		oneOf(out, path+".type", f.Type, append([]string{""}, recordTypes...)...)
		oneOf(out, path+".is", f.Is, SignatureCorrupted, SignatureExpired, SignatureNotYetValid, SignatureMissing, SignatureWrongSigner)
	}
}

// checkTLSA leaves the numbers to the client, which has to know those that it
// can use.
func (p Peer) checkTLSA(out *problems) {
	for i, t := range p.DNS.TLSA {
		path := fmt.Sprintf("peer.dns.tlsa[%d]", i)
		if t.Name != "" {
			checkDNSName(out, path+".name", t.Name)
		}
		if t.Port < 0 || t.Port > 65535 {
			out.addf(path+".port", "expected 1 to 65535, got %d", t.Port)
		}
		for key, value := range map[string]int{"usage": t.Usage, "selector": t.Selector, "matching": t.Matching} {
			if value < 0 || value > 255 {
				out.addf(path+"."+key, "expected 0 to 255, got %d", value)
			}
		}
		if t.Of != "" {
			oneOf(out, path+".of", t.Of, sortedNames(p.PKI.Certificates)...)
		}
		oneOf(out, path+".data", t.Data, "", TLSAOtherSelector, TLSAShort)
	}
}

// dnsPlaceholders are those that a name in the DNS may contain.
var dnsPlaceholders = strings.NewReplacer("{domain}", "x", "{hostname}", "x", "{scenario}", "x")

// checkDNSName demands a name of labels of 1 to 63 octets, with placeholders
// and maybe with a wildcard in front.
func checkDNSName(out *problems, path, name string) {
	plain := strings.TrimPrefix(dnsPlaceholders.Replace(strings.TrimSuffix(name, ".")), "*.")
	wrong := func(label string) bool { return label == "" || len(label) > 63 }
	if strings.ContainsFunc(plain, func(c rune) bool { return notInName(c) || c == '{' || c == '}' }) || slices.ContainsFunc(strings.Split(plain, "."), wrong) {
		out.addf(path, "%q is not a domain name; {domain}, {hostname} and {scenario} may stand in it", name)
	}
}

// checkSecondHost: facts about a second host that is not there are a mistake.
func (s Scenario) checkSecondHost(p *problems) {
	f := s.SecondHost
	oneOf(p, "second_host.dane", f.DANE, "", DANENone, DANEMatches, DANEMismatch, DANEUnusable, DANEUnknowable, DANELenient)
	if !s.HasSecondHost() && f != (SecondHostFacts{}) {
		p.addf("second_host", "must be left out: no address in peer.dns.addresses is at second-host")
	}
	if strings.ContainsAny(f.Ground, "\r\n") {
		p.addf("second_host.ground", "must be one line, such as RFC 7672 section 2.2")
	}
}
