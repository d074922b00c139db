package scenarios

// A Scenario is the healthy peer plus one deviation, with a description for
// human readers, the facts for the audit's verdicts, and how a client should
// reach the peer.
type Scenario struct {
	// Name is in kebab-case, and unique among all names and aliases.
	Name string `yaml:"name" json:"name"`
	// Number is unique, counted from 1, and never changes: the scenario's port
	// and address follow from it. It is not part of the YAML form. A user's
	// scenario has zero until the program that plays it assigns a number after
	// [LastNumber].
	Number int `yaml:"-" json:"number,omitempty"`
	// SecondNumber is the number after Number, if the scenario has a second
	// address ([Scenario.SecondAddress]), which is the one after that of its
	// peer; zero for all other scenarios.
	SecondNumber int `yaml:"-" json:"second_number,omitempty"`
	// Family is one of [Families], or FamilyCustom for a user's scenario.
	Family Family `yaml:"family" json:"family"`
	// Aliases are additional names by which the scenario can be found.
	Aliases []string `yaml:"aliases,omitempty,flow" json:"aliases,omitempty"`
	// Base is the name of the scenario from which this one deviates. If empty,
	// it is the healthy one. A scenario about DANE or MTA-STS deviates from one
	// whose domain publishes it right.
	Base string `yaml:"base,omitempty" json:"base,omitempty"`
	// Summary is one line without a full stop: what the peer does wrong.
	Summary string `yaml:"summary" json:"summary"`
	// Story says how this happens in real life.
	Story string `yaml:"story,omitempty" json:"story,omitempty"`
	// Fix says how to fix a real server with this fault.
	Fix string `yaml:"fix,omitempty" json:"fix,omitempty"`
	// References are RFC sections, CVE numbers and issue threads.
	References []string `yaml:"references,omitempty" json:"references,omitempty"`
	// Facts decide every verdict.
	Facts Facts `yaml:"facts" json:"facts"`
	// Grounds say why the facts are so. Those of a built-in scenario are
	// complete; a user's scenario may leave out any.
	Grounds Grounds `yaml:"grounds,omitempty" json:"grounds"`
	// Alternate are the facts about the other chain that the peer serves in
	// some sessions; zero if there is none.
	Alternate AlternateFacts `yaml:"alternate,omitempty" json:"alternate,omitzero"`
	// SecondHost are the facts about the peer's second host; zero if there is
	// none. All other facts are about its first one.
	SecondHost SecondHostFacts `yaml:"second_host,omitempty" json:"second_host,omitzero"`
	// Message is what the message of an audit asks of the client about TLS;
	// zero if nothing.
	Message Message `yaml:"message,omitempty" json:"message,omitzero"`
	// Later are the facts after the last of the peer's steps; zero if there are
	// none. All other facts are about what the domain publishes at the start.
	Later LaterFacts `yaml:"later,omitempty" json:"later,omitzero"`
	// ReachBy says by which kind of name a client should reach the peer. If
	// empty, ReachByName.
	ReachBy ReachBy `yaml:"reach_by,omitempty" json:"reach_by,omitempty"`
	// ReachAt says on which address a client should connect to the peer. If
	// empty, ReachAtSMTP.
	ReachAt ReachAt `yaml:"reach_at,omitempty" json:"reach_at,omitempty"`
	// Harmless marks a deviation that no correct client objects to: the facts
	// are those of the healthy peer.
	Harmless bool `yaml:"harmless,omitempty" json:"harmless,omitempty"`
	// Trap names the session flag that fails every policy if the client's own
	// actions raise it. If empty, there is no trap.
	Trap Trap `yaml:"trap,omitempty" json:"trap,omitempty"`
	// Edit makes the one deviation in the peer of Base. It is nil for the healthy
	// scenario, for those of which the message is the deviation, and for
	// scenarios read from a file.
	Edit func(*Peer) `yaml:"-" json:"-"`
	// Peer is the peer to play: that of Base after Edit.
	Peer Peer `yaml:"peer" json:"peer"`
}

// A Trap is a session flag that the client's own actions raise.
type Trap string

// The traps.
const (
	// TrapCredentialsInClear: the client revealed a secret outside TLS, by
	// PLAIN, LOGIN, OAUTHBEARER or XOAUTH2. Answering a challenge does not
	// reveal one.
	TrapCredentialsInClear Trap = "credentials-in-clear"
	// TrapInjectedReply: inside TLS the client acted on a reply that was sent
	// in clear, after the 220 to STARTTLS (CVE-2021-38371).
	TrapInjectedReply Trap = "acted-on-injected-reply"
	// TrapMaskedOffer: the client authenticated in clear to a peer whose offer
	// of STARTTLS was masked on the way.
	TrapMaskedOffer Trap = "authenticated-to-masked-offer"
	// TrapRepeatedMessage: the client sent a message again that was stored but
	// whose 250 was withheld (RFC 1047).
	TrapRepeatedMessage Trap = "repeated-message"
)

// A Family groups scenarios by what goes wrong.
type Family string

