package received

import (
	"slices"
	"strings"
)

// An Answer is what a field tells of a question.
type Answer string

// The answers.
const (
	Yes     Answer = "yes"
	No      Answer = "no"
	Unclear Answer = "untold"
)

// A Finding is what one field tells of the hop that it was written for.
type Finding struct {
	// Protocol is what stands behind with, a keyword in capitals.
	Protocol string
	// TLS and Auth say whether there was TLS, and whether the client
	// authenticated.
	TLS, Auth Answer
	// Version is as OpenSSL says it, "TLSv1.3" or "TLSv1", Cipher as the field
	// says it. Verify is sendmail's word for the client's certificate. Each may
	// be empty.
	Version, Cipher, Verify string
	// Word says how the keyword goes with the rest of the field, Notes what else
	// there is to say.
	Word  Word
	Notes []Word

	software Software
}

// Judge says what a field tells, by RFC 3848, RFC 6531 section 4.3 and RFC 8314
// section 4.3, and by what the program that wrote it is known to write.
func Judge(f Field) Finding {
	r, p := remarkOf(&f), keywordOf(f.With)
	found := Finding{
		Protocol: f.With, TLS: Unclear, Auth: Unclear,
		Version: r.version, Cipher: r.cipher, Verify: r.verify, software: f.Software,
	}
	if p == nil {
		found.other(&f)
	} else {
		found.Protocol = p.name
		found.Word = judgeKeyword(&f, p, r)
		found.TLS, found.Auth = answer(p.tls), answer(p.auth)
	}
	if found.Word == Untold {
		found.TLS = Unclear
	}
	if r.told {
		found.TLS = Yes
	}
	if tellsAuth(&f) {
		found.Auth = Yes
	}
	found.note(r)
	return found
}

func answer(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}

// other judges a field without a keyword of SMTP or LMTP.
func (found *Finding) other(f *Field) {
	switch {
	case slices.Contains(notSMTP, strings.ToUpper(f.With)):
		found.Word = NotSMTP
	case f.Software == Microsoft && f.With != "":
		found.Word = Habit
	case f.With != "":
		found.Word = Unregistered
	case isLocal(f):
		found.Word = NotSMTP
	default:
		found.Word = NoProtocol
	}
}

// isLocal is true if a comment says that a program on the same host handed the
// message over.
func isLocal(f *Field) bool {
	return slices.ContainsFunc(f.Comments, func(comment string) bool {
		return strings.HasPrefix(comment, "Postfix, from userid ") ||
			strings.HasPrefix(comment, "qmail ") && strings.Contains(comment, " invoked ") ||
			strings.HasSuffix(comment, "sSMTP sendmail emulation")
	})
}

// judgeKeyword compares the keyword with the remark about TLS.
func judgeKeyword(f *Field, p *protocol, r remark) Word {
	misfit := r.told && !p.tls
	switch {
	case (misfit || !p.auth && tellsAuth(f)) && isHabit(f, p, r):
		return Habit
	case misfit && !p.extended:
		return AlwaysSMTP
	case misfit:
		return Downgraded
	case !p.auth && tellsAuth(f):
		return AuthLeftOut
	case p.lower && (f.Software == Exim || f.Software == Courier):
		return Habit
	case !p.registered:
		return Unregistered
	case p.lower:
		return Lowercase
	case f.Software == Qmail && !p.tls:
		return Untold
	}
	return Consistent
}

// isHabit is true if the program is known to leave TLS and AUTH out of such a
// keyword. None of them writes an A and leaves out the S.
func isHabit(f *Field, p *protocol, r remark) bool {
	if p.auth || p.tls {
		return false
	}
	switch f.Software {
	case Sendmail:
		return olderSendmail(f, r)
	case Exim:
		return olderExim(f)
	case Courier:
		return p.lower
	case Qmail:
		return r.encrypted
	case Postfix: // OpenSSL had nothing newer in those years
		return p.extended && (r.version == "TLSv1" || strings.HasPrefix(r.version, "SSL"))
	case Proofpoint:
		return true
	}
	return r.encrypted
}

// note adds what there is to say of the version, the cipher and the client's
// certificate.
func (found *Finding) note(r remark) {
	if r.version == familyVersion {
		found.Notes = append(found.Notes, FamilyVersion)
	} else if isWeakVersion(r.version) {
		found.Notes = append(found.Notes, WeakVersion)
	}
	if isWeakCipher(r.cipher) {
		found.Notes = append(found.Notes, WeakCipher)
	}
	if verdicts[strings.ToUpper(r.verify)] != "" {
		found.Notes = append(found.Notes, ClientCertificate)
	}
}

// Sentences say the finding to a person: the word first, then the notes.
func (found Finding) Sentences() []string {
	said := []string{found.Word.Sentence()}
	if text := habits[found.software]; found.Word == Habit && text != "" {
		said = append(said, text)
	}
	for _, note := range found.Notes {
		if note == ClientCertificate {
			said = append(said, verdicts[strings.ToUpper(found.Verify)])
		}
		said = append(said, note.Sentence())
	}
	return said
}
