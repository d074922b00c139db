package scenarios

import (
	"fmt"
	"strconv"
	"strings"
)

// Match is the addresses that a fault is limited to, as patterns in which *
// stands for any characters, and every other one, [ and ? too, for itself; case
// does not matter. Where both are given, both have to match.
type Match struct {
	// Mail is the reverse-path of MAIL; <> is the empty one. If empty, any.
	Mail string `yaml:"mail,omitempty" json:"mail,omitempty"`
	// Rcpt is the forward-path of RCPT and, behind that, any that was accepted
	// in the transaction. If empty, any.
	Rcpt string `yaml:"rcpt,omitempty" json:"rcpt,omitempty"`
}

// After is what a fault spares. Where several are given, all of that has to
// have come.
type After struct {
	// Sessions is the number of sessions of the server.
	Sessions int `yaml:"sessions,omitempty" json:"sessions,omitempty"`
	// Messages is the number of messages accepted in the session.
	Messages int `yaml:"messages,omitempty" json:"messages,omitempty"`
	// Recipients is the number of recipients accepted in the transaction.
	Recipients int `yaml:"recipients,omitempty" json:"recipients,omitempty"`
}

// Rate is how many sessions may begin within a span, from whichever client. One
// that is struck counts too.
type Rate struct {
	Sessions int `yaml:"sessions" json:"sessions"`
	// Within is the span that lies before a session's begin.
	Within Span `yaml:"within" json:"within"`
}

// MatchAddress reports whether an address fits a pattern of Match. An address is
// without its angle brackets; the empty one is <>.
func MatchAddress(pattern, address string) bool {
	if address == "" {
		address = "<>"
	}
	parts := strings.Split(strings.ToLower(pattern), "*")
	first, last := parts[0], parts[len(parts)-1]
	rest, ok := strings.CutPrefix(strings.ToLower(address), first)
	if !ok || len(parts) == 1 {
		return ok && rest == ""
	}
	for _, part := range parts[1 : len(parts)-1] {
		if _, rest, ok = strings.Cut(rest, part); !ok {
			return false
		}
	}
	return strings.HasSuffix(rest, last)
}

// Octets are the octets that the text of a raw fault stands for: itself, but for
// the escapes \r, \n, \t, \\ and \xHH.
func Octets(text string) ([]byte, error) {
	var octets []byte
	for len(text) > 0 {
		before, rest, found := strings.Cut(text, `\`)
		octets = append(octets, before...)
		if !found {
			break
		}
		b, length, ok := escaped(rest)
		if !ok {
			return nil, fmt.Errorf(`\%.3s is no escape: those are \r, \n, \t, \\ and \xHH`, rest)
		}
		octets, text = append(octets, b), rest[length:]
	}
	return octets, nil
}

// escaped is the octet for which the text behind a backslash stands, and how
// much of that text it takes.
func escaped(text string) (octet byte, length int, ok bool) {
	if text == "" {
		return 0, 0, false
	}
	switch text[0] {
	case 'r':
		return '\r', 1, true
	case 'n':
		return '\n', 1, true
	case 't':
		return '\t', 1, true
	case '\\':
		return '\\', 1, true
	case 'x':
		if len(text) >= len("xHH") {
			n, err := strconv.ParseUint(text[1:3], 16, 8)
			return byte(n), len("xHH"), err == nil
		}
	}
	return 0, 0, false
}

// Always reports whether the fault strikes in every session that comes to its
// point: it is not limited to some of them.
func (f Fault) Always() bool {
	return f.First == 0 && f.Every <= 1 && f.After == nil && f.Rate == nil && f.Match == nil && !f.EarlyTalker && f.TLSVersion == ""
}

// Limits says in words which sessions or commands the fault is limited to by
// what comes to the peer: addresses, numbers, rates, versions of TLS. It is empty
// for a fault that is not, or by counts of sessions that begin with the first.
func (f Fault) Limits() string {
	words := f.Match.words()
	if spared := f.Spares(); spared != "" {
		words = append(words, spared)
	}
	if f.TLSVersion != "" {
		words = append(words, "in TLS "+f.TLSVersion)
	}
	return strings.Join(words, ", ")
}

// Spares is the part of Limits that says how much has to come before the fault
// strikes; empty if nothing has to.
func (f Fault) Spares() string {
	words := f.After.words()
	if r := f.Rate; r != nil {
		within, _ := r.Within.MarshalText() // which never fails
		words = append(words, fmt.Sprintf("when more than %d sessions come within %s", r.Sessions, strings.Replace(string(within), "m0s", "m", 1)))
	}
	return strings.Join(words, ", ")
}

// words say to which addresses a fault is limited.
func (m *Match) words() []string {
	var words []string
	if m != nil && m.Mail != "" {
		words = append(words, "where the reverse-path is "+m.Mail)
	}
	if m != nil && m.Rcpt != "" {
		words = append(words, "where the recipient is "+m.Rcpt)
	}
	return words
}

// words say what has to have come before a fault strikes.
func (a *After) words() []string {
	if a == nil {
		return nil
	}
	var words []string
	for _, part := range []struct {
		n    int
		what string
	}{{a.Sessions, "session"}, {a.Messages, "message of a session"}, {a.Recipients, "recipient of a message"}} {
		if part.n > 0 {
			words = append(words, fmt.Sprintf("after the %s %s", ordinal(part.n), part.what))
		}
	}
	return words
}

// ordinal is 1st, 2nd, 3rd, 4th and so on.
func ordinal(n int) string {
	switch {
	case n%10 == 1 && n%100 != 11:
		return strconv.Itoa(n) + "st"
	case n%10 == 2 && n%100 != 12:
		return strconv.Itoa(n) + "nd"
	case n%10 == 3 && n%100 != 13:
		return strconv.Itoa(n) + "rd"
	}
	return strconv.Itoa(n) + "th"
}

// strikes: the fault strikes in that part of a session.
func (f Fault) strikes(part Where) bool { return f.In == "" || f.In == Everywhere || f.In == part }

// Refuses reports whether the fault answers with a refusal: 4yz or 5yz, and at
// the dot, where nothing can follow, 3yz too.
func (f Fault) Refuses() bool {
	granted := strings.HasPrefix(f.Text, "2") || strings.HasPrefix(f.Text, "3") && f.At != AtDot
	return f.Do == DoReply && !granted
}

// Withholds reports whether the fault leaves a client without an answer to a
// message that was stored, or with one that is no reply, so that the client has
// to send it again (RFC 1047).
func (f Fault) Withholds() bool {
	if f.At != AtDot {
		return false
	}
	return f.ends() || f.Do == DoRaw && f.rawReply() == ""
}

// stops: the session does not get beyond the fault's point.
func (f Fault) stops() bool { return f.Refuses() || f.ends() }

// ends: the session is over at the fault's point.
func (f Fault) ends() bool { return f.Do == DoReset || f.Do == DoClose || f.Do == DoStall }

// Stalls reports whether a client may be left waiting at the fault's point: for
// anything at all, or for the end of what is no proper reply.
func (f Fault) Stalls() bool {
	if f.Do != DoRaw {
		return f.Do == DoStall
	}
	octets, _ := Octets(f.Text)
	reply, ended := strings.CutSuffix(string(octets), "\n")
	return !ended || !isReply(strings.TrimSuffix(reply, "\r"))
}

// Masks reports whether the keyword is another word than STARTTLS.
func (s StartTLS) Masks() bool { return s.Keyword != "" && !strings.EqualFold(s.Keyword, "STARTTLS") }
