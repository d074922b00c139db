package scenarios

// DNS is what the domain of the peer publishes. In its names {domain} stands for
// the domain, {hostname} for the peer's host name and {scenario} for the name of
// the scenario. It has no effect unless the DNS is served too.
type DNS struct {
	// Zone is the zone of the domain.
	Zone Zone `yaml:"zone" json:"zone"`
	// HostZone makes the peer's host name a zone of its own. If nil, the name
	// belongs to the zone of the domain; if it is not below the domain, to an
	// unsigned zone of its own.
	HostZone *Zone `yaml:"host_zone,omitempty" json:"host_zone,omitempty"`
	// MX are the MX records.
	MX []MX `yaml:"mx" json:"mx"`
	// Addresses are the A and AAAA records.
	Addresses []Address `yaml:"addresses" json:"addresses"`
	// TLSA are the TLSA records (RFC 6698).
	TLSA []TLSA `yaml:"tlsa,omitempty" json:"tlsa,omitempty"`
	// Aliases are the CNAME and DNAME records.
	Aliases []Alias `yaml:"aliases,omitempty" json:"aliases,omitempty"`
	// Answers are what goes wrong with answers to queries.
	Answers []DNSFault `yaml:"answers,omitempty" json:"answers,omitempty"`
}

// A Zone says how a zone is signed (RFC 4033).
type Zone struct {
	// Signed says whether the zone is signed. If it is not, its delegation is
	// insecure, and nothing below matters.
	Signed bool `yaml:"signed" json:"signed"`
	// Algorithm is that of its key. If empty, ECDSAP256SHA256.
	Algorithm ZoneAlgorithm `yaml:"algorithm,omitempty" json:"algorithm,omitempty"`
	// DS is the delegation in the zone above. If empty, DSRight.
	DS DS `yaml:"ds,omitempty" json:"ds,omitempty"`
	// Denial is the proof that something does not exist. If empty, DenialNSEC.
	Denial Denial `yaml:"denial,omitempty" json:"denial,omitempty"`
	// DenialMissing are names of the zone. That one of these, or a name below,
	// does not exist is not proved.
	DenialMissing []string `yaml:"denial_missing,omitempty" json:"denial_missing,omitempty"`
	// Signatures are what is wrong with signatures.
	Signatures []SignatureFault `yaml:"signatures,omitempty" json:"signatures,omitempty"`
}

// A ZoneAlgorithm is a DNSSEC algorithm by its mnemonic (RFC 8624 section 3.1).
type ZoneAlgorithm string

// The algorithms of zones.
const (
	ZoneECDSA   ZoneAlgorithm = "ECDSAP256SHA256"
	ZoneEd25519 ZoneAlgorithm = "ED25519"
	ZoneRSA     ZoneAlgorithm = "RSASHA256"
	// ZonePrivate is one that no validator knows (RFC 4034 appendix A.1.1).
	ZonePrivate ZoneAlgorithm = "PRIVATEDNS"
)

// DS is what the zone above says of a zone's key.
type DS string

// The kinds of delegation.
const (
	DSRight    DS = "right"     // the digest of the key
	DSNone     DS = "absent"    // no DS record: an insecure delegation
	DSOtherKey DS = "other-key" // the digest of a key that the zone does not have
	// DSUnknownDigest: a digest of a type that is not assigned. A resolver
	// ignores it.
	DSUnknownDigest DS = "unknown-digest"
)

// Denial is the form of authenticated denial of existence.
type Denial string

// The forms of denial.
const (
	DenialNSEC        Denial = "nsec"          // RFC 4034 section 4
	DenialNSEC3       Denial = "nsec3"         // RFC 5155
	DenialNSEC3OptOut Denial = "nsec3-opt-out" // RFC 5155 section 6
)

// A SignatureFault is what is wrong with some signatures.
type SignatureFault struct {
	// Type is the type of the records, such as TLSA. If empty, every type.
	Type string `yaml:"type,omitempty" json:"type,omitempty"`
	// Is says what is wrong.
	Is SignatureState `yaml:"is" json:"is"`
}

// A SignatureState is what is wrong with a signature.
type SignatureState string

// The states of a signature.
const (
	SignatureCorrupted   SignatureState = "corrupted"     // it does not fit the records
	SignatureExpired     SignatureState = "expired"       // its expiration has passed
	SignatureNotYetValid SignatureState = "not-yet-valid" // its inception is to come
	SignatureMissing     SignatureState = "missing"       // there is none
	SignatureWrongSigner SignatureState = "wrong-signer"  // its signer is another zone
)

// MX is an MX record of the domain (RFC 5321 section 5.1).
type MX struct {
	// Preference is from 0 to 65535; the lowest is tried first.
	Preference int `yaml:"preference" json:"preference"`
	// Host is the mail exchanger; a dot alone says that the domain takes no mail
	// (RFC 7505).
	Host string `yaml:"host" json:"host"`
}

// An Address gives a name an address.
type Address struct {
	// Name is the name that has the address.
	Name string `yaml:"name" json:"name"`
	// At says what is at the address. If empty, AtPeer.
	At AddressAt `yaml:"at,omitempty" json:"at,omitempty"`
}

// An AddressAt is what a client meets at an address.
type AddressAt string

