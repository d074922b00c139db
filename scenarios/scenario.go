package scenarios

// A Scenario is the healthy peer plus one deviation, with what a person needs
// to know about it. Everything but the peer itself is for people, for the
// audit's verdicts, or to lead a client to the peer.
type Scenario struct {
	// Name is kebab-case and unique among all names and aliases.
	Name string `yaml:"name" json:"name"`
	// Number is the scenario's own, from 1, and never changes: its port and its
	// address follow from it. It is no part of the YAML form: a scenario of a
	// user's own has zero, until whoever plays it gives it one behind [LastNumber].
	Number int `yaml:"-" json:"number,omitempty"`
	// Family is one of Families, or FamilyCustom for a user's own.
	Family Family `yaml:"family" json:"family"`
	// Aliases are further names that find the scenario.
	Aliases []string `yaml:"aliases,omitempty,flow" json:"aliases,omitempty"`
	// Summary is one line without a full stop: what the peer does wrong.
	Summary string `yaml:"summary" json:"summary"`
	// Story says how this comes about in real life.
	Story string `yaml:"story,omitempty" json:"story,omitempty"`
	// Fix says how to mend a real server that has it.
	Fix string `yaml:"fix,omitempty" json:"fix,omitempty"`
	// References are RFC sections, CVE numbers, issue threads.
	References []string `yaml:"references,omitempty" json:"references,omitempty"`
	// Facts decide every verdict.
	Facts Facts `yaml:"facts" json:"facts"`
	// Grounds say why the facts are so. Those of a built-in scenario are whole;
	// a user's own may lack any.
	Grounds Grounds `yaml:"grounds,omitempty" json:"grounds"`
	// Alternate is what Facts and Grounds do not say where the peer has another
	// chain for some sessions; zero where it has none.
	Alternate AlternateFacts `yaml:"alternate,omitempty" json:"alternate,omitzero"`
	// ReachBy says by which kind of name a client is meant to reach the peer.
	// If empty, ReachByName.
	ReachBy ReachBy `yaml:"reach_by,omitempty" json:"reach_by,omitempty"`
	// ReachAt says at which address a client is meant to reach the peer. If
	// empty, ReachAtSMTP.
	ReachAt ReachAt `yaml:"reach_at,omitempty" json:"reach_at,omitempty"`
	// Harmless marks a deviation that no correct client minds: the facts are
	// those of the healthy peer.
	Harmless bool `yaml:"harmless,omitempty" json:"harmless,omitempty"`
	// Trap names the session flag that, when the client's own doing raises
	// it, fails every policy. If empty, there is no trap.
	Trap Trap `yaml:"trap,omitempty" json:"trap,omitempty"`
	// Edit makes the one deviation on a healthy peer. It is nil for the
	// healthy scenario and for scenarios read from a file.
	Edit func(*Peer) `yaml:"-" json:"-"`
	// Peer is the peer to be played: Healthy after Edit.
	Peer Peer `yaml:"peer" json:"peer"`
}

// A Trap is a flag of a session that the client's own doing raises.
type Trap string

// The traps.
const (
	// TrapCredentialsInClear: the client showed a secret outside TLS, by PLAIN,
	// LOGIN, OAUTHBEARER or XOAUTH2. A challenge is answered without showing one.
	TrapCredentialsInClear Trap = "credentials-in-clear"
	// TrapInjectedReply: inside TLS the client went by a reply that had come
	// in clear, behind the 220 to STARTTLS (CVE-2021-38371).
	TrapInjectedReply Trap = "acted-on-injected-reply"
	// TrapMaskedOffer: the client authenticated in clear to a peer whose offer
	// of STARTTLS had been masked on the way.
	TrapMaskedOffer Trap = "authenticated-to-masked-offer"
	// TrapRepeatedMessage: the client sent a message again whose 250 had been
	// withheld, though it was stored (RFC 1047).
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
	// FamilyCustom is for scenarios that users write.
	FamilyCustom Family = "custom"
)

// Facts are the three truths about a peer from which every verdict follows.
type Facts struct {
	// Offers says whether STARTTLS is usable.
	Offers Answer `yaml:"offers" json:"offers"`
	// Completes says whether a client that does not verify can finish TLS.
	Completes Answer `yaml:"completes" json:"completes"`
	// Authentic says whether a correct verifying client accepts the peer (RFC
	// 5280, RFC 9525).
	Authentic Answer `yaml:"authentic" json:"authentic"`
}

// An Answer is the value of a fact.
type Answer string

// The answers.
const (
	Yes Answer = "yes" // for every client
	No  Answer = "no"  // for no client
	// Weak: only with less than RFC 8996, RFC 9325 or RFC 8446 ask for.
	Weak Answer = "weak"
	// Lenient: it is left to the client, as a check of revocation is. No standard
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

// ReachAt is the kind of address at which a client reaches a peer.
type ReachAt string

// The kinds of address.
const (
	// ReachAtSMTP is the address where TLS begins with STARTTLS.
	ReachAtSMTP ReachAt = "smtp"
	// ReachAtSMTPS is the address where TLS begins with the first byte.
	ReachAtSMTPS ReachAt = "smtps"
)
