package mxdns

import "time"

// Config says what a [Server] serves. Its zero value serves nothing.
type Config struct {
	// Listen is the address, host:port, for both UDP and TCP; port 0 picks one
	// that is free for both. If empty, "127.0.0.1:0".
	Listen string
	// Zones are what is served. No two may have the same name. If empty, every
	// name is refused or forwarded.
	Zones []Zone
	// Mode says which part the server plays. If empty, Validating.
	Mode Mode
	// Upstream is the resolver for all other names, an address with or without
	// a port. If empty, they are refused.
	Upstream string
	// OnQuery is called with every query before it is answered, and may be
	// called for several at once. A panic in it, or t.FailNow, does not stop the
	// server; it is an error of [Server.Close]. If nil, it is not called.
	OnQuery func(Query)
	// Now is the clock, by which signatures are valid or not. If nil,
	// [time.Now].
	Now func() time.Time
	// Keys makes the keys of signed zones. If nil, [RandomKeys].
	Keys KeySource
}

// A Mode is the part that a server plays.
type Mode string

// The modes.
const (
	// Validating: it answers as a resolver that validates (RFC 4035 section
	// 4) would: the AD bit on what is secure, SERVFAIL for what is bogus. It is
	// for clients that trust their resolver.
	Validating Mode = "validating"
	// Authoritative: it answers as the zones' own name server, with signatures,
	// right or wrong, for clients that ask for them (RFC 4035 section 3.1). It
	// is for resolvers that validate.
	Authoritative Mode = "authoritative"
)

// Modes returns all modes, the default first.
func Modes() []Mode { return []Mode{Validating, Authoritative} }

// A Zone is a zone with its names.
type Zone struct {
	// Name is the name of its apex. A zone below another one is delegated by
	// it.
	Name string
	// Scenario is the scenario to which queries for its names belong; empty if
	// it is none.
	Scenario string
	// NameServer is the host name in its NS and SOA records. If empty, "ns."
	// before Name. If it is in a zone and no source says otherwise, it has the
	// address on which the server listens.
	NameServer string
	// Names are the sources of its names, by full names, in addition to the SOA
	// and NS records of the apex. A source of the apex adds to these.
	Names map[string]Source
	// Signing says how the zone is signed. If nil, it is not signed, and its
	// delegation is insecure.
	Signing *Signing
	// Faults are what goes wrong with answers.
	Faults []Fault
}
