package cli

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/internal/cli/logs"
	"github.com/fakemx/fakemx/internal/cli/printing"
	"github.com/fakemx/fakemx/internal/cli/symptoms"
	"github.com/fakemx/fakemx/internal/shell"
	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/scenarios"
)

// An explanation is what explain says; its JSON form is public.
type explanation struct {
	listed
	Story      string            `json:"story"`
	Fix        string            `json:"fix"`
	References []string          `json:"references"`
	Grounds    scenarios.Grounds `json:"grounds"`
	// Alternate is about the chain of some sessions; zero if there is none.
	Alternate scenarios.AlternateFacts `json:"alternate,omitzero"`
	// Message is what the message of an audit asks for; zero if nothing.
	Message scenarios.Message `json:"message,omitzero"`
	// Later is about what the domain publishes in the end; zero if nothing
	// changes.
	Later   scenarios.LaterFacts `json:"later,omitzero"`
	ReachBy scenarios.ReachBy    `json:"reach_by"`
	Trap    string               `json:"trap"`
	// Base is the scenario from whose peer the changes are.
	Base     string             `json:"base"`
	Changes  []scenarios.Change `json:"changes"`
	Expect   []expectation      `json:"expect"`
	Symptoms []symptoms.Symptom `json:"symptoms"`
	// Reported is what TLS reports of clients that do DANE and MTA-STS may say;
	// empty if that is left to the client, or nothing is published.
	Reported []audit.Reported `json:"reported"`
	Try      []string         `json:"try"`

	strikes string   // after what the fault does
	later   []string // what a client does when something else is published
}

