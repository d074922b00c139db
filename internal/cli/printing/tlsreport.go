package printing

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/policy/tlsrpt"
)

const (
	// maxPolicies is how many policies of a TLS report are shown, and maxHosts
	// how many entries for each way to fail.
	maxPolicies = 20
	maxHosts    = 10
	// maxField bounds a value that is shown, in characters.
	maxField = 120
	// resultColumn is as wide as the longest result type.
	resultColumn = len("certificate-host-mismatch")
)

// TLSReport tells what a TLS report says, and then what is wrong with it.
func TLSReport(d *tlsrpt.Delivery, style terminal.Style) string {
	var out strings.Builder
	if r := d.Report; r != nil {
		out.WriteString(reportHead(d, style))
		for i := range r.Policies[:min(len(r.Policies), maxPolicies)] {
			out.WriteString("\n" + policyResult(&r.Policies[i], style))
		}
		if more := len(r.Policies) - maxPolicies; more > 0 {
			fmt.Fprintf(&out, "\n%d more policies are not shown.\n", more)
		}
		out.WriteByte('\n')
	}
	out.WriteString(findings(d.Findings, style))
	return out.String()
}

// reportHead is who reports, about when.
func reportHead(d *tlsrpt.Delivery, style terminal.Style) string {
	var out strings.Builder
	r := d.Report
	name := r.OrganizationName
	if name == "" {
		name = "an unnamed organization"
	}
	fmt.Fprintf(&out, "%s %s\n", style.Bold("TLS report of "+shown(name)), shown(r.ContactInfo))
	row(&out, "from", utc(r.DateRange.Start))
	row(&out, "to", utc(r.DateRange.End))
	row(&out, "report id", r.ReportID)
	if m := d.Message; m != nil {
		row(&out, "about", m.Domain)
		row(&out, "sent by", m.Submitter)
		for _, s := range m.Signatures {
			row(&out, "signed by", s.Domain+", not verified; the key is at "+s.KeyName())
		}
	}
	return out.String()
}

// row is a name and a value, if there is one.
func row(out *strings.Builder, name, value string) {
	if value != "" {
		fmt.Fprintf(out, "  %-9s  %s\n", name, shown(value))
	}
}

// shown makes a value of the report fit for a line. It is escaped before it is
// shortened, as escape sequences have no width.
func shown(text string) string {
	const octets = 4 * maxField // more than is shown
	return terminal.Shorten(terminal.Text(text[:min(len(text), octets)]), maxField)
}

func utc(t time.Time) string {
	if t.IsZero() {
		return "an unknown time"
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

// policyResult is what came of one policy: the counts, then each way to fail
// with its meaning and the hosts.
func policyResult(p *tlsrpt.PolicyResult, style terminal.Style) string {
	var out strings.Builder
	failed := fmt.Sprintf("failed: %d", p.Summary.Failed)
	if p.Summary.Failed > 0 {
		failed = style.Red(failed)
	}
	fmt.Fprintf(&out, "%s  sessions succeeded: %d, %s\n", style.Bold(policyName(p.Policy)), p.Summary.Successful, failed)
	row(&out, "mx hosts", strings.Join(p.Policy.MXHost, ", "))
	for _, line := range p.Policy.String[:min(len(p.Policy.String), maxHosts)] {
		row(&out, "policy", line)
	}
	var types []tlsrpt.ResultType
	for _, detail := range p.FailureDetails {
		if !slices.Contains(types, detail.ResultType) && len(types) < 2*len(tlsrpt.ResultTypes()) {
			types = append(types, detail.ResultType)
		}
	}
	for _, t := range types {
		out.WriteString(failuresOf(t, p.FailureDetails, style))
	}
	return out.String()
}

// policyName names a policy in words. Its domain is a host if it is one of DANE.
func policyName(p tlsrpt.Policy) string {
	domain := p.Domain
	if domain == "" {
		domain = "an unnamed domain"
	}
	switch p.Type {
	case tlsrpt.TLSA:
		return "DANE of the host " + shown(domain)
	case tlsrpt.STS:
		return "MTA-STS of " + shown(domain)
	case tlsrpt.NoPolicyFound:
		return "No policy found for " + shown(domain)
	}
	return fmt.Sprintf("Policy %q of %s", shown(string(p.Type)), shown(domain))
}

// failuresOf is one way to fail: what it means, and where it happened.
func failuresOf(t tlsrpt.ResultType, details []tlsrpt.FailureDetail, style terminal.Style) string {
	var out strings.Builder
	hosts, more, sessions := "", 0, int64(0)
	for _, detail := range details {
		if detail.ResultType != t {
			continue
		}
		if n := max(detail.FailedSessions, 0); n <= math.MaxInt64-sessions {
			sessions += n
		}
		if strings.Count(hosts, "\n") < maxHosts {
			hosts += "      " + failureLine(detail) + "\n"
		} else {
			more++
		}
	}
	meaning := t.Meaning()
	if meaning == "" {
		meaning = "RFC 8460 does not define this result type."
	}
	fmt.Fprintf(&out, "  %s  failed sessions: %d\n", style.Yellow(fmt.Sprintf("%-*s", resultColumn, shown(string(t)))), sessions)
	out.WriteString(style.Prose("    ", meaning))
	out.WriteString(hosts)
	if more > 0 {
		fmt.Fprintf(&out, "      and %d more\n", more)
	}
	return out.String()
}

// failureLine is what an entry of failure-details says of the session.
func failureLine(d tlsrpt.FailureDetail) string {
	words := []string{fmt.Sprintf("%d", d.FailedSessions)}
	for _, field := range []struct{ before, value string }{
		{"to ", d.ReceivingMXHostname}, {"as ", d.ReceivingMXHelo}, {"at ", d.ReceivingIP}, {"from ", d.SendingMTAIP},
		{"reason: ", d.FailureReasonCode}, {"see ", d.AdditionalInformation},
	} {
		if field.value != "" {
			words = append(words, field.before+shown(field.value))
		}
	}
	if len(words) == 1 {
		words = append(words, "no details")
	}
	return strings.Join(words, "  ")
}

// findings lists what is wrong, the worst first.
func findings(list tlsrpt.Findings, style terminal.Style) string {
	if len(list) == 0 {
		return style.Green("Nothing is wrong with the report.") + "\n"
	}
	var out strings.Builder
	out.WriteString(style.Bold("Findings") + "\n")
	for severity := tlsrpt.Error; severity >= tlsrpt.Note; severity-- {
		paint := map[tlsrpt.Severity]func(string) string{tlsrpt.Error: style.Red, tlsrpt.Warning: style.Yellow, tlsrpt.Note: style.Faint}[severity]
		for _, f := range list.Of(severity) {
			text := f.Text
			if f.Path != "" {
				text = f.Path + ": " + text
			}
			if f.Reference != "" {
				text += " (" + f.Reference + ")"
			}
			out.WriteString(style.Item("  "+paint(fmt.Sprintf("%-7s", severity))+"  ", text))
		}
	}
	return out.String()
}
