package printing

import (
	"strconv"
	"strings"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/internal/terminal"
)

// maxShown bounds the transactions and the recipients of one that a session's
// line names.
const maxShown = 3

// sessionLine tells a session in one line: when, what was played, to whom,
// what became of TLS and of the client's certificate, the outcome, the
// envelopes, the flags. Whatever the client said is made plain.
func sessionLine(s fakemx.Session, style terminal.Style) string {
	words := []string{
		style.Faint(s.Ended.Local().Format("15:04:05")), style.Bold(s.Scenario), s.Remote,
		tlsWords(s.TLS), outcomeWord(s.Outcome, style),
	}
	if s.TLS != nil && s.TLS.ClientCertificate.Requested {
		words = append(words, "verify="+s.TLS.ClientCertificate.Verify)
	}
	if s.Auth != nil {
		words = append(words, authWords(s.Auth))
	}
	if len(s.Transactions) > 0 {
		words = append(words, envelopes(s.Transactions))
	}
	if s.LeftOut.Any() {
		words = append(words, style.Faint(leftOutWords(s.LeftOut)))
	}
	if s.Fault != (fakemx.Fault{}) {
		words = append(words, style.Faint("fault: "+s.Fault.String()))
	}
	for _, flag := range s.Flags {
		words = append(words, style.Yellow(string(flag)))
	}
	return strings.Join(words, "  ") + "\n"
}

// tlsWords are the version, or how far it went.
func tlsWords(t *fakemx.TLS) string {
	switch {
	case t == nil:
		return "clear"
	case t.Alert != nil:
		return strings.TrimSpace(t.Version + " alert " + terminal.Text(t.Alert.Name) + " from " + string(t.Alert.From))
	case t.Completed:
		return t.Version
	case t.Error != "":
		return "no TLS: " + terminal.Text(t.Error)
	}
	return "no TLS"
}

func outcomeWord(o fakemx.Outcome, style terminal.Style) string {
	switch o {
	case fakemx.DeliveredTLS:
		return style.Green(string(o))
	case fakemx.DeliveredClear:
		return style.Red(string(o))
	case fakemx.Refused:
		return style.Yellow(string(o))
	}
	return style.Faint(string(o))
}

func authWords(a *fakemx.Auth) string {
	words := "auth " + terminal.Text(a.Mechanism)
	if a.Identity != "" {
		words += " " + terminal.Text(a.Identity)
	}
	if !a.Succeeded {
		words += " failed"
	}
	return words
}

// envelopes writes "<a> → <b>, <c>" for each transaction.
func envelopes(transactions []fakemx.Transaction) string {
	var texts []string
	for _, t := range transactions {
		to := "nobody"
		if len(t.To) > 0 {
			to = few(t.To, "<", ">")
		}
		text := "<" + terminal.Text(t.From) + "> → " + to
		if !t.Accepted {
			text += " (not accepted)"
		}
		texts = append(texts, text)
	}
	return few(texts, "", "")
}

// leftOutWords say what the record lacks, which may be what the outcome is about.
func leftOutWords(l fakemx.LeftOut) string {
	var parts []string
	if l.Transactions > 0 {
		parts = append(parts, strconv.Itoa(l.Transactions)+" more transactions")
	}
	if l.Recipients > 0 {
		parts = append(parts, strconv.Itoa(l.Recipients)+" more recipients")
	}
	return strings.Join(parts, " and ") + " not recorded"
}

// few joins the first texts, each within a pair of marks.
func few(texts []string, left, right string) string {
	var shown []string
	for _, text := range texts[:min(len(texts), maxShown)] {
		shown = append(shown, left+terminal.Text(text)+right)
	}
	if len(texts) > maxShown {
		shown = append(shown, "…")
	}
	return strings.Join(shown, ", ")
}