// The families of the catalogue, in the order in which they are listed.
const (
	FamilyChain             Family = "chain"
	FamilyIdentity          Family = "identity"
	FamilyValidity          Family = "validity"
	FamilyStrength          Family = "strength"
	FamilyProtocol          Family = "protocol"
	FamilyClientCertificate Family = "client-certificate"
	FamilyStartTLS          Family = "starttls"
	FamilyTransport         Family = "transport"
	FamilyDialogue          Family = "dialogue"
	FamilyTrace             Family = "trace"
	FamilyDNS               Family = "dns"
	FamilyDNSSEC            Family = "dnssec"
	FamilyDANE              Family = "dane"
	FamilyMTASTS            Family = "mta-sts"
	FamilyRequireTLS        Family = "requiretls"
	FamilyTLSRPT            Family = "tlsrpt"
	// FamilyCustom is for scenarios written by users.
	FamilyCustom Family = "custom"
)

// Facts are the facts about a peer and its domain from which every verdict
// follows. Those about the domain hold where the DNS is served that publishes
// them.
type Facts struct {
	// Offers says whether STARTTLS can be used.
	Offers Answer `yaml:"offers" json:"offers"`
	// Completes says whether a client that does not verify the peer can
	// complete the TLS handshake.
	Completes Answer `yaml:"completes" json:"completes"`
	// Authentic says whether a client that verifies correctly accepts the peer
	// (RFC 5280, RFC 9525).
	Authentic Answer `yaml:"authentic" json:"authentic"`
	// Resolves says whether the DNS leads to the peer. If empty, it does.
	Resolves Resolution `yaml:"resolves,omitempty" json:"resolves,omitempty"`
	// DANE says what the domain publishes by DANE (RFC 7672), and how the peer
	// fits it. If empty, DANENone.
	DANE DANE `yaml:"dane,omitempty" json:"dane,omitempty"`
	// STS says what the domain publishes by MTA-STS (RFC 8461), and whether it
	// lists the peer. If empty, STSNone.
	STS STSFact `yaml:"sts,omitempty" json:"sts,omitempty"`
}

// A Resolution is where the DNS leads.
type Resolution string

// The resolutions.
const (
	ResolvesYes Resolution = "yes" // to the peer
	// ResolvesLenient: to the peer, in a way that a client need not follow.
	ResolvesLenient Resolution = "lenient"
	// ResolvesTemporary: a lookup fails in a way that may pass, so that the
	// client has to try again later.
	ResolvesTemporary Resolution = "temporary"
	ResolvesNever     Resolution = "never" // nowhere
	// ResolvesNull: to a null MX (RFC 7505).
	ResolvesNull Resolution = "null"
)

// A DANE is what a client that follows RFC 7672 finds.
type DANE string

// What a client may find.
const (
	// DANENone: no TLSA record that it may use, which is known for certain, or
	// a zone or a host that is not secure.
	DANENone DANE = "none"
	// DANEMatches: usable records, one of which fits what the peer shows.
	DANEMatches DANE = "matches"
	// DANEMismatch: usable records, none of which fits.
	DANEMismatch DANE = "mismatch"
	// DANEUnusable: records, none of which is usable.
	DANEUnusable DANE = "unusable"
	// DANEUnknowable: whether there are records cannot be found out.
	DANEUnknowable DANE = "unknowable"
	// DANEInsecureMX: usable records of a host that is secure, to which an
	// insecure MX record leads. Without a policy that demands DANE, a client may
	// use them, or ignore them (RFC 7672 section 2.2.1).
	DANEInsecureMX DANE = "insecure-mx"
	// DANELenient: what it does here is left to the client, within TLS.
	DANELenient DANE = "lenient"
)

// An STSFact is what a client that follows RFC 8461, and has no policy of the
// domain in its cache, finds. Whether the peer offers STARTTLS and is authentic
// is said by the other facts.
type STSFact string

// What a client may find.
const (
	// STSNone: no policy that it has to follow. There is no record or no valid
	// one, the policy cannot be fetched or is not valid, or its mode is none.
	STSNone STSFact = "none"
	// STSTesting: a policy in mode testing, which asks for reports alone.
	STSTesting STSFact = "testing"
	// STSAllows: a policy in mode enforce that lists the peer.
	STSAllows STSFact = "allows"
	// STSForbids: a policy in mode enforce that does not list the peer.
	STSForbids STSFact = "forbids"
	// STSLenient: whether there is a policy to follow, or whether it lists the
	// peer, is left to the client.
	STSLenient STSFact = "lenient"
)

// An Answer is the value of a fact.
type Answer string

// The answers.
const (
	Yes Answer = "yes" // for every client
	No  Answer = "no"  // for no client
	// Weak: only with less security than RFC 8996, RFC 9325 or RFC 8446
	// require.
	Weak Answer = "weak"
	// Lenient: left to the client, like checking for revocation. No standard
	// says MUST, and some stacks accept the peer while others refuse it.
	Lenient Answer = "lenient"
)

// ReachBy is the kind of reference identity (RFC 9525 section 6.1) by which a
// client reaches a peer.
type ReachBy string

// The kinds of reference identity.
const (
	ReachByName    ReachBy = "name"    // a DNS name
	ReachByAddress ReachBy = "address" // an IP address
)

// ReachAt is the kind of address on which a client connects to a peer.
type ReachAt string

// The kinds of address.
const (
	// ReachAtSMTP is the address where TLS begins with STARTTLS.
	ReachAtSMTP ReachAt = "smtp"
	// ReachAtSMTPS is the address where TLS begins with the first byte.
	ReachAtSMTPS ReachAt = "smtps"
)
