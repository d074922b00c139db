package dane

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// A Verdict is what comes of comparing TLSA records with a server's
// certificates.
type Verdict string

// The verdicts.
const (
	// None: there are no records. DANE does not apply.
	None Verdict = "none"
	// Matches: a record matches. The server is authenticated.
	Matches Verdict = "matches"
	// Mismatch: there are usable records and none of them matches. No mail may
	// be delivered by this server.
	Mismatch Verdict = "mismatch"
	// Unusable: all records are unusable. Mail may be delivered, encrypted.
	Unusable Verdict = "unusable"
	// Weaker, in a [Check] only: the record is usable, but does not count
	// beside a record of the same usage and selector with a stronger digest.
	Weaker Verdict = "weaker"
)

// A Result is the outcome of [Match].
type Result struct {
	// Verdict is None, Matches, Mismatch or Unusable.
	Verdict Verdict
	// Matched is the first record that matches; nil if there is none.
	Matched *Check
	// Checks are the outcomes of all records, in the order of the records.
	Checks []Check
}

// A Check is the outcome of one record.
type Check struct {
	// Record is the record.
	Record Record
	// Verdict is Matches, Mismatch, Unusable or Weaker.
	Verdict Verdict
	// At is the index, in the chain that the server sent, of the certificate
	// that the record matches. It is the length of the chain if the record is a
	// trust anchor that the server did not send, and -1 without a match.
	At int
	// Reason says why, in words and with the RFC section of the rule.
	Reason string
}

// String returns the record, shortened, and the reason.
func (c Check) String() string {
	data := hex.EncodeToString(c.Record.Data)
	if len(data) > 16 {
		data = data[:16] + "…"
	}
	return c.Record.parameters() + " " + data + ": " + c.Reason
}

// Match compares TLSA records with the certificates of a server as an SMTP
// client does that follows RFC 7672. One usable record that matches is enough;
// unusable ones beside it do not count.
//
// The records are a secure TLSA RRset. The chain is what the server sent, in
// its order and in DER form: the leaf is first (crypto/tls calls this
// rawCerts). The names are the reference identifiers, of which one has to be in
// the leaf for a DANETA record; [Discovery] has them. Validity is checked at
// now; the zero time is the present.
//
// # DANE-EE
//
// The leaf must be that of the record. Names, dates and issuer are ignored (RFC
// 7672 section 3.1.1). The leaf does not even have to be one that crypto/x509
// can read.
//
// # DANE-TA
//
// The trust anchor is a certificate that the server sent and that the record
// matches. It may be an intermediate CA: it need not be self-signed, nor be in
// any trust store. There has to be a valid certification path from the leaf to
// it, made of certificates that the server sent in whatever order, and the leaf
// has to have one of the names. The constraints and dates of the trust anchor
// count. "2 0 0" brings a trust anchor that the server need not send (RFC 7671
// section 5.2.2), and "2 1 0" the key of one (section 5.2.3).
//
// The leaf itself is no trust anchor, even if it is self-signed. The RFCs do
// not say so, but a path has at least one certificate below its anchor (RFC
// 5280 section 6.1), and OpenSSL does not accept it either.
//
// # Digest agility
//
// Where several records have the same usage and selector, those with a
// SHA2-256 digest do not count beside those with SHA2-512; those of matching
// type Full always count (RFC 7671 section 9).
func Match(records []Record, chain [][]byte, names []string, now time.Time) Result {
	m := newMatcher(chain, names, now)
	strongest := strongestDigests(records)
	result := Result{Verdict: None, Checks: make([]Check, 0, len(records))}
	for _, r := range records {
		c := Check{Record: r, At: -1}
		if err := r.Usable(); err != nil {
			c.Verdict, c.Reason = Unusable, err.Error()
		} else if best := strongest[kindOf(r)]; r.Matching != Full && r.Matching < best {
			c.Verdict = Weaker
			c.Reason = fmt.Sprintf("it does not count beside the %v record of the same usage and selector (RFC 7671 section 9)", best)
		} else {
			m.check(&c)
		}
		result.Checks = append(result.Checks, c)
	}
	result.conclude()
	return result
}

// conclude derives the verdict from those of the records.
func (r *Result) conclude() {
	for i, c := range r.Checks {
		switch {
		case c.Verdict == Matches:
			r.Verdict, r.Matched = Matches, &r.Checks[i]
			return
		case c.Verdict != Unusable:
			r.Verdict = Mismatch
		case r.Verdict == None:
			r.Verdict = Unusable
		}
	}
}

