package dane

import (
	"net/netip"
	"slices"
	"strings"
)

// A Security is the security status of a DNS answer: what DNSSEC says of it
// (RFC 4035 section 4.3), or that there is none.
type Security string

// The security statuses. An empty or unknown one counts as LookupFailed, so that
// what nobody has filled in is not taken for proved.
const (
	// Secure: the answer was validated. A resolver sets the AD bit.
	Secure Security = "secure"
	// Insecure: the zone, or one on the way to it, is provably not signed. The
	// answer may be forged. This is not an error.
	Insecure Security = "insecure"
	// Bogus: the answer should be signed and could not be validated.
	Bogus Security = "bogus"
	// Indeterminate: it could not be determined whether the answer should be
	// signed.
	Indeterminate Security = "indeterminate"
	// LookupFailed is any other lookup error: SERVFAIL, a timeout, a malformed
	// reply. To an SMTP client, Bogus and Indeterminate are the same, and most
	// resolvers report them as SERVFAIL (RFC 7672 section 2.1.1).
	LookupFailed Security = "lookup-failed"
)

// failed tells whether there is no answer. That something does not exist is an
// answer.
func (s Security) failed() bool { return s != Secure && s != Insecure }

// An Answer is the answer to a DNS lookup of one type.
type Answer struct {
	// Security is the security status of the answer; with aliases, of the
	// whole chain: one insecure alias makes all that follows insecure (RFC 7672
	// section 2.1.3).
	Security Security
	// Found tells whether there are records of the type. If false, and Security
	// is not an error, the answer denies that they exist.
	Found bool
}

// A TLSAAnswer is the answer to a lookup of TLSA records.
type TLSAAnswer struct {
	// Security is the security status of the answer, as in Answer.
	Security Security
	// Records are the TLSA records. If empty, and Security is not an error, the
	// answer denies that they exist.
	Records []Record
}

// Lookups are the answers that lead an SMTP client to one server, up to the
// TLSA records. All names may have a final dot.
type Lookups struct {
	// NextHop is the next-hop domain: the domain of a recipient, or a host that
	// an administrator has mail relayed to.
	NextHop string
	// NextHopExpanded is the name that NextHop is an alias (CNAME) of, at the
	// end of the chain. If empty, it is not an alias.
	NextHopExpanded string
	// MX is the answer to the MX lookup of NextHop. The zero value says that
	// there was no such lookup, as for a relay that is used without one.
	MX Answer
	// Host is an MX hostname of the answer. Without MX records it is not used:
	// NextHop is the server.
	Host string
	// HostExpanded is the name that Host is an alias of, at the end of the
	// chain. If empty, it is not an alias, or the client follows no aliases.
	HostExpanded string
	// Alias is, for an alias, the security status of Host's own CNAME record
	// alone. It matters if Address is insecure: only a lookup of type CNAME can
	// then tell (RFC 7672 section 2.1.3). If empty, that of Address.
	Alias Security
	// Address is the answer to the A and AAAA lookups of Host, together.
	Address Answer
	// Port is the TCP port. If 0, 25.
	Port uint16
}

// A Discovery is what an SMTP client has to do with one server, by what the DNS
// says (RFC 7672 section 2.2).
type Discovery struct {
	// Action is what the client does.
	Action Action
	// Elective tells that the MX RRset is insecure, and that Action holds only
	// for a client that chooses to use DANE all the same. It may as well ignore
	// the TLSA records, as with Opportunistic (RFC 7672 section 2.2.1). A
	// successful authentication then proves which server it is, but not that
	// it is one of the next-hop domain. It is false if the choice changes
	// nothing.
	Elective bool
	// Rules are the rules that led there; the last one is that of Action.
	Rules []Rule
	// Queries are the owner names of the TLSA lookups that the client makes, in
	// order.
	Queries []string
	// BaseDomain is the TLSA base domain: the name for the SNI extension (RFC
	// 7672 section 8.1) and the first reference identifier. It is empty unless
	// Action is Authenticate or Encrypt. It has no final dot.
	BaseDomain string
	// Names are the reference identifiers: the names of which the certificate
	// must have one if a DANETA record is to match (RFC 7672 section 3.2.2).
	// Empty as BaseDomain.
	Names []string
	// Records are the secure TLSA RRset. Empty as BaseDomain.
	Records []Record
}

// Discover says what an SMTP client does with the server that the lookups lead
// to. It calls tlsa for the owner name of each TLSA lookup that the client
// makes, in order and no oftener than the client does, so that tlsa may be a
// resolver, or data. What is not asked for must not be asked for: servers of
// unsigned zones may answer such a query with an error, and mail to them would
// be delayed until it is returned (RFC 7672 section 2.2.2).
//
// It is about one server. Which one comes next, if this one is skipped, is for
// the MX preferences alone to say: a server with TLSA records must not be
// preferred to one without (RFC 7672 section 2.2.1). What a client does with a
// domain that has no server (a null MX, a domain that does not exist) is not a
// matter of DANE.
func (l Lookups) Discover(tlsa func(name string) TLSAAnswer) Discovery {
	l = l.complete()
	var d Discovery
	if l.literal() {
		return d.end(ruleLiteral)
	}
	if !d.mx(l) || !d.address(l) {
		return d
	}
	for _, base := range d.candidates(l) {
		name := Name(base, l.Port)
		d.Queries = append(d.Queries, name)
		answer := tlsa(name)
		switch {
		case answer.Security.failed():
			d.Elective = d.insecureMX()
			return d.end(ruleTLSAError)
		case answer.Security == Secure && len(answer.Records) > 0:
			return d.found(l, base, answer.Records)
		}
	}
	return d.end(ruleTLSANone)
}

