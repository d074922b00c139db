package audit

import (
	"crypto/rand"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/fakemx/fakemx/mxdns"
	"github.com/fakemx/fakemx/scenarios"
)

// Defaults of [Options].
const (
	DefaultCommandPatience = 30 * time.Second
	DefaultSubmitPatience  = time.Minute
	DefaultKickEvery       = 5 * time.Second
	DefaultFrom            = "probe@client.fakemx.test"
	DefaultUser            = "probe"
	// DefaultMaxSessions and DefaultMaxRecordBytes are far more than any
	// reasonable client needs in one scenario.
	DefaultMaxSessions    = 200
	DefaultMaxRecordBytes = 8 << 20
)

// Options say what to audit. Scenarios, Policy and Driver are required.
type Options struct {
	// Scenarios are audited in this order, several at once, after their
	// Controls.
	Scenarios []scenarios.Scenario
	Policy    Policy
	Driver    Driver
	// Patience is the limit for one run of a command, or for waiting for an MTA
	// to deliver. A peer that stalls does so for a third of it. If zero,
	// DefaultSubmitPatience for an MTA and DefaultCommandPatience otherwise.
	Patience time.Duration
	// Kick is a shell command that makes an MTA run its queue. It is run
	// KickEvery after the last message was submitted, and then every KickEvery.
	// The wait ends early once the MTA has tried often enough. After three
	// kicks in a row to which it did not react, the wait also ends if the MTA
	// has clearly given up, or if the result would stay unclear. If Kick is
	// empty, the MTA runs its queue when it likes. If KickEvery is zero,
	// DefaultKickEvery.
	Kick      string
	KickEvery time.Duration
	// Parallel is the number of scenarios audited at once. If zero, twice the
	// number of CPUs, because clients mostly wait.
	Parallel int
	// MaxSessions and MaxRecordBytes limit the session records kept for one
	// scenario, by number and by the bytes of their JSON. The first are
	// kept, at least one; the others are counted in [Evidence.LeftOut]. If
	// zero, the defaults above.
	MaxSessions    int
	MaxRecordBytes int64
	// StopAtFailure ends the audit after the first scenario that fails and is
	// not covered by Exceptions.
	StopAtFailure bool
	// KeepGoing plays the scenarios even if the client did not deliver to the
	// healthy peer as it must, which leaves its refusals unproved. If false,
	// they are then [Item.Unplayed], so that no time is spent on a client that
	// is set up incorrectly.
	KeepGoing bool
	// Exceptions are applied to the report, as by [Report.Accept].
	Exceptions Exceptions
	// Listen returns the addresses for the peer of a scenario or a control
	// (smtps for TLS from the first byte), and the name by which clients reach
	// it (if empty, "localhost"). If nil, free ports of 127.0.0.1.
	Listen func(s scenarios.Scenario) (smtp, smtps, hostname string)
	// PKIDir keeps the PKI of every scenario, in a subdirectory with its name,
	// and reuses it; ca.pem in PKIDir holds the trust anchors for clients. If
	// empty, keys are made anew and kept nowhere.
	PKIDir string
	// DNS is the address, host:port, on which the DNS of fakemx.test leads to
	// the peers, as described for [stage.Config]; Listen must then return IP
	// addresses, not names. Upstream is the resolver for all other names. If
	// DNS is empty, there is no DNS; if Upstream is empty, all other names are
	// refused.
	DNS, Upstream string
	// DNSMode says whether the DNS plays a resolver that validates or a name
	// server. If empty, mxdns.Validating.
	DNSMode mxdns.Mode
	// OnDNS is called with the DNS once it answers, before any client is
	// exercised. An error ends the audit. If nil, it is not called.
	OnDNS func(*mxdns.Server) error
	// PolicyHost is the address, host:port, of the host that serves the MTA-STS
	// policies of the scenarios, as described for [stage.Config]. If empty,
	// there is none.
	PolicyHost string
	// TLSReports expects the TLS reports of the client (RFC 8460), and compares
	// them with what they should say of each scenario: see [Report.TLSReports].
	// It needs a DNS. If nil, none are expected.
	TLSReports *TLSReportOptions
	// Host returns the name by which a client should reach the peer of a
	// scenario, instead of its own. If nil, its own name.
	Host func(s scenarios.Scenario, own string) string
	// Lookups returns how often the DNS that leads to the peers has been asked
	// for a scenario's names so far. If nil, the count of the audit's own DNS
	// is used, if there is one.
	Lookups func(s scenarios.Scenario) int
	// From is the sender of every message. If empty, DefaultFrom for a command,
	// and the null reverse-path for an MTA, which may look up the sender's
	// domain.
	From string
	// User and Password are the credentials that the peers accept. If empty,
	// DefaultUser and a password made for this audit.
	User, Password string
	// OnStart is called with every scenario that begins, and OnItem with every
	// item that is judged, including controls, with the reason why an exception
	// accepts it. Calls never overlap. If nil, they are not called.
	OnStart func(scenarios.Scenario)
	OnItem  func(Item)
	// Now is the clock, and NewID returns the part of a recipient address that
	// makes it unique. If nil, [time.Now] and a random word.
	Now   func() time.Time
	NewID func() string
}

// check refuses what cannot be audited.
func (o Options) check() error {
	command, isCommand := o.Driver.(Command)
	submit, isSubmit := o.Driver.(*Submit)
	socketmap, isSocketmap := o.Driver.(*Socketmap)
	switch {
	case len(o.Scenarios) == 0:
		return errors.New("nothing to audit: no scenario is selected")
	case o.Driver == nil, isSubmit && submit == nil:
		return errors.New("nothing to audit: no driver is given")
	case isCommand && command.Template == nil:
		return errors.New("nothing to audit: the command is empty")
	case o.Parallel < 0:
		return fmt.Errorf("Options.Parallel: expected 0 or more, got %d", o.Parallel)
	case o.Kick != "" && kindOf(o.Driver) != kindSubmit:
		return errKickWithoutMTA
	case isSocketmap && socketmap == nil:
		return errors.New("nothing to audit: no policy daemon is given")
	case isSocketmap && o.DNS == "":
		return errors.New("Options.DNS: a policy daemon looks up what domains publish, and needs a DNS")
	case isSocketmap && !o.Policy.FollowsDNS():
		return errNotForDaemons(o.Policy)
	case o.TLSReports != nil && o.DNS == "":
		return errors.New("Options.TLSReports needs Options.DNS, which says where reports go")
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
	if o.TLSReports != nil {
		reports := *o.TLSReports
		if reports.Patience == 0 {
			reports.Patience = DefaultTLSReportPatience
		}
		if reports.Listen == "" {
			reports.Listen = "127.0.0.1:0"
		}
		o.TLSReports = &reports
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
