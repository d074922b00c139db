// Package postfix is what Postfix asks a policy daemon about TLS, and what it
// makes of the answer: the client of the socketmap protocol
// (socketmap_table(5)), and the syntax of smtp_tls_policy_maps (postconf(5)).
//
// # What a policy daemon is for
//
// Postfix does DANE by itself, and no MTA-STS. A daemon beside it looks up what
// a domain publishes, and Postfix asks it before each delivery:
//
//	smtp_tls_policy_maps = socketmap:inet:127.0.0.1:8461:postfix
//
// # What is asked, and what is answered
//
// [Endpoint.Lookup] sends the name of the map and a key, here a domain, as a
// netstring, and reads a [Reply]. If the daemon has found something, the reply
// holds a security level with attributes, such as
//
//	secure match=.example.com servername=hostname
//
// which [ParseTLSPolicy] reads as strictly as Postfix does: whatever Postfix does
// not understand makes it keep the mail in its queue. [TLSPolicy.Accepts] says
// which names in a certificate fit.
//
// If the daemon has nothing on a domain, Postfix asks for its parents as well
// ([Keys]), and then goes by its own smtp_tls_security_level.
package postfix
