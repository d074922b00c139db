package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/internal/cli/printing"
	"github.com/fakemx/fakemx/mxdns"
)

// serve plays what the flags ask for until ctx ends.
func (a *app) serve(ctx context.Context, o *serveOptions) (err error) {
	p, err := o.plan()
	if err != nil {
		return err
	}
	if err := clearAddrFile(p.addrFile); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	report := a.NewReporter(p.json, p.records, stop)
	running, err := start(p, report)
	if err == nil {
		err = announce(p, running, report)
	}
	if err == nil {
		a.warnOfExposure(running.peers)
		a.warnOfNothingWrong(p)
		a.warnOfSharing(running)
		<-ctx.Done()
		err = clearAddrFile(p.addrFile)
	}
	return a.finish(ctx, report, running, err)
}

// running is what serve has started: the peers, and the DNS, which may be nil.
type running struct {
	peers []*peer
	dns   *mxdns.Server
	// temporary is a folder that is removed at the end; empty if there is none.
	temporary string
}

// start starts what a plan asks for. After an error the caller still has to
// end what did start.
func start(p plan, report *printing.Reporter) (r running, err error) {
	folder, err := filepath.Abs(p.pki)
	if p.pki == "" {
		folder, err = os.MkdirTemp("", "fakemx-")
		r.temporary = folder
	}
	if err != nil {
		return r, err
	}
	if r.peers, err = startPeers(p, folder, report.Session); err != nil {
		return r, err
	}
	r.dns, err = startDNS(p, r.peers, report)
	return r, err
}

// shutdown ends the peers, their open sessions by the end of ctx, and then the
// DNS, which leads to them. No file with a key is left that nobody asked for.
func (r running) shutdown(ctx context.Context) error {
	err := shutdownPeers(ctx, r.peers)
	if r.dns != nil {
		err = errors.Join(err, r.dns.Close())
	}
	if r.temporary != "" {
		err = errors.Join(err, os.RemoveAll(r.temporary))
	}
	return err
}

// announce writes the address file and reports the peers, in this order: a
// failure to write leaves nothing said.
func announce(p plan, r running, report *printing.Reporter) error {
	var events []printing.Announcement
	for _, peer := range r.peers {
		events = append(events, peer.ready(p))
	}
	if r.dns != nil {
		events = append(events, dnsReady{"dns-ready", r.dns.Addr(), mxdns.DefaultZone})
	}
	if p.addrFile != "" {
		if err := writeAddrFile(p.addrFile, events); err != nil {
			return fmt.Errorf("--addr-file: %w", err)
		}
	}
	return report.Ready(events)
}

// ready is the event that announces a peer. A chain of the user's own leads to
// no CA that we know.
func (p *peer) ready(plan plan) ready {
	scenario := p.server.Scenario()
	event := ready{
		Event: "ready", Scenario: scenario.Name, Addr: p.server.Addr(), SMTPSAddr: p.server.SMTPSAddr(), Hostname: p.server.Hostname(),
		CAFile: p.files.CA, CADir: p.files.CADir, ChainFile: p.files.Chain,
		summary: scenario.Summary, implicit: scenario.Peer.SMTP.ImplicitTLS, strikes: strikesAfter(scenario),
	}
	event.mail, event.rcpt = tryAddresses(scenario)
	if plan.dns.listen != "" {
		event.Hostname = mailHost(scenario, event.Hostname)
	}
	if plan.chainFile != "" {
		event.CAFile, event.CADir, event.ChainFile = "", "", plan.chainFile
	}
	return event
}

// finish ends what runs and tells what is still to be told, at once if
// something went wrong. The first thing that did is the error.
func (a *app) finish(ctx context.Context, report *printing.Reporter, r running, first error) error {
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.grace)
	defer cancel()
	if first != nil {
		cancel()
	}
	go func() {
		select {
		case <-a.killed:
			cancel()
		case <-grace.Done():
		}
	}()
	report.Release()
	shutdown := r.shutdown(grace)
	late, stop := lingering(grace)
	defer stop()
	lost, written := report.Close(late)
	if written == nil && lost > 0 {
		written = fmt.Errorf("%d session records were not written: nobody read them in time", lost)
	}
	return firstOf(first, shutdown, written)
}

// linger is how long the records of sessions that were cut off may take to be
// written.
const linger = time.Second

// lingering returns a context that ends a little later than ctx does.
func lingering(ctx context.Context) (context.Context, context.CancelFunc) {
	late, end := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(linger, end) })
	return late, func() { stop(); end() }
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// clearAddrFile removes the address file: one that is there belongs to peers
// that listen.
func clearAddrFile(path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return cmdline.Usagef("--addr-file %s is there and is no file", path)
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return cmdline.Usagef("--addr-file %s is not within a folder that is there", path)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("--addr-file: %w", err)
	}
	return nil
}
