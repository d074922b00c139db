package fakemx

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fakemx/fakemx/fakemx/internal/engine"
	"github.com/fakemx/fakemx/fakemx/internal/front"
	"github.com/fakemx/fakemx/internal/tlsnames"
	"github.com/fakemx/fakemx/scenarios"
)

// A recorder writes the record of one session. It is told by the front what
// is said and by the back end what becomes of it.
type recorder struct {
	*recording

	mu         sync.Mutex
	s          Session
	transcript *transcript    // nil once the record is complete
	result     *engine.Result // of the handshake, if there was one
	mode       string         // of TLS, if there was a handshake
	conduct    conduct
	attempt    bool // MAIL was sent
	shown      bool // the client could see what is wrong, other than by a fault or in TLS
	octets     int  // of the transactions, about

	last   *digest // of the last message that was stored, if it is of use
	sealed bool
}

// recording is what the recorders of a server have in common.
type recording struct {
	now func() time.Time
	// flawless: there is nothing to see in TLS that a client could mind.
	flawless bool
	finish   func(Session)
	// fetched finds what the client fetched meanwhile.
	fetched func(Session) []Fetch
	repeats *repeats // nil if no fault withholds a 250
	live    *liveLog // nil if nothing is logged
}

// Text implements front.Observer.
func (r *recorder) Text(from front.Party, text string) { r.Line(from, []byte(text)) }

// Line implements front.Observer.
func (r *recorder) Line(from front.Party, line []byte) {
	if r.live != nil {
		r.live.line(&r.s, from, string(line))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sealed {
		return
	}
	r.transcript.add(r.now(), from, line)
	if from == front.Us {
		if refusal := r.conduct.refusal(line); refusal != nil {
			r.s.Refusal = refusal
		}
	}
}

// Command implements front.Observer.
func (r *recorder) Command(verb string, inClear bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conduct.command(verb, inClear)
}

// Lines implements front.Observer.
func (r *recorder) Lines(from front.Party, lines []string) {
	for _, line := range lines {
		r.live.line(&r.s, from, line)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.sealed {
		r.transcript.addAll(r.now(), from, lines)
	}
}

// Hello implements front.Observer.
func (r *recorder) Hello(name string, esmtp bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.s.HELO, r.s.ESMTP = strings.ToValidUTF8(name, "\uFFFD"), esmtp
}

// TLS implements front.Observer.
func (r *recorder) TLS(mode string, result *engine.Result) {
	text := "TLS handshake completed"
	if result.Remark != "" {
		text += ": " + result.Remark
	}
	if !result.Completed {
		text = "TLS handshake failed: " + result.Err.Error()
	}
	r.Text(front.Event, text)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.result, r.mode = result, mode
	// RFC 3207 section 4.2: what was learnt in clear is forgotten.
	r.s.HELO, r.s.ESMTP = "", false
}

// Fault implements front.Observer.
func (r *recorder) Fault(f scenarios.Fault) {
	fault := Fault{f.At, f.Do}
	r.Text(front.Event, "fault: "+fault.String())
	r.mu.Lock()
	defer r.mu.Unlock()
	r.s.Fault = fault
	if f.Withholds() && r.last != nil {
		r.repeats.withhold(*r.last)
	}
}

// Trapped implements front.Observer.
func (r *recorder) Trapped(t scenarios.Trap) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.flag(Flag(t))
}

// Shown implements front.Observer.
func (r *recorder) Shown() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shown = true
}

// Early implements front.Observer.
func (r *recorder) Early() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.flag(EarlyTalker)
}

// stored notes the digest of a message that was stored.
func (r *recorder) stored(d digest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = &d
	if r.repeats.withheld(d) {
		r.flag(RepeatedMessage)
	}
}

// Exposed implements front.Observer.
func (r *recorder) Exposed(mechanism string, secret bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.s.Auth == nil || r.s.Auth.Mechanism != mechanism {
		r.s.Auth = &Auth{Mechanism: ownText(mechanism)}
	}
	r.s.Auth.InClear = true
	if secret {
		r.flag(CredentialsInClear)
	}
}

// Ended implements front.Observer.
func (r *recorder) Ended(by front.Party, how front.Ending) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.s.End.By != "" || r.sealed {
		return false
	}
	r.s.End = End{Party(by), Ending(how)}
	return true
}