// A kind is what records must share for one's digest to outdo the other's.
type kind struct {
	usage    Usage
	selector Selector
}

func kindOf(r Record) kind { return kind{r.Usage, r.Selector} }

// strongestDigests finds the strongest digest among the usable records of each
// kind. Of the two digests, the higher number is the stronger one.
func strongestDigests(records []Record) map[kind]MatchingType {
	strongest := map[kind]MatchingType{}
	for _, r := range records {
		if r.Usable() == nil {
			strongest[kindOf(r)] = max(strongest[kindOf(r)], r.Matching)
		}
	}
	return strongest
}

// A matcher holds what the records are compared with.
type matcher struct {
	chain [][]byte
	// parsed is chain as crypto/x509 reads it; nil where it cannot.
	parsed []*x509.Certificate
	// leafErr is why it cannot read the leaf.
	leafErr error
	names   []string
	now     time.Time
}

func newMatcher(chain [][]byte, names []string, now time.Time) *matcher {
	m := &matcher{chain: chain, parsed: make([]*x509.Certificate, len(chain)), names: names, now: now}
	for i, der := range chain {
		certificate, err := x509.ParseCertificate(der)
		if err == nil {
			m.parsed[i] = certificate
		} else if i == 0 {
			m.leafErr = err
		}
	}
	return m
}

// check compares a usable record.
func (m *matcher) check(c *Check) {
	var at int
	var err error
	switch {
	case len(m.chain) == 0:
		err = errors.New("the server sent no certificate")
	case c.Record.Usage == DANEEE:
		err = m.matchEndEntity(c.Record)
	default:
		at, err = m.matchTrustAnchor(c.Record)
	}
	if err != nil {
		c.Verdict, c.Reason = Mismatch, err.Error()
		return
	}
	c.Verdict, c.At, c.Reason = Matches, at, m.praise(c.Record, at)
}

// praise says what matched.
func (m *matcher) praise(r Record, at int) string {
	switch {
	case r.Usage == DANEEE:
		return fmt.Sprintf("it matches %s (RFC 7672 section 3.1.1)", part(r.Selector, position(0)))
	case at == len(m.chain):
		return "the leaf is valid below this trust anchor, which is in the record and was not sent (RFC 7671 section 5.2)"
	default:
		return fmt.Sprintf("it matches %s, and the leaf is valid below it (RFC 7672 section 3.1.2)", part(r.Selector, position(at)))
	}
}

// matchEndEntity compares the leaf, and nothing else of the chain.
func (m *matcher) matchEndEntity(r Record) error {
	data, err := associate(r.Selector, r.Matching, m.chain[0])
	switch {
	case err != nil:
		return fmt.Errorf("the leaf: %w", err)
	case bytes.Equal(data, r.Data):
		return nil
	case r.Matching == Full:
		err = fmt.Errorf("%s is a different one", part(r.Selector, position(0)))
	default:
		err = fmt.Errorf("%s has the %v digest %x", part(r.Selector, position(0)), r.Matching, data)
	}
	if hint := m.hint(r); hint != "" {
		err = fmt.Errorf("%w; %s", err, hint)
	}
	return err
}

// matching finds the certificates of the chain that a record matches.
func (m *matcher) matching(r Record) []int {
	var found []int
	for i, certificate := range m.chain {
		data, err := associate(r.Selector, r.Matching, certificate)
		if err == nil && bytes.Equal(data, r.Data) {
			found = append(found, i)
		}
	}
	return found
}

// hint recognises a record in which one parameter is wrong; empty if it cannot.
func (m *matcher) hint(r Record) string {
	if found := m.matching(r); len(found) > 0 {
		if r.Usage == DANEEE {
			return fmt.Sprintf("it would match %s as DANE-TA(2): DANE-EE(3) is about the leaf alone", position(found[0]))
		}
		return "it would match the leaf as DANE-EE(3): the leaf is no trust anchor"
	}
	other := r
	other.Selector = SPKI - r.Selector
	if found := m.matching(other); len(found) > 0 {
		return fmt.Sprintf("it would match %s with selector %v(%d)", position(found[0]), other.Selector, other.Selector)
	}
	return ""
}

// position names a certificate of the chain.
func position(at int) string {
	if at == 0 {
		return "the leaf"
	}
	return fmt.Sprintf("certificate %d of the chain", at)
}

// part names what a selector takes of a certificate.
func part(selector Selector, of string) string {
	if selector == SPKI {
		return "the key of " + of
	}
	return of
}
