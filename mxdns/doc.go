// Package mxdns is a DNS server for tests of mail clients: it serves zones that
// lead to mail exchangers, signed or not, and can be wrong in many ways. It
// records the queries, which show what the client under test looked up.
//
// # What it serves
//
// A [Zone] has a [Source] for each of its names. A name that does not exist is
// answered with NXDOMAIN, and a type that a name does not have with an empty
// answer, both with the zone's SOA record (RFC 2308). Aliases are followed.
// Names in no zone are refused, or forwarded to [Config.Upstream].
//
// # DNSSEC
//
// A zone is signed if it has a [Signing], which also says what is wrong with
// it. In the mode [Validating] the server answers clients as a resolver that
// validates does: it sets the AD bit on what is secure, and replies SERVFAIL to
// queries for what is bogus, with an extended error (RFC 8914). In the mode
// [Authoritative] it answers as a name server does, and leaves validation to
// the client.
//
// # Faults
//
// A [Fault] makes the server answer some queries with an error, with a lie, or
// not at all.
package mxdns
