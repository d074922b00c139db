package lab

import (
	"bufio"
	"context"
	"encoding/json"
	"maps"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/fakemx/fakemx/fakemx"
)

// A Witness follows the records of the peers: what they say is the truth about
// what a mail server did.
type Witness struct {
	from string // the address whose sessions count

	mu       sync.Mutex
	sessions map[string][]fakemx.Session
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
	w := &Witness{from: p.Addr(), sessions: map[string][]fakemx.Session{}, last: time.Now(), done: make(chan struct{})}
	go func() {
		defer close(w.done)
		w.read(bufio.NewReader(out))
		_ = cmd.Wait() // it ends with ctx
	}()
	return w, nil
}

// read takes the session events out of the JSON lines. Whatever else the peers
// say is no event.
func (w *Witness) read(lines *bufio.Reader) {
	for {
		line, err := lines.ReadBytes('\n')
		var event struct {
			Event string `json:"event"`
			fakemx.Session
		}
		if json.Unmarshal(line, &event) == nil && event.Event == "session" {
			w.take(event.Session)
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
