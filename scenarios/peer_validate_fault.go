package scenarios

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fakemx/fakemx/internal/tlsnames"
)

// maxPadding bounds what the placeholders of one text stand for, and maxRate the
// sessions of which a server keeps the time.
const (
	maxPadding = 1 << 20
	maxRate    = 10_000
)

func (p Peer) checkFault(out *problems, path string, f Fault) {
	placed := oneOf(out, path+".at", f.At, points...)
	possible := actions[f.At]
	if !placed {
		possible = anyAction()
	}
	acts := oneOf(out, path+".do", f.Do, possible...)
	if !utf8.ValidString(f.Text) {
		out.addf(path+".text", "is not UTF-8, which YAML requires")
	}
	if f.In != "" {
		oneOf(out, path+".in", f.In, InClear, InTLS, Everywhere)
	}
	checkPadding(out, path+".text", f.Text)
	if acts {
		p.checkFaultText(out, path+".text", f)
	}
	if f.Delay < 0 || f.Delay > 0 && acts && f.Do != DoDrip {
		out.addf(path+".delay", "must not be negative, and is only for drip: it is the pause between two octets")
	}
	f.checkLimits(out, path)
	if before := f.At == AtHandshake || f.At == AtClientHello; f.EarlyTalker && before && p.SMTP.ImplicitTLS {
		out.addf(path+".early_talker", "is not known at %s, which with implicit_tls comes before the greeting; use %s or a later point", f.At, AtGreeting)
	}
	p.checkTLSVersion(out, path+".tls_version", f)
	if why := p.neverReached(f); placed && why != "" {
		out.addf(path+".at", "%s is never reached: %s", f.At, why)
	}
}

// checkLimits demands of what limits a fault that it can be known at its point.
func (f Fault) checkLimits(out *problems, path string) {
	if f.First < 0 {
		out.addf(path+".first", "%d is below 1; leave it out for every session", f.First)
	}
	if f.Every < 0 {
		out.addf(path+".every", "%d is below 1; leave it out for every session", f.Every)
	}
	if f.EarlyTalker && f.At == AtConnect {
		out.addf(path+".early_talker", "is not known at %s; use %s or a later point", f.At, AtGreeting)
	}
	if f.Match != nil {
		f.checkMatch(out, path+".match")
	}
	if f.After != nil {
		f.checkAfter(out, path+".after")
	}
	if r := f.Rate; r != nil {
		if r.Sessions < 1 || r.Sessions > maxRate {
			out.addf(path+".rate.sessions", "%d is not from 1 to %d", r.Sessions, maxRate)
		}
		if r.Within <= 0 {
			out.addf(path+".rate.within", "must be a positive span, such as 1m, in which that many sessions may begin")
		}
	}
}

// inTransaction are the points of a mail transaction.
var inTransaction = []Point{AtMAIL, AtRCPT, AtDATA, AtMessage, AtDot}

// outside: the fault's point is known, and none of these.
func (f Fault) outside(part []Point) bool {
	return slices.Contains(points, f.At) && !slices.Contains(part, f.At)
}

func (f Fault) checkMatch(out *problems, path string) {
	m := f.Match
	if *m == (Match{}) {
		out.addf(path, "is empty: set mail, rcpt or parameter, or leave it out")
	}
	checkPattern(out, path+".mail", m.Mail, "<>")
	checkPattern(out, path+".rcpt", m.Rcpt, "postmaster")
	if m.Mail != "" && f.outside(inTransaction) {
		out.addf(path+".mail", "is not known at %s; use %s", f.At, listed(inTransaction))
	}
	if m.Rcpt != "" && f.outside(inTransaction[1:]) {
		out.addf(path+".rcpt", "is not known at %s; use %s", f.At, listed(inTransaction[1:]))
	}
	switch {
	case m.Parameter == "":
	case !keyword.MatchString(m.Parameter):
		out.addf(path+".parameter", "%q is not the keyword of a parameter: expected letters, digits and hyphens, such as REQUIRETLS", m.Parameter)
	case f.outside(inTransaction):
		out.addf(path+".parameter", "is not known at %s; use %s", f.At, listed(inTransaction))
	}
}

