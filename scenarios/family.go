package scenarios

import "slices"

// builtin is the catalogue as it is declared, in the order in which it is
// listed. A new scenario is one more entry in the file of its family.
var builtin = []declarations{
	{FamilyChain, slices.Concat(chain, chainFetched)},
	{FamilyValidity, slices.Concat(validity, revocation, nodes)},
	{FamilyIdentity, identity},
	{FamilyStrength, slices.Concat(strength, strengthLegacy)},
	{FamilyProtocol, slices.Concat(protocol, protocolLegacy, protocolHandshake, protocolRecords, protocolGroups)},
	{FamilyClientCertificate, clientCertificate},
	{FamilyStartTLS, startTLS},
	{FamilyTransport, transport},
	{FamilyDialogue, dialogue},
	{FamilyTrace, trace},
	{FamilyDNS, slices.Concat(dnsFamily, dnsHosts)},
	{FamilyDNSSEC, dnssec},
	{FamilyDANE, slices.Concat(dane, daneParameters, daneNames, daneMismatch, daneUnusable, daneHosts)},
	{FamilyMTASTS, slices.Concat(sts, stsTolerated, stsNone, stsTXT, stsLenient, stsAndDANE, stsSteps)},
	{FamilyRequireTLS, requireTLS},
	{FamilyTLSRPT, tlsRPT},
}

// declarations are the scenarios of one family as they are declared: Family
// and Peer are still empty.
type declarations struct {
	family    Family
	scenarios []Scenario
}

// Facts that many scenarios share.
var (
	sound       = Facts{Offers: Yes, Completes: Yes, Authentic: Yes}
	unauthentic = Facts{Offers: Yes, Completes: Yes, Authentic: No}
	lenient     = Facts{Offers: Yes, Completes: Yes, Authentic: Lenient}
	// selective: TLS completes with some clients and not with others.
	selective = Facts{Offers: Yes, Completes: Lenient, Authentic: Yes}
	// undecided: both completing and verifying are left to the client.
	undecided  = Facts{Offers: Yes, Completes: Lenient, Authentic: Lenient}
	unfinished = Facts{Offers: Yes, Completes: No, Authentic: No}
	unoffered  = Facts{Offers: No, Completes: No, Authentic: No}
)
