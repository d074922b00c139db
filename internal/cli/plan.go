package cli

import (
	"crypto/tls"
	"path/filepath"
	"strings"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/internal/cli/printing"
	"github.com/fakemx/fakemx/internal/received"
	"github.com/fakemx/fakemx/stage"
)

// A plan is what the flags of serve ask for, checked as far as it can be
// without touching anything.
type plan struct {
	peers []fakemx.Config
	// pki is the folder to keep PKIs in, messages that of the Maildirs; empty
	// if there is none.
	pki, messages string
	addrFile      string
	dns           dnsPlan
	policyHost    string // its address; empty if there is none
	reports       string // where TLS reports are taken; empty if they are not
	// chainFile is the user's own chain; empty if there is none.
	chainFile string
	json      bool
	verbose   bool
	records   cmdline.RecordLimit
	// network is that of --listen-net; nil if it is not given.
	network *network
}

// plan checks the flags. Its errors are the user's.
func (o *serveOptions) plan() (plan, error) {
	if err := o.Load(); err != nil {
		return plan{}, err
	}
	chosen, err := o.Choose(o.scenarios, o.dns.listen != "")
	if err != nil {
		return plan{}, err
	}
	if len(chosen) == 0 {
		return plan{}, cmdline.Usagef("no scenario given; try --scenario missing-intermediate, or see fakemx list")
	}
	common, err := o.common()
	if err != nil {
		return plan{}, err
	}
	places, err := o.places(chosen)
	if err != nil {
		return plan{}, err
	}
	p := plan{pki: o.pki, messages: o.messages, addrFile: o.addrFile, json: o.json, verbose: o.verbose, records: o.records, network: places.network}
	if p.dns, err = o.dns.plan(places); err != nil {
		return plan{}, err
	}
	if p.reports, err = o.reports.plan(p.dns, &o.listeners, places, chosen, false); err != nil {
		return plan{}, err
	}
	if p.policyHost, err = o.policyHost.plan(p.dns, o.network != "" && o.port == smtpPort, chosen, p.reports); err != nil {
		return plan{}, err
	}
	if o.certFile != "" {
		if p.chainFile, err = filepath.Abs(o.certFile); err != nil {
			return plan{}, err
		}
	}
	for i, s := range chosen {
		peer := common
		peer.Scenario, peer.Listen, peer.SMTPS = s, places.smtp[i], places.smtps[i]
		p.peers = append(p.peers, peer)
	}
	return p, nil
}

func checkHostname(name string) error {
	if name != "" && !received.IsHostname(name) {
		return cmdline.Usagef("--hostname expects a host name such as mx.example.test, not %q", name)
	}
	return nil
}

// common is what all peers share.
func (o *serveOptions) common() (fakemx.Config, error) {
	config := fakemx.Config{
		Hostname: o.hostname, First: o.first, MaxMessageBytes: int64(o.maxMessage),
		MaxConnections: o.maxConnections, Timeout: o.timeout,
		MaxSessions: -1, // they are told as they end
	}
	if o.messages == "" {
		config.Store = new(store.Discard)
	}
	if err := checkHostname(o.hostname); err != nil {
		return config, err
	}
	if o.first < 0 {
		return config, cmdline.Usagef("--first expects a number of sessions, not %d", o.first)
	}
	if o.maxConnections < 1 {
		return config, cmdline.Usagef("--max-connections must be at least 1, not %d", o.maxConnections)
	}
	if err := o.records.Check(); err != nil {
		return config, err
	}
	if o.timeout < time.Millisecond || o.timeout > fakemx.TimeoutLimit {
		return config, cmdline.Usagef("--timeout expects a duration such as 30s, from 1ms to %s, not %s", fakemx.TimeoutLimit, o.timeout)
	}
	if o.maxMessage > fakemx.MessageBytesLimit {
		return config, cmdline.Usagef("--max-message must be less than 4 GiB, not %s", &o.maxMessage)
	}
	var err error
	if config.Users, err = o.users(); err != nil {
		return config, err
	}
	config.Certificate, err = o.certificate()
	return config, err
}

// users reads --auth. Its errors do not repeat what may be a password.
func (o *serveOptions) users() (map[string]string, error) {
	users := map[string]string{}
	for _, pair := range o.auth {
		user, password, ok := strings.Cut(pair, ":")
		if !ok || user == "" || password == "" {
			return nil, cmdline.Usagef("--auth expects USER:PASSWORD, neither of them empty")
		}
		if _, twice := users[user]; twice {
			return nil, cmdline.Usagef("--auth is given twice for %q", user)
		}
		users[user] = password
	}
	return users, nil
}

// certificate reads --cert and --key; it is nil if they are not given.
func (o *serveOptions) certificate() (*tls.Certificate, error) {
	if o.certFile == "" && o.keyFile == "" {
		return nil, nil
	}
	if o.certFile == "" || o.keyFile == "" {
		return nil, cmdline.Usagef("--cert and --key must be given together: a PEM chain, and the private key of its first certificate")
	}
	certificate, err := tls.LoadX509KeyPair(o.certFile, o.keyFile)
	if err != nil {
		return nil, cmdline.Usagef("--cert %s and --key %s cannot be used: %w", o.certFile, o.keyFile, err)
	}
	return &certificate, nil
}

// stage is what the plan puts on a stage.
func (p plan) stage(report *printing.Reporter) stage.Config {
	return stage.Config{
		Peers: p.peers, DNS: p.dns.listen, DNSMode: p.dns.mode, Upstream: p.dns.upstream, PolicyHost: p.policyHost, Reports: p.reports,
		PKIDir: p.pki, PeerFiles: true, MessagesDir: p.messages,
		OnEvent: func(e stage.Event) {
			switch {
			case e.Session != nil:
				report.Session(*e.Session)
			case e.Query != nil && p.verbose:
				report.Query(*e.Query)
			case e.Fetch != nil:
				report.PolicyFetch(*e.Fetch)
			case e.Report != nil:
				report.TLSReport(*e.Report)
			}
		},
	}
}
