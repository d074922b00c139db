package audit

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/fakemx/fakemx/scenarios"
)

// A Driver makes a client deliver messages. [Command] runs a command and
// [Submit] gives messages to an MTA; [Socketmap] asks a policy daemon, which
// delivers nothing itself. Your own can call a mailer in this
// process. Its methods may be called for several scenarios at once.
type Driver interface {
	// String names what is exercised, for the report.
	String() string
	// Deliver gives the client one chance to deliver the target's message, and
	// returns when it is over. A scenario may need several messages, one after
	// another. ctx ends when the time is up: a client that continues after that
	// is reported and not waited for.
	Deliver(ctx context.Context, t Target) Attempt
}

// A Target is a peer, and the message that a client should deliver to it.
type Target struct {
	// Scenario is the scenario that the peer plays.
	Scenario scenarios.Scenario
	// Host is the name or address by which to reach and verify the peer, and
	// Port its port.
	Host string
	Port string
	// DNS is the address, host:port, of the DNS that leads to the peers; empty
	// if there is none.
	DNS string
	// Scheme is "smtp", or "smtps" if TLS begins with the first byte.
	Scheme string
	// CAFile is a file with the trust anchors as PEM, CADir a directory with
	// one file for each, named by hash, and CAPKCS12 a PKCS #12 file with the
	// password changeit.
	CAFile   string
	CADir    string
	CAPKCS12 string
	// From and To are the envelope. To is different for each message.
	From string
	To   string
	// Recipients are To and, if the scenario is about several recipients, the
	// others. A mailer that can only send to one uses To.
	Recipients []string
	// PolicyHost is the address of the host that serves MTA-STS policies,
	// host:port; empty if there is none. A client that looks a policy host up
	// finds its IP address, and no port.
	PolicyHost string
	// RequireTLS is true if the client is to send the message with the
	// parameter REQUIRETLS of MAIL (RFC 8689), and only where it may. It is
	// never true for a driver that is no [RequireTLSDriver].
	RequireTLS bool
	// Message is the message with its header and CRLF line ends. MessageFile is
	// a file that holds the same.
	Message     []byte
	MessageFile string
	// User and Password are the credentials that the peer accepts.
	User     string
	Password string

	probe *probe
	// letters are all of them where an MTA is given them at once; inTurn: it is
	// to be given each when the one before has arrived.
	letters []letter
	inTurn  bool
	// goesOn waits until the client has had its chance with so many letters, where
	// something else is published between them, and reports whether it is to be
	// given another one; nil if nothing changes.
	goesOn func(ctx context.Context, given int) bool
	// slots bound how many messages are handed over at once.
	slots chan struct{}
	// given is called once a message has been handed over.
	given func()
}

// Addr returns the address of the peer, host:port.
func (t Target) Addr() string { return net.JoinHostPort(t.Host, t.Port) }

// Roots returns the trust anchors in CAFile.
func (t Target) Roots() (*x509.CertPool, error) { return rootsIn(t.CAFile) }

// values are what the placeholders stand for.
func (t Target) values() map[string]string {
	return map[string]string{
		"host": t.Host, "port": t.Port, "dns": t.DNS, "scheme": t.Scheme, "ca": t.CAFile, "ca_dir": t.CADir, "ca_p12": t.CAPKCS12,
		"from": t.From, "to": t.To, "recipients": strings.Join(t.Recipients, ","), "message": t.MessageFile, "user": t.User, "password": t.Password, "scenario": t.Scenario.Name,
		"policy_host": t.PolicyHost, placeholderRequireTLS: yesOrNo(t.RequireTLS),
	}
}

func yesOrNo(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// An Attempt is what a [Driver] knows about one chance that a client had to
// deliver. What the client did to the peer is in the peer's records.
type Attempt struct {
	// Err is the error with which the client failed; nil if it reported
	// success.
	Err error
	// Problem says why the client could not be exercised, so that nothing can
	// be concluded; empty if it was.
	Problem string

	// run is that of a command.
	run *CommandRun
}

// Kinds of drivers, for the report.
const (
	kindCommand   = "command"
	kindSubmit    = "submit"
	kindSocketmap = "socketmap"
	kindMailer    = "mailer"
)

// kindOf says what kind of driver it is.
func kindOf(d Driver) string {
	switch d.(type) {
	case Command, *Command:
		return kindCommand
	case *Submit:
		return kindSubmit
	case *Socketmap:
		return kindSocketmap
	}
	return kindMailer
}

// givesMessages: the driver's client gives messages to peers, one after the other.
func givesMessages(d Driver) bool {
	return slices.Contains([]string{kindCommand, kindSubmit, kindMailer}, kindOf(d))
}

// deliver lets the driver's client deliver, and waits for it no longer than a
// moment beyond its time.
func (a *auditor) deliver(ctx context.Context, t Target) Attempt {
	timed, cancel := context.WithTimeout(ctx, a.Patience)
	defer cancel()
	began := a.Now()
	done := make(chan Attempt, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				done <- Attempt{run: &CommandRun{Exit: -1, Signal: a.secrets().hide(fmt.Sprintf("panic: %v", r))}}
			}
		}()
		done <- a.Driver.Deliver(timed, t)
	}()
	over := make(chan struct{})
	defer context.AfterFunc(timed, func() { time.AfterFunc(2*linger, func() { close(over) }) })()
	var attempt Attempt
	select {
	case attempt = <-done:
	case <-over:
		attempt = Attempt{run: &CommandRun{Exit: -1, TimedOut: true}}
	}
	attempt.Problem = a.secrets().hide(attempt.Problem)
	return a.completed(attempt, began, ctx.Err() == nil && timed.Err() != nil)
}

// completed adds to an attempt the run of a mailer that is no command: it stands
// in the report as one without words. A policy daemon is not run.
func (a *auditor) completed(attempt Attempt, began time.Time, late bool) Attempt {
	if a.together || kindOf(a.Driver) == kindSocketmap {
		return attempt
	}
	if attempt.run == nil {
		attempt.run = &CommandRun{}
		if attempt.Err != nil {
			attempt.run.Exit, attempt.run.Output = 1, a.secrets().hide(attempt.Err.Error())
		}
		attempt.run.TimedOut = late && attempt.Err != nil
	}
	attempt.run.Started, attempt.run.Ended, attempt.run.Limit = began, a.Now(), scenarios.Span(a.Patience)
	if attempt.run.Args == nil {
		attempt.run.Args = []string{}
	}
	return attempt
}