// checkPattern reports a pattern that no address fits. Named are the addresses
// without a domain.
func checkPattern(out *problems, path, pattern string, named ...string) {
	checkPadding(out, path, pattern)
	switch {
	case pattern == "":
	case strings.Trim(pattern, "*") == "":
		out.addf(path, "%q matches every address; leave it out", pattern)
	case !utf8.ValidString(pattern) || strings.ContainsAny(pattern, "\r\n"):
		out.addf(path, "%q is not an address pattern such as *@slow.test", pattern)
	case !slices.Contains(named, strings.ToLower(pattern)) && !strings.ContainsAny(pattern, "*@"):
		out.addf(path, "%q matches no address, since it has no @; use * for the rest of the address, as in *@slow.test", pattern)
	}
}

func (f Fault) checkAfter(out *problems, path string) {
	a := f.After
	if *a == (After{}) {
		out.addf(path, "is empty: set sessions, messages or recipients, or leave it out")
	}
	notBelow(out, path+".sessions", a.Sessions)
	notBelow(out, path+".messages", a.Messages)
	notBelow(out, path+".recipients", a.Recipients)
	// TLS begins before the first message.
	if before := []Point{AtConnect, AtGreeting, AtHandshake, AtClientHello}; a.Messages > 0 && slices.Contains(before, f.At) {
		out.addf(path+".messages", "has no effect at %s, where no message can have been accepted yet", f.At)
	}
	if a.Recipients > 0 && f.outside(inTransaction[1:]) {
		out.addf(path+".recipients", "has no effect at %s; use %s", f.At, listed(inTransaction[1:]))
	}
}

func notBelow(out *problems, path string, n int) {
	if n < 0 {
		out.addf(path, "%d is below 1; leave it out to spare none", n)
	}
}

// checkFaultText demands the text that an action needs, and none where it has
// no use.
func (p Peer) checkFaultText(out *problems, path string, f Fault) {
	switch f.Do {
	case DoReply:
		// What comes in place of TLS is not SMTP.
		if f.At == AtHandshake && f.Text != "" {
			return
		}
		if !isReply(f.Text) {
			out.addf(path, "%q is not a reply: expected a three-digit code, then a space and text, or - if more lines follow; use raw to send anything else", f.Text)
		}
	case DoRaw:
		if f.Text == "" {
			out.addf(path, "is missing: it is what to send; use stall to send nothing")
		}
		if _, err := f.Octets(); err != nil {
			out.addf(path, "%s", err)
		}
	case DoInject:
		if f.Text == "" {
			out.addf(path, "is missing: it is what to inject")
		}
	case DoHide:
		p.checkHidden(out, path, f.Text)
	case DoAlert:
		oneOf(out, path, f.Text, tlsnames.FatalAlerts()...)
	default:
		if f.Text != "" {
			out.addf(path, "has no effect with %s", f.Do)
		}
	}
}

// checkPadding bounds a text.
func checkPadding(out *problems, path, text string) {
	if bad := unpadded(text); bad != "" {
		out.addf(path, "%q is not a placeholder: in {padding:N}, N is from 0 to 99999", bad)
	}
	if n := padded(text); n > maxPadding {
		out.addf(path, "has %d octets of padding, expected at most %d", n, maxPadding)
	}
}

// isReply: the text is one reply, in as many lines as it likes.
func isReply(text string) bool {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		if !replyLine.MatchString(line) || line[:3] != lines[0][:3] {
			return false
		}
		if more := len(line) > 3 && line[3] == '-'; more != (i < len(lines)-1) {
			return false
		}
	}
	return true
}

func (p Peer) checkHidden(out *problems, path, hidden string) {
	offered := slices.Concat([]string{"STARTTLS", "AUTH", "SIZE"}, p.SMTP.Extensions)
	if !slices.Contains(offered, hidden) {
		out.addf(path, "%q is not an EHLO keyword that the peer offers: %s", hidden, listed(offered))
	}
}