// complete fills in what is left out and removes final dots.
func (l Lookups) complete() Lookups {
	for _, name := range []*string{&l.NextHop, &l.NextHopExpanded, &l.Host, &l.HostExpanded} {
		*name = strings.TrimSuffix(*name, ".")
	}
	switch {
	case !l.MX.Found && l.NextHop != "":
		l.Host = l.NextHop
	case l.NextHop == "":
		l.NextHop = l.Host
	}
	if l.Alias == "" {
		l.Alias = l.Address.Security
	}
	if l.Port == 0 {
		l.Port = 25
	}
	return l
}

// literal tells whether the server is an address: an address literal, or an MX
// record that contains an address against the rules.
func (l Lookups) literal() bool {
	host := strings.TrimSuffix(strings.TrimPrefix(l.Host, "["), "]")
	if tag := "IPv6:"; len(host) > len(tag) && strings.EqualFold(host[:len(tag)], tag) {
		host = host[len(tag):]
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}

// end applies the last rule.
func (d Discovery) end(r Rule) Discovery {
	d.Rules = append(slices.Clip(d.Rules), r) // copies share nothing
	d.Action = r.Action
	return d
}

// insecureMX tells whether an insecure MX RRset names the server.
func (d Discovery) insecureMX() bool { return slices.Contains(d.Rules, ruleMXInsecure) }

// mx applies the rules of the MX lookup. It tells whether to go on.
func (d *Discovery) mx(l Lookups) bool {
	switch {
	case l.MX == Answer{}:
		*d = d.end(ruleNoMXLookup)
	case l.MX.Security.failed():
		*d = d.end(ruleMXError)
	case !l.MX.Found:
		*d = d.end(ruleMXImplicit)
	case l.MX.Security == Secure:
		*d = d.end(ruleMXSecure)
	default:
		*d = d.end(ruleMXInsecure)
	}
	return d.Action == Continue
}

// address applies the rules of the address lookup. It tells whether to go on.
func (d *Discovery) address(l Lookups) bool {
	alias := l.HostExpanded != ""
	switch {
	case l.Address.Security.failed() || alias && l.Alias.failed():
		*d = d.end(ruleAddressError)
	case !l.Address.Found:
		*d = d.end(ruleAddressNone)
	case l.Address.Security == Insecure && (!alias || l.Alias != Secure):
		*d = d.end(ruleAddressInsecure)
	case !alias:
		*d = d.end(ruleAddressSecure)
	case l.Address.Security == Insecure:
		*d = d.end(ruleAliasInsecure)
	default:
		*d = d.end(ruleAliasSecure)
	}
	return d.Action == Continue
}

// candidates are the candidate TLSA base domains, in order (RFC 7672 section
// 2.2.3). Aliases between the first and the last are never among them.
func (d *Discovery) candidates(l Lookups) []string {
	if l.HostExpanded != "" && l.Address.Security == Secure && plain(l.HostExpanded) != plain(l.Host) {
		return []string{l.HostExpanded, l.Host}
	}
	return []string{l.Host}
}

// found ends the search at a secure TLSA RRset.
func (d Discovery) found(l Lookups, base string, records []Record) Discovery {
	d.BaseDomain, d.Records, d.Names = base, records, l.ReferenceIdentifiers(base)
	d.Elective = d.insecureMX()
	for _, r := range records {
		if r.Usable() == nil {
			return d.end(ruleTLSAUsable)
		}
	}
	return d.end(ruleTLSAUnusable)
}

// ReferenceIdentifiers returns the names that a client accepts in the
// certificate of a server whose DANETA records are at a TLSA base domain (RFC
// 7672 section 3.2.2). The base domain is first. The rest depends on how the
// client got there:
//
//   - by a secure MX RRset: the next-hop domain, and the name that it is an
//     alias of;
//   - by an insecure MX RRset: nothing;
//   - without MX records: the next-hop domain, if the base domain is the name
//     that it is an alias of.
//
// The MX hostname is not among them if it is an alias of the base domain: the
// RFC says of an insecure MX RRset that the MX hostname is the only one, but of
// all cases that the base domain is the primary one.
func (l Lookups) ReferenceIdentifiers(base string) []string {
	l = l.complete()
	names := []string{strings.TrimSuffix(base, ".")}
	add := func(name string) {
		if name != "" && !slices.ContainsFunc(names, func(known string) bool { return plain(known) == plain(name) }) {
			names = append(names, name)
		}
	}
	switch {
	case !l.MX.Found:
		add(l.NextHop)
	case l.MX.Security == Secure:
		add(l.NextHop)
		add(l.NextHopExpanded)
	}
	return names
}

// Mandatory says what the client does if its administrator mandates DANE for
// the destination: it delivers only to a server that it has authenticated, and
// that a secure MX RRset names (RFC 7672 sections 2.2.1 and 6).
func (d Discovery) Mandatory() Discovery {
	rule := ruleMandatory
	switch {
	case d.insecureMX():
		rule = ruleMandatoryMX
	case d.Action == Authenticate || d.Action == Skip || d.Action == Delay:
		return d
	}
	d.Elective, d.BaseDomain, d.Names, d.Records = false, "", nil, nil
	return d.end(rule)
}
