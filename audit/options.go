package audit

import (
	"context"
	"crypto/rand"
	"runtime"
	"strings"
	"time"

	"github.com/fakemx/fakemx/scenarios"
)

// Defaults of Options.
const (
	DefaultCommandPatience = 30 * time.Second
	DefaultSubmitPatience  = time.Minute
	DefaultFrom            = "probe@client.fakemx.test"
	DefaultUser            = "probe"
	// DefaultMaxSessions and DefaultMaxRecordBytes are far more than a client
	// makes of one scenario that is not out of its mind.
	DefaultMaxSessions    = 200
	DefaultMaxRecordBytes = 8 << 20
)

// Options say what to audit. Scenarios, Policy and Driver are needed.
type Options struct {
	// Scenarios are audited in this order, several at once.
	Scenarios []scenarios.Scenario
	Policy    Policy
	Driver    Driver
	// Patience bounds one run of a command, or the wait for what an MTA is to
	// deliver. A peer that stalls does so for a third of that. If zero, the
	// driver's default.
	Patience time.Duration
	// Parallel is how many scenarios are audited at once. If zero, twice the
	// number of CPUs, since clients mostly wait.
	Parallel int
	// MaxSessions and MaxRecordBytes bound the session records that are kept of
	// one scenario, by their number and by about how much memory they take.
	// The first are kept, and at least one; the others count in
	// Evidence.LeftOut. If zero, the defaults above.
	MaxSessions    int
	MaxRecordBytes int64
	// StopAtFailure ends the audit at the first scenario that fails and is not
	// among the Exceptions.
	StopAtFailure bool
	// Exceptions are marked in the report, as by Report.Accept.
	Exceptions Exceptions
	// Listen gives the addresses of a scenario's peer, the second one for TLS
	// from the first byte, and the name it is reached by (empty: localhost).
	// If nil, ports of 127.0.0.1 that the system picks.
	Listen func(s scenarios.Scenario) (smtp, smtps, hostname string)
	// PKIDir keeps every scenario's PKI, in a folder named by it, and uses it
	// again. If empty, keys are made anew and kept nowhere.
	PKIDir string
	// Host gives the name by which a client is to reach a scenario's peer, in
	// place of the one it has by itself. If nil, that one.
	Host func(s scenarios.Scenario, own string) string
	// Lookups says how often the DNS that leads to the peers has been asked for
	// a scenario's names by now. If nil, nobody knows.
	Lookups func(s scenarios.Scenario) int
	// From is the sender of every message. If empty, DefaultFrom for a command,
	// and the null reverse-path for an MTA, which may look its domain up.
	From string
	// User and Password are let in by AUTH. If empty, DefaultUser and a
	// password made for this audit.
	User, Password string
	// OnStart is told of every scenario that begins, OnItem of every one that
	// is judged; never two at once. If nil, nobody is.
	OnStart func(scenarios.Scenario)
	OnItem  func(Item)
	// Now and NewID are the sources of the time and of the part of a recipient
	// that makes it unique. If nil, time.Now and a random word.
	Now   func() time.Time
	NewID func() string
}

// A Driver makes a client deliver messages: a Command or a *Submit.
type Driver interface {
	// String says what is exercised, for the report.
	String() string
	// kind is "command" or "submit".
	kind() string
	// patience is the default of Options.Patience.
	patience() time.Duration
	// together: all peers must listen before the client is exercised, and for
	// as long as it is.
	together() bool
	// exercise gives the client its chance to deliver the probe's message.
	exercise(ctx context.Context, a *auditor, p *probe) (runs []CommandRun, problem string)
}

func withDefaults(o Options) Options {
	if o.Patience == 0 {
		o.Patience = o.Driver.patience()
	}
	if o.Parallel == 0 {
		o.Parallel = 2 * runtime.NumCPU()
	}
	if o.MaxSessions == 0 {
		o.MaxSessions = DefaultMaxSessions
	}
	if o.MaxRecordBytes == 0 {
		o.MaxRecordBytes = DefaultMaxRecordBytes
	}
	if o.Listen == nil {
		o.Listen = func(scenarios.Scenario) (string, string, string) { return "127.0.0.1:0", "127.0.0.1:0", "" }
	}
	if o.Host == nil {
		o.Host = func(_ scenarios.Scenario, own string) string { return own }
	}
	if o.From == "" {
		o.From = DefaultFrom
	}
	if o.User == "" {
		o.User = DefaultUser
	}
	if o.Password == "" {
		o.Password = strings.ToLower(rand.Text())
	}
	if o.OnStart == nil {
		o.OnStart = func(scenarios.Scenario) {}
	}
	if o.OnItem == nil {
		o.OnItem = func(Item) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.NewID == nil {
		o.NewID = func() string { return strings.ToLower(rand.Text()[:12]) }
	}
	return o
}
