package lab

import (
	"bufio"
	"context"
	"encoding/json"
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// A Witness follows the records of the peers: what they say is the truth about
// what a mail server did.
type Witness struct {
	from string // the address whose sessions count
	// resolver is the address whose queries are the mail server's too.
	resolver string
	peers    netip.Prefix

	mu       sync.Mutex
	sessions map[string][]fakemx.Session
	queries  map[string][]audit.Lookup
	fetches  map[string][]stage.PolicyFetch
	last     time.Time
	done     chan struct{}
}

// Watch follows the peers of a running project until ctx ends.
func (p Project) Watch(ctx context.Context) (*Witness, error) {
	id, err := p.container(ctx, "peers")
	if err != nil {
		return nil, err
	}
	cmd, err := p.command(ctx, "docker", "logs", "--follow", id)
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	w := &Witness{from: p.Addr(), resolver: p.Net() + ".54", peers: netip.MustParsePrefix(p.Peers()), sessions: map[string][]fakemx.Session{}, queries: map[string][]audit.Lookup{}, fetches: map[string][]stage.PolicyFetch{}, last: time.Now(), done: make(chan struct{})}
	go func() {
		defer close(w.done)
		w.read(bufio.NewReader(out))
		_ = cmd.Wait() // it ends with ctx
	}()
	return w, nil
}

// An event is one of the JSON lines of the peers: a session, a query for a name of
// a scenario, or a connection to the policy host.
type event struct {
	Event  string `json:"event"`
	Client string `json:"client"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Rcode  string `json:"rcode"`
	fakemx.Session
}

// read takes the sessions, the queries and the fetches of policies out of the JSON lines. Whatever else
// the peers say is no event.
func (w *Witness) read(lines *bufio.Reader) {
	for {
		line, err := lines.ReadBytes('\n')
		var e event
		switch {
		case json.Unmarshal(line, &e) != nil:
		case e.Event == "session":
			w.take(e.Session)
		case e.Event == "query":
			w.note(e)
		case e.Event == "policy-fetch":
			w.fetched(line)
		}
		if err != nil {
			return
		}
	}
}

func (w *Witness) take(s fakemx.Session) {
	if host, _, err := net.SplitHostPort(s.Remote); err != nil || host != w.from {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sessions[s.Scenario] = append(w.sessions[s.Scenario], s)
	w.last = time.Now()
}

// note takes a query. It does not count as something that happens: a mail server
// may ask again for ever.
func (w *Witness) note(e event) {
	if host, _, err := net.SplitHostPort(e.Client); err != nil || host != w.from && host != w.resolver {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	asked := w.queries[e.Scenario]
	for i := range asked {
		if asked[i].Name == e.Name && asked[i].Type == e.Type {
			asked[i].Rcode = e.Rcode
			asked[i].Queries++
			return
		}
	}
	w.queries[e.Scenario] = append(asked, audit.Lookup{Name: e.Name, Type: e.Type, Rcode: e.Rcode, Queries: 1})
}

// fetched takes a connection to the policy host: nobody but the mail server's
// container can reach it.
func (w *Witness) fetched(line []byte) {
	var f stage.PolicyFetch
	if json.Unmarshal(line, &f) != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fetches[f.Scenario] = append(w.fetches[f.Scenario], f)
}

// Evidence is what is known of the mail server's conduct in a scenario.
func (w *Witness) Evidence(s scenarios.Scenario) audit.Evidence {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := audit.Evidence{
		Sessions: slices.Clone(w.sessions[s.Name]), Queries: slices.Clone(w.queries[s.Name]), Fetches: slices.Clone(w.fetches[s.Name]), Lookups: new(int),
	}
	if second, err := stage.Address(w.peers, s.SecondNumber, s.SecondNumber); err == nil { // otherwise it has none
		e.SecondHost = net.JoinHostPort(second.String(), "25")
	}
	for _, q := range e.Queries {
		*e.Lookups += q.Queries
	}
	return e
}

// Sessions are those that the mail server has had with a scenario's peer.
func (w *Witness) Sessions(scenario string) []fakemx.Session {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]fakemx.Session{}, w.sessions[scenario]...)
}

// All are the sessions with every peer.
func (w *Witness) All() []fakemx.Session {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Concat(slices.Collect(maps.Values(w.sessions))...)
}

// settled reports whether nothing more is to be waited for: every scenario has
// been delivered to or tried attempts times, or nobody has ended a session for
// a while.
func (w *Witness) settled(scenarios []string, attempts int, quiet time.Duration) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if time.Since(w.last) > quiet {
		return true
	}
	for _, name := range scenarios {
		if len(w.sessions[name]) < attempts && !delivered(w.sessions[name]) {
			return false
		}
	}
	return true
}

// rest starts the wait for quiet anew.
func (w *Witness) rest() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = time.Now()
}

func delivered(sessions []fakemx.Session) bool {
	for _, s := range sessions {
		if s.Outcome == fakemx.DeliveredTLS || s.Outcome == fakemx.DeliveredClear {
			return true
		}
	}
	return false
}
