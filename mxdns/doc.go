// Package mxdns is a DNS server that leads a mail client to the peers that are
// playing: the mail exchanger of healthy.fakemx.test is
// mx.healthy.fakemx.test, whose address is that of the healthy peer. It
// remembers what it was asked, which is what the client under test wanted to
// know.
//
// # What it serves
//
// The zone, fakemx.test unless Config.Zone says otherwise, the domain of each
// scenario, which is a zone of its own below it (so that one can be signed and
// another not), and the reverse name of each address of a peer. A name of
// these zones that does not exist is NXDOMAIN, a type that a name does not
// have is an empty answer, both with the SOA record of the zone (RFC 2308).
// Anything outside is refused, or forwarded to Config.Upstream.
//
// # More records
//
// What stands at one name is a Source. The peers' own are made by New, and
// Config.Sources adds to them, or replaces them, by name: a TLSA record at
// _25._tcp.mx.NAME.fakemx.test, the TXT record of MTA-STS at
// _mta-sts.NAME.fakemx.test and the address of its policy host, a name that
// fails with SERVFAIL. An Answer says too whether it is authenticated, which a
// client that trusts its resolver reads from the AD bit.
package mxdns
