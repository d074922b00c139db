// Package mxdns is a DNS server that leads mail clients to running peers: the
// mail exchanger of healthy.fakemx.test is mx.healthy.fakemx.test, whose
// address is that of the healthy peer. It records the queries, which show what
// the client under test looked up.
//
// # What it serves
//
// The server is authoritative for the zone, fakemx.test unless [Config.Zone]
// says otherwise, for the domain of each scenario, and for the reverse name of
// each address of a peer. Each scenario's domain is a separate zone below the
// first one, so that one can be signed and another not. In these zones, a name
// that does not exist is answered with NXDOMAIN, and a type that a name does
// not have with an empty answer, both with the zone's SOA record (RFC 2308).
// Other names are refused, or forwarded to [Config.Upstream].
//
// # More records
//
// A [Source] holds the records at one name. [New] makes the peers' own, and
// [Config.Sources] adds to them or replaces them by name: a TLSA record at
// _25._tcp.mx.NAME.fakemx.test, the TXT record of MTA-STS at
// _mta-sts.NAME.fakemx.test and the address of its policy host, or a name that
// fails with SERVFAIL. An [Answer] also says whether it is authenticated, which
// a client that trusts its resolver reads from the AD bit.
package mxdns
