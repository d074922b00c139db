package received

import (
	"regexp"
	"slices"
	"strings"
)

// A remark is what a field says of TLS besides the keyword.
type remark struct {
	told                    bool
	version, cipher, verify string
	encrypted               bool // in the words of patches for qmail
}

// familyVersion is what OpenSSL's SSL_CIPHER_get_version(3) said of every cipher
// that is older than TLS 1.2, whatever the version of the session: it names a family.
const familyVersion = "TLSv1/SSLv3"

var (
	versionWord = regexp.MustCompile(`^(TLS|SSL)[-_]?[vV]?([123])(?:[._]([0-3]))?(/SSLv3)?$`)
	cipherWord  = regexp.MustCompile(`(?i)(?:AES|RC4|RC2|DES|IDEA|CHACHA20|CAMELLIA|SEED|ARIA|NULL)`)
	clientWords = regexp.MustCompile(`(?i)\b(?:helo|ehlo|envelope-from)\b|^(?:user )?authenticated|^account `)
	quotedWords = regexp.MustCompile(`"(?:[^"\\]|\\.)*"?`)
)

// remarkOf looks through the comments, the tls clause, and the words that belong
// to no clause.
func remarkOf(f *Field) remark {
	r := remark{told: f.TLS != "", cipher: f.TLS}
	for _, comment := range f.Comments {
		r.read(comment)
	}
	for _, word := range f.Words {
		if r.words(tokens(word)) {
			r.told = true
		}
	}
	return r
}

// read reads one comment. What only repeats a client's words tells nothing.
func (r *remark) read(comment string) {
	r.client(comment)
	if _, tls, found := strings.Cut(comment, ", TLS: "); found { // as Courier has it, behind a user's name
		comment = "TLS: " + tls
	}
	text := quotedWords.ReplaceAllString(comment, "")
	if clientWords.MatchString(text) {
		return
	}
	words := tokens(text)
	encrypted := len(words) == 2 && words[1] == "encrypted"
	if encrypted {
		r.encrypted = true
		r.set(&r.cipher, words[0])
	}
	if r.words(words) || encrypted || text == "TLS" || strings.HasSuffix(text, " with TLS") {
		r.told = true
	}
	if parts := strings.Split(text, ":"); len(parts) == 4 && versionWord.MatchString(parts[0]) {
		r.set(&r.verify, parts[3]) // as OpenSMTPD has it
	}
}

// words finds a version, a cipher and the outcome of a verification among words,
// and tells whether there were a version or a named cipher.
func (r *remark) words(words []string) (told bool) {
	versioned := slices.ContainsFunc(words, versionWord.MatchString)
	for i, word := range words {
		before := ""
		if i > 0 {
			before = strings.ToLower(words[i-1])
		}
		switch {
		case versionWord.MatchString(word):
			r.set(&r.version, plainVersion(word))
			told = true
		case before == "cipher":
			r.set(&r.cipher, word)
			told = true
		case before == "verify" && versioned:
			r.set(&r.verify, word)
		case versioned && strings.ContainsAny(word, "-_") && cipherWord.MatchString(word):
			r.set(&r.cipher, word)
		}
	}
	return told
}

// client reads what Postfix says of a client's certificate, in sendmail's words.
func (r *remark) client(comment string) {
	switch {
	case comment == "Client did not present a certificate":
		r.set(&r.verify, "NO")
	case comment == "No client certificate requested":
		r.set(&r.verify, "NOT")
	case !strings.HasPrefix(comment, "Client CN "):
	case strings.HasSuffix(comment, "(verified OK)"):
		r.set(&r.verify, "OK")
	case strings.HasSuffix(comment, "(not verified)"):
		r.set(&r.verify, "FAIL")
	}
}

func (r *remark) set(to *string, word string) {
	if *to == "" && len(word) <= maxLabel {
		*to = word
	}
}

// tokens are the words of a text, between any signs that names of versions and
// ciphers do not have.
func tokens(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !isLetterOrDigit(r) && !strings.ContainsRune("._-/", r) })
}

// plainVersion is a version as OpenSSL's SSL_get_version(3) says it.
func plainVersion(word string) string {
	m := versionWord.FindStringSubmatch(word)
	switch {
	case m[4] != "":
		return familyVersion
	case m[3] == "" || m[3] == "0":
		return m[1] + "v" + m[2]
	}
	return m[1] + "v" + m[2] + "." + m[3]
}

// isWeakVersion is true for what RFC 8996 and those before it did away with.
func isWeakVersion(version string) bool {
	return strings.HasPrefix(version, "SSL") || version == "TLSv1" || version == "TLSv1.1"
}

var weakCiphers = regexp.MustCompile(`(?i)RC[24]|(?:^|[-_3])DES(?:[-_]|$)|NULL|(?:^|[-_])EXP|MD5|IDEA`)

// isWeakCipher is true for RC4 (RFC 7465), DES and others that are broken.
func isWeakCipher(cipher string) bool { return weakCiphers.MatchString(cipher) }

var authComment = regexp.MustCompile(`(?i)^(?:user )?authenticated\b|\bAUTH[:=]|^account |^squirrelmail authenticated|^user=\S* .*mech=`)

// tellsAuth is true if a comment says that the client authenticated.
func tellsAuth(f *Field) bool {
	return slices.ContainsFunc(f.Comments, authComment.MatchString)
}
