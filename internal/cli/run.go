package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/internal/cli/printing"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// serve plays what the flags ask for until ctx ends.
func (a *app) serve(ctx context.Context, o *serveOptions) error {
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
	played, err := stage.New(p.stage(report))
	if err != nil {
		return a.finish(ctx, report, nil, p.explain(err))
	}
	if err = announce(p, played, report); err == nil {
		a.warnOfExposure(played.Peers())
		a.warnOfNothingWrong(p)
		a.warnOfSharing(played)
		<-ctx.Done()
		err = clearAddrFile(p.addrFile)
	}
	return a.finish(ctx, report, played, err)
}

// announce writes the address file and reports the peers, in this order: a
// failure to write leaves nothing said.
func announce(p plan, played *stage.Stage, report *printing.Reporter) error {
	events, err := announcements(p, played)
	if err != nil {
		return err
	}
	if p.addrFile != "" {
		if err := writeAddrFile(p.addrFile, events); err != nil {
			return fmt.Errorf("--addr-file: %w", err)
		}
	}
	return report.Ready(events)
}

// announcements tell of everything that is ready.
func announcements(p plan, played *stage.Stage) ([]printing.Announcement, error) {
	trust, err := played.Trust()
	if err != nil {
		return nil, err
	}
	var events []printing.Announcement
	for _, peer := range played.Peers() {
		event, err := p.ready(peer, trust)
		if err != nil {
			return nil, err
		}
		if dns := played.DNS(); dns != nil && peer.Scenario().NeedsDNS() {
			event.lookup = lookup(peer.Scenario(), cmdline.Reachable(dns.Addr()))
		}
		events = append(events, event)
	}
	if dns := played.DNS(); dns != nil {
		if err := p.dns.writeAnchors(dns); err != nil {
			return nil, err
		}
		events = append(events, dnsReady{"dns-ready", dns.Addr(), scenarios.ParentDomain})
	}
	if policies, ok := policyHostOf(played, trust.CA); ok {
		events = append(events, policies)
	}
	if reports, ok := reportsOf(played); ok {
		events = append(events, reports)
	}
	return events, nil
}

// ready is the event that announces a peer. A chain of the user's own leads to
// no CA that we know.
func (p plan) ready(peer *stage.Peer, trust certgen.TrustFiles) (ready, error) {
	files, err := peer.Files()
	if err != nil {
		return ready{}, err
	}
	scenario := peer.Scenario()
	event := ready{
		Event: "ready", Scenario: scenario.Name, Addr: peer.Addr(), SMTPSAddr: peer.SMTPSAddr(), Hostname: peer.Host(),
		CAFile: trust.CA, CADir: trust.CADir, ChainFile: files.Chain,
		summary: scenario.Summary, implicit: scenario.Peer.SMTP.ImplicitTLS, strikes: strikesAfter(scenario),
	}
	event.mail, event.rcpt = tryAddresses(scenario)
	if p.chainFile != "" {
		event.CAFile, event.CADir, event.ChainFile = "", "", p.chainFile
	}
	return event, nil
}

// finish ends what runs, which may be nothing, and tells what is still to be
// told, at once if something went wrong. The first thing that did is the error.
func (a *app) finish(ctx context.Context, report *printing.Reporter, played *stage.Stage, first error) error {
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
	var shutdown error
	if played != nil {
		shutdown = played.Shutdown(grace)
	}
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
		return cmdline.Usagef("--addr-file %s exists and is not a regular file", path)
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return cmdline.Usagef("--addr-file %s: its directory does not exist", path)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("--addr-file: %w", err)
	}
	return nil
}
