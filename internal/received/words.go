package received

// A Word names a finding about a field.
type Word string

// The findings of which a field has exactly one: how the keyword behind "with"
// goes with the rest of the field.
const (
	// Consistent: the keyword is one of RFC 3848 or RFC 6531, and nothing in the
	// field speaks against it.
	Consistent Word = "consistent"
	// Habit: the field does not keep to RFC 3848, but the program that wrote it
	// is known to write it so. It is no sign of trouble.
	Habit Word = "habit"
	// Lowercase: the keyword is in small letters, though the program is not one
	// that writes it so.
	Lowercase Word = "lowercase"
	// Downgraded: the field tells of TLS, and the keyword is the one for a
	// session without it.
	Downgraded Word = "downgraded"
	// AlwaysSMTP: the field tells of TLS, and the keyword is SMTP.
	AlwaysSMTP Word = "always-smtp"
	// AuthLeftOut: the field tells that the client authenticated, and the
	// keyword does not.
	AuthLeftOut Word = "auth-left-out"
	// Untold: the program often leaves TLS out of its field, so the field does
	// not tell whether there was TLS.
	Untold Word = "untold"
	// NotSMTP: the message did not come by SMTP or LMTP in this hop.
	NotSMTP Word = "not-smtp"
	// NoProtocol: the field has no with clause.
	NoProtocol Word = "no-protocol"
	// Unregistered: what stands behind with is no keyword that is registered.
	Unregistered Word = "unregistered"
)

// The notes of which a field may have several.
const (
	// ClientCertificate: the certificate of the client, not of a server, was not
	// asked for, not shown, or not verified. That is harmless.
	ClientCertificate Word = "client-certificate"
	// WeakVersion: the session was in TLS 1.1 or older.
	WeakVersion Word = "weak-version"
	// WeakCipher: the session had a cipher that is broken, such as RC4.
	WeakCipher Word = "weak-cipher"
	// FamilyVersion: the version is "TLSv1/SSLv3", which old programs wrote
	// whatever the version was.
	FamilyVersion Word = "family-version"
)

// sentences say each word to a person.
var sentences = map[Word]string{
	Consistent:        "The protocol keyword matches the rest of the field.",
	Habit:             "The field does not follow RFC 3848, but the program that wrote it is known to do so. This is not a sign of trouble.",
	Lowercase:         "The protocol keyword is in lower case; RFC 3848 uses upper case. A search for ESMTPS will not find it.",
	Downgraded:        "The field reports TLS, but its keyword is the one for a session without TLS: the server stamped the message as if TLS had not been used.",
	AlwaysSMTP:        "The field reports TLS, but its keyword is SMTP, which says nothing about TLS or AUTH: the server stamps every message this way.",
	AuthLeftOut:       "The field reports that the client authenticated, but its keyword does not.",
	Untold:            "The field does not say whether TLS was used: the program that wrote it often leaves that out. Check the log of the sending server instead.",
	NotSMTP:           "The message did not come by SMTP in this hop, so there is nothing to say about TLS.",
	NoProtocol:        "The field does not say which protocol the message came by.",
	Unregistered:      "The word after with is not a registered protocol keyword, so it says nothing about TLS or AUTH.",
	ClientCertificate: "This is about the certificate of the client that delivered the message, not about the server's. Most clients show none, or one that cannot be verified; this is harmless, and takes nothing from the encryption.",
	WeakVersion:       "The session was in a version of TLS that is no longer safe (RFC 8996).",
	WeakCipher:        "The session had a cipher that is no longer safe.",
	FamilyVersion:     "TLSv1/SSLv3 is the name of a family, which older programs wrote whatever the version was; it does not show that the session was in TLS 1.0 or SSL 3.0.",
}

// Sentence says the word to a person, in one or two plain sentences.
func (w Word) Sentence() string { return sentences[w] }

// habits say what a program is known to write where it does not keep to RFC 3848.
var habits = map[Software]string{
	Exim:       "Exim writes its keywords in lower case, and before version 4 it had none for TLS.",
	Sendmail:   "sendmail before 8.15.1 (2014) wrote ESMTP whether there was TLS, AUTH or neither; its comment with version= shows that there was TLS.",
	Proofpoint: "Proofpoint's servers write ESMTP in TLS, too; the comment with version= shows that there was TLS.",
	Postfix:    "Postfix before 2.5 (2008) wrote ESMTP whether there was TLS, AUTH or neither; its comment with using shows that there was TLS.",
	Qmail:      "qmail's patches for TLS put the cipher in a comment and leave the keyword as it was; the comment shows that there was TLS.",
	Courier:    "Courier up to 0.65 (2010) wrote esmtp, whether there was TLS, AUTH or neither; its comment shows which.",
	Microsoft:  "Microsoft's servers write their own name in place of a keyword, and describe TLS in a comment after it.",
}

// verdicts say what became of a client's certificate, by sendmail's words for it.
var verdicts = map[string]string{
	"NO":       "verify=NO: the client sent no certificate.",
	"NOT":      "verify=NOT: the server did not ask for a certificate.",
	"NONE":     "verify=NONE: STARTTLS was not performed.",
	"FAIL":     "verify=FAIL: the client sent a certificate that the server could not verify.",
	"TEMP":     "verify=TEMP: the server could not verify the client's certificate at that time.",
	"PROTOCOL": "verify=PROTOCOL: the client and the server did not understand each other.",
	"SOFTWARE": "verify=SOFTWARE: STARTTLS failed.",
}
