package e2e_test

import (
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/e2e/internal/clients"
	"github.com/fakemx/fakemx/e2e/internal/exceptions"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// How long a client may take, and how long a peer waits for one. Where nothing
// more is to come, waiting is all that is left to either: a peer that stalls
// does so for as long as it waits, and gnutls-cli waits for a go-ahead even if
// STARTTLS was not offered.
const (
	limit    = time.Minute
	idle     = 3 * time.Second
	stalling = 5 * time.Second
)

// turns are taken by clients that have something to do, so that not too many of
// them keep the machine busy at once. Where they only wait, they need none.
var turns = make(chan struct{}, 6)

// A conduct is what a client did in a session, and how it ended.
type conduct string

// What clients do.
const (
	// There was no go-ahead for TLS, and the client went no further.
	notOffered conduct = "not offered"
	// TLS did not complete, or the client ended it there.
	refused conduct = "refused"
	// The client went on inside TLS, but its message was not accepted.
	undelivered conduct = "undelivered"
	// The client went on inside TLS and, unless it only probes, delivered.
	content conduct = "content"
	// The client delivered in clear.
	inClear conduct = "in clear"
)

var conducts = []conduct{notOffered, refused, undelivered, content, inClear}

// expected is what the facts have a client do. Where no standard says how to go
// on, or no mail is taken inside TLS, how far it gets is its own affair.
func expected(s scenarios.Scenario, form clients.Form) []conduct {
	all := inTLS(s.Facts, form)
	if open(s) && slices.Equal(all, []conduct{content}) {
		all = []conduct{notOffered, refused, undelivered, content}
	}
	if form == clients.Opportunistic && !slices.Equal(all, []conduct{content}) {
		return append(all, inClear)
	}
	return all
}

// open: how far a client gets is not for the facts to say.
func open(s scenarios.Scenario) bool { return s.Peer.Puzzle() != nil || !s.Peer.TakesMailInTLS() }

// inTLS is what the facts have a client do that wants TLS. Where TLS completes
// weakly, or it is left to the client whether it completes or whether to accept
// the peer, the client may do either.
func inTLS(facts scenarios.Facts, form clients.Form) []conduct {
	switch {
	case facts.Offers == scenarios.No:
		return []conduct{notOffered}
	case facts.Completes == scenarios.No, form.Verifies() && facts.Authentic == scenarios.No:
		return []conduct{refused}
	case facts.Completes == scenarios.Lenient, facts.Completes == scenarios.Weak && form != clients.Permissive,
		form.Verifies() && facts.Authentic == scenarios.Lenient:
		return []conduct{refused, content}
	}
	return []conduct{content}
}

// A sighting is a client seen in a scenario, from both sides.
type sighting struct {
	client  clients.Client
	result  clients.Result
	session fakemx.Session
	err     error
}

// conduct says what the client did. The peer's record says what happened; the
// client's own words say whether it minded.
func (s sighting) conduct() conduct {
	accepted := false
	for _, t := range s.session.Transactions {
		if t.InClear {
			return inClear
		}
		accepted = accepted || t.Accepted
	}
	completed := s.session.TLS != nil && s.session.TLS.Completed && !alerted(s.session)
	switch {
	case completed && s.result.TLS && (s.client.Probes || accepted && s.result.Delivered):
		return content
	case completed && s.result.TLS:
		return undelivered
	case goAhead(s.session):
		return refused
	}
	return notOffered
}

// alerted reports whether the peer ended TLS by an alert. Then TLS did not
// complete, even if the alert came behind the handshake.
func alerted(session fakemx.Session) bool {
	alert := session.TLS.Alert
	return alert != nil && alert.From == "peer"
}

// goAhead reports whether the peer answered STARTTLS with 220.
func goAhead(session fakemx.Session) bool {
	asked := false
	for _, line := range session.Transcript {
		switch line.From {
		case "client":
			asked = strings.EqualFold(line.Text, "STARTTLS")
		case "peer":
			if asked && strings.HasPrefix(line.Text, "220") {
				return true
			}
		}
	}
	return false
}

func (s sighting) String() string {
	return fmt.Sprintf("%s exits %d, TLS %v, delivered %v, and says %q; the peer's record:\n%s",
		s.client.Name, s.result.Exit, s.result.TLS, s.result.Delivered, s.result.Errors, s.session.Narrate())
}

// A watch lets clients loose on one scenario.
type watch struct {
	scenario scenarios.Scenario
	pki      *certgen.PKI
	caFile   string
	// crlFile is for clients that check revocation; it may be empty.
	crlFile string
}

// meet lets clients meet a scenario, each with a peer of its own. Their peers
// share a PKI.
func meet(ctx context.Context, scenario scenarios.Scenario, every []clients.Client) ([]sighting, error) {
	turns <- struct{}{} // keys are slow to make
	model, err := fakemx.New(fakemx.Config{Scenario: scenario})
	<-turns
	if err != nil {
		return nil, err
	}
	defer model.Close()
	files, err := model.Files()
	if err != nil {
		return nil, err
	}
	w := watch{scenario: scenario, pki: model.PKI(), caFile: files.CA}
	return w.all(ctx, every), nil
}

// all watches every client, all at once where they only wait.
func (w watch) all(ctx context.Context, every []clients.Client) []sighting {
	every = slices.DeleteFunc(slices.Clone(every), func(c clients.Client) bool {
		return c.STARTTLSOnly && w.implicit()
	})
	sightings := make([]sighting, len(every))
	var group sync.WaitGroup
	for i, client := range every {
		group.Go(func() {
			if w.timeout() == limit {
				turns <- struct{}{}
				defer func() { <-turns }()
			}
			sightings[i] = w.one(ctx, client)
		})
	}
	group.Wait()
	return sightings
}

// one watches one client until it has tried as often as it takes. It returns
// what was seen of the last time, and what the client said every time.
func (w watch) one(ctx context.Context, client clients.Client) sighting {
	seen := sighting{client: client}
	config := fakemx.Config{Scenario: w.scenario, PKI: w.pki, Timeout: w.timeout()}
	if w.implicit() {
		config.SMTPS = "127.0.0.1:0"
	}
	peer, err := fakemx.New(config)
	if err != nil {
		seen.err = err
		return seen
	}
	defer peer.Close()
	var said []string
	for range audit.Attempts(w.scenario) {
		seen.result = w.run(ctx, client, peer)
		said = append(said, seen.result.Errors...)
		seen.result.Errors = said
		if seen.session, err = peer.WaitSession(ctx); err != nil {
			seen.err = fmt.Errorf("the client came to no session: %w; it says %q", err, seen.result.Errors)
			return seen
		}
	}
	return seen
}

func (w watch) run(ctx context.Context, client clients.Client, peer *fakemx.Server) clients.Result {
	at := peer.Addr()
	if w.implicit() {
		at = peer.SMTPSAddr()
	}
	addr, port, err := net.SplitHostPort(at)
	if err != nil {
		return clients.Result{Errors: []string{err.Error()}}
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return client.Run(ctx, clients.Target{
		Host: peer.Host(), MX: w.scenario.Hostname(), Addr: addr, Port: port, Implicit: w.implicit(),
		CAFile: w.caFile, CRLFile: w.crlFile,
		From: "sender@client.test", To: "rcpt@example.test",
		Message: "From: <sender@client.test>\nTo: <rcpt@example.test>\nSubject: hello\n\nhello\n",
	})
}

// implicit reports whether clients are to begin with TLS.
func (w watch) implicit() bool { return w.scenario.ReachAt == scenarios.ReachAtSMTPS }

// timeout is how long the peer waits for the client.
func (w watch) timeout() time.Duration {
	if w.scenario.Facts.Offers == scenarios.No {
		return idle
	}
	for _, fault := range w.scenario.Peer.Faults {
		if fault.Stalls() {
			return stalling
		}
	}
	return limit
}

// inShort is how many scenarios of each family are met in a short run.
const inShort = 1

// met are the scenarios of the catalogue that clients meet without the DNS: all
// of them, or with go test -short the first one of each family.
func met() []string {
	var names []string
	seen := map[scenarios.Family]int{}
	for _, s := range scenarios.WithoutDNS() {
		if seen[s.Family]++; !testing.Short() || seen[s.Family] <= inShort {
			names = append(names, s.Name)
		}
	}
	return names
}

// entries are the scenarios that are met as the entries of a table.
func entries() []TableEntry {
	var all []TableEntry
	for _, name := range met() {
		all = append(all, Entry(name, name, SpecTimeout(3*time.Minute)))
	}
	return all
}

var _ = Describe("the catalogue", Label("catalogue"), func() {
	var except exceptions.List
	plays := ahead{order: met(), play: func(ctx context.Context, name string) ([]sighting, error) {
		here, _ := clients.Available()
		return meet(ctx, scenarios.MustGet(name), here)
	}}
	BeforeEach(func() {
		var err error
		except, err = loadExceptions()
		Expect(err).NotTo(HaveOccurred())
	})

	DescribeTable("tells the truth about what clients do with",
		func(ctx SpecContext, name string) {
			scenario := scenarios.MustGet(name)
			var wrong []string
			finishes := false
			sightings, err := plays.of(ctx, name)
			Expect(err).NotTo(HaveOccurred())
			for _, seen := range sightings {
				Expect(seen.err).NotTo(HaveOccurred(), seen.client.Name)
				finishes = finishes || seen.conduct() == content
				did := seen.conduct()
				fault := contradiction(expected(scenario, seen.client.Form), did)
				at := exceptions.Place{Scenario: name, Client: seen.client.Name}
				if fault = except.Judge(at, string(did), fault); fault != "" {
					wrong = append(wrong, seen.client.Name+": "+fault+"\n"+seen.String())
				}
			}
			if !finishes && !open(scenario) && scenario.Facts.Completes == scenarios.Yes {
				wrong = append(wrong, "no client at all finishes TLS, but the scenario's facts say that all do")
			}
			if len(wrong) > 0 {
				Fail(strings.Join(wrong, "\n"))
			}
			remember(recordingOf(scenario, sightings))
		}, entries())

	It("is held against every client, unless the machine has it not", func() {
		_, missing := clients.Available()
		for _, name := range slices.Sorted(maps.Keys(missing)) {
			AddReportEntry(name+" is not here: "+missing[name], ReportEntryVisibilityAlways)
		}
		if len(missing) > 0 {
			Skip("some clients are missing")
		}
	})
})