func (a *app) explainCommand() *cobra.Command {
	var (
		catalogue cmdline.Catalogue
		asJSON    bool
		log       logs.Options
	)
	cmd := &cobra.Command{
		Use:   "explain NAME | --log FILE",
		Short: "Explain a scenario, or the symptoms in a maillog",
		Long: a.prose(`Explain a scenario: what is wrong, why it happens, what a client should do about it, how to fix a real server that has
the fault, and how to try it.

With --log, read the log of a mailer, a stack trace, a bounce or Received fields, and report what went wrong, whose fault it is, which scenario
shows the same, and how to fix it. The lines of one delivery are read together, and its outcome decides. Failures of one kind are counted
together. Anything that is not a TLS failure is counted but not shown. With --follow, keep reading as the log grows.`),
		Example: `  fakemx explain missing-intermediate
  fakemx explain --log /var/log/mail.log
  journalctl -u postfix | fakemx explain --log -
  journalctl -f -u postfix | fakemx explain --log - --follow`,
		Args: func(cmd *cobra.Command, args []string) error {
			if !cmd.Flags().Changed("log") {
				if log.Follow {
					return cmdline.Usagef("--follow needs --log, which names the log to follow")
				}
				return cmdline.OneName(cmd, args)
			}
			if len(args) > 0 {
				return cmdline.Usagef("explain expects a scenario or a log, not both; the scenario is %q", args[0])
			}
			return nil
		},
		ValidArgsFunction: catalogue.CompleteName,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("log") {
				log.JSON = asJSON
				return logs.Explain(cmd.Context(), log, a.in, a.Printer)
			}
			s, err := catalogue.One(args)
			if err != nil {
				return err
			}
			e, err := explained(s, catalogue.Files)
			if err != nil {
				return err
			}
			if asJSON {
				return a.PrintJSON(e)
			}
			return a.Print(e.page(terminal.StyleOf(a.Out)))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object")
	cmd.Flags().StringVar(&log.Path, "log", "", "read a mailer's log from `FILE`; - is standard input")
	cmd.Flags().BoolVar(&log.Follow, "follow", false, "with --log, keep reading as the log grows, until interrupted")
	catalogue.BindFiles(cmd)
	return cmd
}

// explained gathers what is known of a scenario. Files are the user's own, of
// which it may be.
func explained(s scenarios.Scenario, files []string) (explanation, error) {
	said, err := symptoms.Recorded()
	if err != nil {
		return explanation{}, err
	}
	e := explanation{
		listed: listing(s), Story: s.Story, Fix: s.Fix, References: printing.OrEmpty(s.References), Grounds: s.Grounds,
		Alternate: s.Alternate, Message: s.Message, Later: s.Later, later: laterDuties(s),
		ReachBy: s.ReachBy, Trap: string(s.Trap),
		Base: cmp.Or(s.Base, "healthy"), Changes: printing.OrEmpty(scenarios.Diff(s.BasePeer(), s.Peer)), Expect: expectations(s),
		Symptoms: printing.OrEmpty(said[s.Name]), Reported: reported(s), Try: tries(s, files), strikes: strikesAfter(s),
	}
	if e.ReachBy == "" {
		e.ReachBy = scenarios.ReachByName
	}
	return e, nil
}

// tries are the commands to try a scenario with: ours, and those of clients
// that trust the PKI it keeps.
func tries(s scenarios.Scenario, files []string) []string {
	if s.NeedsDNS() {
		return triesOfDNS(s, files)
	}
	ours := []string{"fakemx", "--scenario", s.Name, "--pki", "pki"}
	if s.Family == scenarios.FamilyCustom {
		ours = []string{"fakemx"}
		for _, file := range files {
			ours = append(ours, "--scenario-file", file)
		}
		ours = append(ours, "--pki", "pki")
	}
	t := target{addr: "127.0.0.1:2525", hostname: "localhost", caFile: "pki/ca.pem", implicit: s.Peer.SMTP.ImplicitTLS}
	t.mail, t.rcpt = tryAddresses(s)
	if s.ReachBy == scenarios.ReachByAddress {
		t.hostname = "127.0.0.1"
	}
	return append([]string{shell.Line(ours)}, t.commands()...)
}

// page is the explanation for a person.
func (e explanation) page(style terminal.Style) string {
	var out strings.Builder
	title := style.Bold(e.Name) + " (" + string(e.Family)
	if len(e.Aliases) > 0 {
		title += ", also called " + strings.Join(e.Aliases, ", ")
	}
	out.WriteString(title + ")\n")
	section := func(heading, body string) {
		if body != "" {
			out.WriteString("\n" + style.Bold(heading) + "\n" + body)
		}
	}
	section("What is wrong", e.changes(style))
	section("Why it happens", style.Prose("  ", e.Story))
	section("What a client should do", e.duties(style))
	section("What clients say", e.sayings(style))
	section("How to fix it", style.Prose("  ", e.Fix))
	section("References", bullets(style, e.References))
	section("Try it", "  "+strings.Join(e.Try, "\n  ")+"\n"+e.patience(style))
	return out.String()
}

// patience says after how much trying there is something to see; empty if at
// once.
func (e explanation) patience(style terminal.Style) string {
	if e.strikes == "" {
		return ""
	}
	return style.Prose("  ", sentence(e.strikes))
}

// changes are the summary and the fields in which the peer differs from the
// healthy one.
func (e explanation) changes(style terminal.Style) string {
	var out strings.Builder
	out.WriteString(style.Prose("  ", sentence(e.Summary)))
	if asks := asksFor(e.Message); asks != "" {
		out.WriteString(style.Prose("  ", asks))
	}
	if len(e.Changes) > 0 {
		out.WriteString(style.Prose("  ", "Differences from "+e.from()+", as fakemx show prints them:"))
	}
	for _, change := range e.Changes[:min(len(e.Changes), maxChanges)] {
		out.WriteString(style.Item("  - ", terminal.Text(inShort(change))))
	}
	if more := len(e.Changes) - maxChanges; more > 0 {
		out.WriteString(style.Item("  - ", fmt.Sprintf("and %d more: fakemx show %s", more, e.Name)))
	}
	return out.String()
}

// asksFor says what the message of an audit asks for; empty if nothing.
func asksFor(m scenarios.Message) string {
	var asks []string
	if m.RequireTLS {
		asks = append(asks, "is given to the client with REQUIRETLS")
	}
	if m.TLSRequired == scenarios.TLSRequiredNo {
		asks = append(asks, "has the header field TLS-Required: No")
	}
	if len(asks) == 0 {
		return ""
	}
	return "The message of an audit " + strings.Join(asks, ", and ") + " (RFC 8689)."
}

// from names the peer from which the changes are.
func (e explanation) from() string {
	if e.Base == "healthy" {
		return "the healthy peer"
	}
	return "the peer of " + e.Base
}

// maxChanges bounds the changes that a page shows.
const maxChanges = 8

// fewFields is how many fields a new part may have to be shown whole.
const fewFields = 2

// inShort says of a whole new part of the peer, such as a certificate, only
// that it is there: its fields are no news to a newcomer.
func inShort(change scenarios.Change) string {
	if fields, whole := change.New.(map[string]any); whole && change.Old == nil && len(fields) > fewFields {
		return change.Path + ": added"
	}
	return change.String()
}

// sentence makes one of a summary.
func sentence(summary string) string {
	first, size := utf8.DecodeRuneInString(summary)
	return string(unicode.ToUpper(first)) + summary[size:] + "."
}

// duties says for each policy what a correct client does, and what is a trap.
func (e explanation) duties(style terminal.Style) string {
	var out strings.Builder
	for _, x := range e.Expect {
		out.WriteString("  " + terminal.Pad(x.Policy, 15) + terminal.Pad("("+x.Means+")", 38) + x.Duty + "\n")
	}
	out.WriteString(e.reasons(style))
	if e.Alternate.Authentic == scenarios.No {
		out.WriteString(style.Item("  - ", terminal.Text("A client that verifies must not deliver in the sessions with the other chain, by "+e.Alternate.Ground+".")))
	}
	for _, text := range e.later {
		out.WriteString(style.Item("  - ", terminal.Text(text)))
	}
	if e.Trap != "" {
		out.WriteString(style.Prose("  ", "Under every policy, it must not trigger the flag "+e.Trap+"."))
	}
	if e.Harmless && len(e.Changes) > 0 {
		out.WriteString(style.Prose("  ", "This deviation makes no difference to a correct client."))
	}
	return out.String()
}

// reasons say what the duties rest on, each once.
func (e explanation) reasons(style terminal.Style) string {
	var out strings.Builder
	told := make(map[string]bool)
	for _, x := range e.Expect {
		if !told[x.Because] {
			out.WriteString(style.Item("  - ", sentence(terminal.Text(x.Because))))
			told[x.Because] = true
		}
	}
	return out.String()
}

func bullets(style terminal.Style, texts []string) string {
	var out strings.Builder
	for _, text := range texts {
		out.WriteString(style.Item("  - ", terminal.Text(text)))
	}
	return out.String()
}
