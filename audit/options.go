package audit

import (
	"crypto/rand"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/fakemx/fakemx/scenarios"
)

// Defaults of Options.
const (
	DefaultCommandPatience = 30 * time.Second
	DefaultSubmitPatience  = time.Minute
	DefaultKickEvery       = 5 * time.Second
	DefaultFrom            = "probe@client.fakemx.test"
	DefaultUser            = "probe"
	// DefaultMaxSessions and DefaultMaxRecordBytes are far more than a client
	// makes of one scenario that is not out of its mind.
	DefaultMaxSessions    = 200
	DefaultMaxRecordBytes = 8 << 20
)

// Options say what to audit. Scenarios, Policy and Driver are needed.
type Options struct {
	// Scenarios are audited in this order, several at once, after the Controls
	// that stand for them.
	Scenarios []scenarios.Scenario
	Policy    Policy
	Driver    Driver
	// Patience bounds one run of a command, or the wait for what an MTA is to
	// deliver. A peer that stalls does so for a third of that. If zero,
	// DefaultSubmitPatience for an MTA and DefaultCommandPatience otherwise.
	Patience time.Duration
	// Kick is a shell command that makes an MTA run its queue. It is run
	// KickEvery after the last message was handed over, and again each time
	// that KickEvery has passed. What the MTA has tried enough is not waited for
	// any longer, nor is, when three kicks in a row do not bring it back, what it
	// has plainly given up or what stays unclear. If Kick is empty, the MTA runs its queue when
	// it likes; if KickEvery is zero, it is DefaultKickEvery.
	Kick      string
	KickEvery time.Duration
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
	// KeepGoing plays the scenarios though the healthy peer was not delivered
	// to as it must, which leaves their refusals unproved. Otherwise they are
	// Unplayed then: a client that is set up wrongly would be waited for in each
	// of them, for nothing.
	KeepGoing bool
	// Exceptions are marked in the report, as by Report.Accept.
	Exceptions Exceptions
	// Listen gives the addresses of a scenario's peer, or of a control's, the second one for TLS
	// from the first byte, and the name it is reached by (empty: localhost).
	// If nil, ports of 127.0.0.1 that the system picks.
	Listen func(s scenarios.Scenario) (smtp, smtps, hostname string)
	// PKIDir keeps every scenario's PKI, in a folder named by it, and uses it
	// again; whom clients are to trust is in ca.pem beside. If empty, keys are made anew and kept nowhere.
	PKIDir string
	// DNS is the address, host:port, on which the DNS of fakemx.test leads to
	// the peers, as stage.Config.DNS says; Listen then gives addresses, and no
	// names. Upstream is the resolver for all other names. If empty, there is
	// no DNS, or all other names are refused.
	DNS, Upstream string
	// Host gives the name by which a client is to reach a scenario's peer, in
	// place of the one it has by itself. If nil, that one.
	Host func(s scenarios.Scenario, own string) string
	// Lookups says how often the DNS that leads to the peers has been asked for
	// a scenario's names by now. If nil, that is known if there is a DNS.
	Lookups func(s scenarios.Scenario) int
	// From is the sender of every message. If empty, DefaultFrom for a command,
	// and the null reverse-path for an MTA, which may look its domain up.
	From string
	// User and Password are let in by AUTH. If empty, DefaultUser and a
	// password made for this audit.
	User, Password string
	// OnStart is told of every scenario that begins, OnItem of every one that
	// is judged, the controls among them, with the reason why an exception
	// accepts it; never two at once. If nil, nobody is.
	OnStart func(scenarios.Scenario)
	OnItem  func(Item)
	// Now and NewID are the sources of the time and of the part of a recipient
	// that makes it unique. If nil, time.Now and a random word.
	Now   func() time.Time
	NewID func() string
}

// check refuses what cannot be audited.
func (o Options) check() error {
	command, isCommand := o.Driver.(Command)
	submit, isSubmit := o.Driver.(*Submit)
	switch {
	case len(o.Scenarios) == 0:
		return errors.New("there is nothing to audit: no scenario is selected")
	case o.Driver == nil, isSubmit && submit == nil:
		return errors.New("there is nobody to audit: no driver is given")
	case isCommand && command.Template == nil:
		return errors.New("there is nobody to audit: the command is empty")
	case o.Parallel < 0:
		return fmt.Errorf("Options.Parallel is %d, and cannot be below zero", o.Parallel)
	case o.Kick != "" && kindOf(o.Driver) != kindSubmit:
		return errKickWithoutMTA
	}
	_, err := ParsePolicy(string(o.Policy))
	return err
}

// secrets are the passwords of the audit.
func (o Options) secrets() concealer {
	if s, ok := o.Driver.(*Submit); ok {
		return newConcealer(o.Password, s.password)
	}
	return newConcealer(o.Password)
}

func withDefaults(o Options) Options {
	if o.Patience == 0 {
		o.Patience = DefaultCommandPatience
		if kindOf(o.Driver) == kindSubmit {
			o.Patience = DefaultSubmitPatience
		}
	}
	if o.KickEvery == 0 {
		o.KickEvery = DefaultKickEvery
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