// What may be at an address.
const (
	AtPeer AddressAt = "peer" // the peer
	// AtSecondHost: a second host, which plays the same peer under the name
	// that has this address, with keys and certificates of its own.
	AtSecondHost AddressAt = "second-host"
	// AtRefused: nobody. A connection is refused.
	AtRefused AddressAt = "refused"
	// AtFiltered: nobody. A request for a connection is not answered, as behind
	// a firewall that drops it.
	AtFiltered AddressAt = "filtered"
	// AtUnreachable is an address in a network to which there is no route: the
	// IPv6 discard prefix (RFC 6666).
	AtUnreachable AddressAt = "unreachable-ipv6"
)

// TLSA is a TLSA record about one of the peer's certificates.
type TLSA struct {
	// Name is the host name, without port and protocol. If empty, {hostname}.
	Name string `yaml:"name,omitempty" json:"name,omitempty"`
	// Port is the port. If zero, 25.
	Port int `yaml:"port,omitempty" json:"port,omitempty"`
	// Usage, Selector and Matching are the certificate usage, the selector and
	// the matching type (RFC 6698 section 2.1).
	Usage    int `yaml:"usage" json:"usage"`
	Selector int `yaml:"selector" json:"selector"`
	Matching int `yaml:"matching" json:"matching"`
	// Of is the name of the certificate in peer.pki. If empty, the first one
	// that the peer sends.
	Of string `yaml:"of,omitempty" json:"of,omitempty"`
	// Data says what is wrong with the data. If empty, nothing is.
	Data TLSAData `yaml:"data,omitempty" json:"data,omitempty"`
}

// TLSAData is what is wrong with the data of a TLSA record.
type TLSAData string

// What may be wrong.
const (
	// TLSAOtherSelector: the data is made by the other selector than the record
	// says.
	TLSAOtherSelector TLSAData = "other-selector"
	// TLSAShort: only half of the data is there.
	TLSAShort TLSAData = "short"
)

// An Alias is a CNAME record, or a DNAME record.
type Alias struct {
	// Name is the name that is an alias; for DNAME, the one above such names.
	Name string `yaml:"name" json:"name"`
	// To is the name to which it leads.
	To string `yaml:"to" json:"to"`
	// Type is CNAME or DNAME. If empty, CNAME.
	Type string `yaml:"type,omitempty" json:"type,omitempty"`
}

// A DNSFault is what goes wrong with the answers to some queries.
type DNSFault struct {
	// Name is the name in the query. If empty, every name of the domain and of
	// the host.
	Name string `yaml:"name,omitempty" json:"name,omitempty"`
	// Type is the type in the query, such as TLSA. If empty, every type.
	Type string `yaml:"type,omitempty" json:"type,omitempty"`
	// Do is what the DNS does.
	Do DNSAction `yaml:"do" json:"do"`
}

// A DNSAction is what the DNS does in place of a right answer.
type DNSAction string

// The actions.
const (
	DNSServfail DNSAction = "servfail" // it replies SERVFAIL
	DNSRefused  DNSAction = "refused"  // it replies REFUSED
	DNSNXDomain DNSAction = "nxdomain" // it replies that there is no such name
	DNSNoData   DNSAction = "nodata"   // it replies that the name has no such record
	DNSDrop     DNSAction = "drop"     // it does not reply
	// DNSTruncate: over UDP it replies that the answer is truncated, and over
	// TCP it closes the connection.
	DNSTruncate DNSAction = "truncate"
	DNSLame     DNSAction = "lame" // it replies like a server that does not have the zone
)

// healthyDNS is an unsigned zone with one mail exchanger, whose address the
// domain has too.
func healthyDNS() DNS {
	return DNS{
		MX:        []MX{{Preference: 10, Host: "{hostname}"}},
		Addresses: []Address{{Name: "{hostname}"}, {Name: "{domain}"}},
	}
}

// NeedsDNS reports whether the scenario's domain publishes something else than
// that of the healthy peer, so that the scenario means nothing without the DNS
// that serves it. One whose message demands REQUIRETLS means nothing without a
// DNS in any case: the MX record has to be secure.
func (s Scenario) NeedsDNS() bool {
	return s.Message.RequireTLS || s.Peer.STS != nil || s.Peer.TLSRPT != nil || !same(s.Peer.DNS, healthyDNS())
}

// SecondHostFacts are the facts about a second host, as far as they differ from
// those of the first one.
type SecondHostFacts struct {
	// DANE is what the domain publishes by DANE about the second host, and how
	// that fits. If empty, DANENone.
	DANE DANE `yaml:"dane,omitempty" json:"dane,omitempty"`
	// Ground is the ground of that fact: an RFC section or AllStacks.
	Ground string `yaml:"ground,omitempty" json:"ground,omitempty"`
}

// SecondAddress returns what is at the second address of the scenario, and the
// host name that has it. If there is no second address, both are empty.
func (s Scenario) SecondAddress() (at AddressAt, host string) {
	for _, a := range s.Peer.DNS.Addresses {
		switch a.At {
		case AtSecondHost, AtRefused, AtFiltered:
			return a.At, s.Expand(a.Name)
		}
	}
	return "", ""
}

// HasSecondHost reports whether the peer has a second host.
func (s Scenario) HasSecondHost() bool {
	at, _ := s.SecondAddress()
	return at == AtSecondHost
}

// AsSecondHost returns the scenario as its second host plays it: under that
// host's name, and with its facts.
func (s Scenario) AsSecondHost() Scenario {
	_, host := s.SecondAddress()
	second := s.With(func(p *Peer) { p.Hostname = host })
	second.Facts.DANE, second.Grounds.DANE = s.SecondHost.DANE, s.SecondHost.Ground
	return second
}
