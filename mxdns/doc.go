// Package mxdns is a DNS server for tests of mail clients: it serves zones that
// lead to mail exchangers, signed or not, and can be wrong in many ways. It
// records the queries, which show what the client under test looked up.
//
// # What it serves
//
// A [Zone] has a [Source] for each of its names, whose answers may change over
// time. A name that does not exist is answered with NXDOMAIN, and a type that a
// name does not have with an empty answer, both with the zone's SOA record (RFC
// 2308). A name with an asterisk as its first label is a wildcard (RFC 4592).
// CNAME and DNAME records are followed through all zones, eleven of them at
// most. Names in no zone are refused, or forwarded to [Config.Upstream].
//
// # DNSSEC
//
// A zone is signed if it has a [Signing], which also says what is wrong with
// it. Its key is made when it is first needed, by [Config.Keys], and signs each
// answer anew, for those clients that set the DO bit (RFC 4035 section 3.1). A
// zone below another one has its DS record there, or the proof that it has none.
//
// In the mode [Validating] the server answers clients as a resolver that
// validates does: it sets the AD bit on what is secure, and replies SERVFAIL to
// queries for what is bogus, with an extended error (RFC 8914), unless the
// client has set the CD bit. This is for clients that trust their resolver, as
// mail servers do: put the server's address in their resolv.conf.
//
// In the mode [Authoritative] it answers as a name server does, and leaves
// validation to the client. This is for resolvers, and for clients that validate
// by themselves. [Server.Anchors] returns the trust anchors that they need, and
// [FormatAnchors] writes them as a validator reads them. With [SeededKeys] they
// are the same every time. For unbound, with the anchors in a file:
//
//	server:
//	  do-not-query-localhost: no
//	  local-zone: "test." nodefault
//	  trust-anchor-file: "/etc/unbound/fakemx.anchor"
//	  ede: yes
//	stub-zone:
//	  name: "fakemx.test."
//	  stub-addr: 127.0.0.1@1053
//
// unbound looks for the zones below at port 53, where their NS records lead. If
// the server has another port, unbound needs a stub-zone for each of them. It
// needs them too where the answers of a zone fail: what it notes about a server
// is for a stub-zone, and it would avoid the server for all zones.
//
// Both modes find the same: the mode Validating looks at the records with which
// the mode Authoritative would answer. The tests in e2e/dnssec ask unbound and
// BIND's delv about every value of [Signing] and [Fault], and compare what they
// say with what the mode Validating says.
//
// # Faults
//
// A [Fault] makes the server answer some queries with an error, with a lie, or
// not at all: all of them, or the first few. In a signed zone, a lie comes with
// the proof that a name server would have for it.
package mxdns
