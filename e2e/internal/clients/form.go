package clients

// A Form is how much a client demands of the peer.
type Form int

// The forms.
const (
	// Verifying: it delivers in TLS to a peer whose certificate it has
	// verified. How well is another matter: see the end-to-end tests'
	// exceptions.
	Verifying Form = iota
	// Unverified: it delivers in TLS, to whomever.
	Unverified
	// Permissive: as Unverified, and it was told to take everything that its
	// library can still do.
	Permissive
	// Opportunistic: it delivers in TLS where that works, and else in clear if
	// it sees fit.
	Opportunistic
	// Checking: as Verifying, and it looks up whether the certificate was
	// revoked (RFC 5280 section 6.3, RFC 6960).
	Checking
	// OpportunisticChecking: as Opportunistic, and it looks into CRLs.
	OpportunisticChecking
	// Chasing: as Verifying, and it fetches the issuer's certificate that the
	// peer left out (RFC 5280 section 4.2.2.1).
	Chasing
)

// Verifies reports whether the peer's certificate decides.
func (f Form) Verifies() bool { return f == Verifying || f == Checking || f == Chasing }

// Policy is the form in one word, as a mail administrator would say it.
func (f Form) Policy() string {
	switch f {
	case Verifying:
		return "verify"
	case Opportunistic:
		return "opportunistic"
	case Checking:
		return "verify and check revocation"
	case OpportunisticChecking:
		return "opportunistic and check revocation"
	case Chasing:
		return "verify and fetch issuers"
	default:
		return "encrypt"
	}
}

// name is the name of a program in this form. What a program always is needs
// no name.
func (f Form) name(program string) string {
	switch f {
	case Unverified:
		return program + "-unverified"
	case Permissive:
		return program + "-permissive"
	case Checking, OpportunisticChecking:
		return program + "-checking"
	case Chasing:
		return program + "-chasing"
	default:
		return program
	}
}
