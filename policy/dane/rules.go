package dane

import "slices"

// An Action is what an SMTP client does with a server, by what the DNS says.
type Action string

// The actions.
const (
	// Continue: nothing is decided yet; the next rule applies. No [Discovery]
	// has this action.
	Continue Action = "continue"
	// Authenticate: deliver only in TLS, and only if one of the TLSA records
	// matches. Otherwise do as for Skip.
	Authenticate Action = "authenticate"
	// Encrypt: deliver only in TLS, whatever the certificate. Otherwise do as
	// for Skip.
	Encrypt Action = "encrypt"
	// Opportunistic: DANE does not apply. Use TLS if the server offers it, do
	// not authenticate, and deliver in clear if there is no TLS; or do whatever
	// else, such as MTA-STS, is configured.
	Opportunistic Action = "opportunistic"
	// Skip: treat the server as unreachable. Go on with the next one; if there
	// is none, the message stays in the queue.
	Skip Action = "skip"
	// Delay: the servers of the next-hop domain are not known, or none may be
	// used. The message stays in the queue.
	Delay Action = "delay"
)

// A Rule is a row of the table by which [Lookups.Discover] decides.
type Rule struct {
	// When is the condition.
	When string
	// Action is what the client does; Continue if the next rule decides.
	Action Action
	// Reason says why.
	Reason string
	// Section is where the rule is from, such as "RFC 7672 section 2.2".
	Section string
}

// String returns the whole row.
func (r Rule) String() string {
	return r.When + ": " + string(r.Action) + ", " + r.Reason + " (" + r.Section + ")"
}

// Rules returns the rules in the order in which they are applied: the first one
// of a lookup whose condition holds. The last two are for [Discovery.Mandatory].
func Rules() []Rule { return slices.Clone(rules) }

var (
	ruleLiteral = Rule{"the server is an IP address", Opportunistic,
		"an address has no TLSA records", "RFC 7672 section 2.2"}

	ruleNoMXLookup = Rule{"a relay is used without MX lookup", Continue,
		"the relay is the server, and is treated as an MX host", "RFC 7672 section 2.2.2"}
	ruleMXError = Rule{"the MX lookup fails", Delay,
		"the servers are not known, and an attacker may want it so", "RFC 7672 section 2.1.2"}
	ruleMXImplicit = Rule{"there are no MX records", Continue,
		"the domain itself is its only server", "RFC 7672 section 2.2.2"}
	ruleMXSecure = Rule{"the MX RRset is secure", Continue,
		"each MX host is looked at for itself; certificates may also name the next-hop domain", "RFC 7672 section 2.2.1"}
	ruleMXInsecure = Rule{"the MX RRset is insecure", Continue,
		"the client may deliver without DANE or go on; certificates must then name the server", "RFC 7672 section 2.2.1"}

	ruleAddressError = Rule{"the address lookup fails", Skip,
		"the server cannot be reached, and TLSA records are not looked up", "RFC 7672 section 2.1.2"}
	ruleAddressNone = Rule{"the server has no address", Skip,
		"the server cannot be reached", "RFC 7672 section 2.2.2"}
	ruleAddressInsecure = Rule{"the address is insecure, and so is the first alias on the way to it, if there is one", Opportunistic,
		"TLSA records in an unsigned zone prove nothing, and to ask for them might fail", "RFC 7672 section 2.2.2"}
	ruleAddressSecure = Rule{"the address is secure, and the server's name is not an alias", Continue,
		"TLSA records are looked up at the server's name", "RFC 7672 section 2.2.2"}
	ruleAliasInsecure = Rule{"the address is insecure, but the first alias on the way to it is secure", Continue,
		"TLSA records are looked up at the server's name, and not at that of which it is an alias", "RFC 7672 section 2.2.2"}
	ruleAliasSecure = Rule{"the address is secure, and so are the aliases on the way to it", Continue,
		"TLSA records are looked up at the last name and, if there are none, at the first", "RFC 7672 section 2.2.2"}

	ruleTLSAError = Rule{"a TLSA lookup fails", Skip,
		"there may be records that an attacker keeps from the client", "RFC 7672 section 2.1.2"}
	ruleTLSANone = Rule{"no TLSA lookup finds secure records", Opportunistic,
		"the server does not commit to TLS", "RFC 7672 section 2.2.3"}
	ruleTLSAUsable = Rule{"the TLSA RRset is secure, and at least one record is usable", Authenticate,
		"the server commits to TLS and to what the records say", "RFC 7672 section 2.2"}
	ruleTLSAUnusable = Rule{"the TLSA RRset is secure, and all records are unusable", Encrypt,
		"the server commits to TLS, and the client cannot tell which certificate is right", "RFC 7672 section 2.2"}

	ruleMandatoryMX = Rule{"DANE is mandatory, and the MX RRset is insecure", Delay,
		"whoever forged the MX records would choose the servers", "RFC 7672 section 2.2.1"}
	ruleMandatory = Rule{"DANE is mandatory, and there is no usable secure TLSA record", Skip,
		"the server cannot be authenticated", "RFC 7672 section 6"}
)

var rules = []Rule{
	ruleLiteral,
	ruleNoMXLookup, ruleMXError, ruleMXImplicit, ruleMXSecure, ruleMXInsecure,
	ruleAddressError, ruleAddressNone, ruleAddressInsecure, ruleAddressSecure, ruleAliasInsecure, ruleAliasSecure,
	ruleTLSAError, ruleTLSANone, ruleTLSAUsable, ruleTLSAUnusable,
	ruleMandatoryMX, ruleMandatory,
}