// Done implements front.Observer: the record is complete and goes out.
func (r *recorder) Done() {
	r.mu.Lock()
	if r.sealed {
		r.mu.Unlock()
		return
	}
	r.sealed = true
	s := r.complete()
	r.mu.Unlock()
	r.live.end(&s)
	r.finish(s)
}

// authenticated notes the outcome of an AUTH exchange.
func (r *recorder) authenticated(mechanism, identity string, ok, inClear bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.s.Auth = &Auth{
		Mechanism: ownText(mechanism), Identity: ownText(identity), Succeeded: ok, InClear: inClear,
	}
}

// ownText is a word of an AUTH exchange as a record keeps it. It is a copy, since
// the word may be a part of a line that is long and has a secret in it.
func ownText(word string) string { return strings.Clone(strings.ToValidUTF8(word, "\uFFFD")) }

// attempted notes a MAIL that did not come to a transaction.
func (r *recorder) attempted() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.attempt = true
}

func (r *recorder) flag(f Flag) {
	if !slices.Contains(r.s.Flags, f) {
		r.s.Flags = append(r.s.Flags, f)
		slices.Sort(r.s.Flags)
	}
}

func (r *recorder) complete() Session {
	if r.result != nil {
		r.s.TLS = tlsRecord(r.mode, r.result)
		if r.result.CertificateAnswered && !r.result.CertificatePresented {
			r.flag(ZeroLengthCertificate)
		}
	}
	r.s.Ended = r.now()
	r.s.Commands = r.conduct.commands()
	r.s.Transcript = r.transcript.finish(r.s.Ended, r.s.LeftOut.notices())
	r.transcript = nil
	r.s.Fetches = r.fetched(r.s)
	r.s.Outcome = r.outcome()
	return r.s
}

// outcome sums the session up. A client that ends the session without mail
// refused us if it could see what is wrong: our certificate, a fault, that TLS is
// not to be had, or how else we differ in clear from the healthy peer.
func (r *recorder) outcome() Outcome {
	sawFault := r.sawTLS() || r.shown || r.s.Fault != (Fault{})
	switch {
	case r.s.Accepted.InClear > 0:
		return DeliveredClear
	case r.s.Accepted.InTLS > 0:
		return DeliveredTLS
	case r.s.End.By == "" || r.s.End.How == EndShutdown:
		return Open
	case r.s.End.By != FromClient:
		return Faulted
	case sawFault || r.attempt:
		return Refused
	}
	return Idle
}

// sawTLS: the client saw what may be wrong with our TLS. One that sent no
// ClientHello saw nothing, nor did one that completed it with the healthy peer,
// unless it sent an alert.
func (r *recorder) sawTLS() bool {
	if r.result == nil {
		return false
	}
	alert := r.result.Alert()
	return r.result.ClientHello != nil && (!r.flawless || !r.result.Completed) || alert != nil && alert.FromClient
}

func names[T any](list []T, name func(T) string) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = name(v)
	}
	return out
}

func tlsRecord(mode string, r *engine.Result) *TLS {
	t := &TLS{
		Mode: TLSMode(mode), Completed: r.Completed, Version: r.Version, CipherSuite: r.CipherSuite, Group: r.Group, Resumed: r.Resumed,
		Alternate: r.Alternate,
	}
	if r.Err != nil {
		t.Error = r.Err.Error()
	}
	if h := r.ClientHello; h != nil {
		t.ClientHello = &ClientHello{
			ServerName: h.ServerName, Versions: names(h.Versions, tlsnames.VersionText),
			CipherSuites: names(h.CipherSuites, tlsnames.SuiteText), Groups: names(h.Groups, tlsnames.GroupText),
			ALPN: append([]string{}, h.ALPN...), Bytes: h.Bytes,
		}
	}
	if a := r.Alert(); a != nil {
		t.Alert = &Alert{Code: a.Code, Name: a.Name(), From: FromPeer}
		if a.FromClient {
			t.Alert.From = FromClient
		}
	}
	t.ClientCertificate = ClientCertificate{
		Requested: r.CertificateRequested, Presented: r.CertificatePresented,
		Chain: []CertificateName{}, Verify: r.Verify,
	}
	for _, c := range r.PeerCertificates {
		sum := sha256.Sum256(c.Raw)
		t.ClientCertificate.Chain = append(t.ClientCertificate.Chain, CertificateName{
			Subject: c.Subject.String(), Issuer: c.Issuer.String(), SHA256: hex.EncodeToString(sum[:]),
		})
	}
	return t
}
