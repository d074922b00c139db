package mxdns

import (
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/miekg/dns"
)

// MaxQueries is the number of queries that a [Server] remembers.
const MaxQueries = 1000

// A Query is a query and its result. Its JSON form is public.
type Query struct {
	At      time.Time `json:"at"`
	Network string    `json:"network"` // "udp" or "tcp"
	Client  string    `json:"client"`  // host:port
	// Name is the name in the query, as the client spelled it, in presentation
	// format (RFC 1035 section 5.1), and Type the type, such as "MX".
	Name string `json:"name"`
	Type string `json:"type"`
	// Scenario is the scenario that the name belongs to; empty if there is
	// none.
	Scenario string `json:"scenario,omitempty"`
	// Rcode is the result, such as "NOERROR" or "NXDOMAIN", and Answers the
	// number of records in the answer.
	Rcode   string `json:"rcode"`
	Answers int    `json:"answers"`
	// RD, AD, CD and DO are the bits of the query: recursion desired (RFC 1035
	// section 4.1.1), authentic data, with which a client asks for the AD bit in
	// the response (RFC 6840 section 5.7), checking disabled (RFC 4035 section
	// 3.2.2), and DNSSEC OK (RFC 3225).
	RD bool `json:"rd"`
	AD bool `json:"ad"`
	CD bool `json:"cd"`
	DO bool `json:"do"`
	// Authenticated is the AD bit of the response (RFC 4035 section 3.2.3).
	Authenticated bool `json:"authenticated"`
	// ExtendedError is the extended error in the response (RFC 8914 section
	// 5.2), such as "DNSSEC Bogus"; empty if there is none.
	ExtendedError string `json:"extended_error,omitempty"`
}

// query is the record of a query and its response.
func (s *Server) query(r, m *dns.Msg, client net.Addr) Query {
	q := Query{Network: client.Network(), Client: client.String(), Rcode: rcodeText(m.Rcode), Answers: len(m.Answer)}
	if len(r.Question) == 0 {
		return q
	}
	q.RD, q.AD, q.CD = r.RecursionDesired, r.AuthenticatedData, r.CheckingDisabled
	if opt := r.IsEdns0(); opt != nil {
		q.DO = opt.Do()
	}
	q.Authenticated, q.ExtendedError = m.AuthenticatedData, extendedText(m)
	question := r.Question[0]
	q.Name, q.Type = question.Name, dns.Type(question.Qtype).String()
	if home := s.zones.find(dns.CanonicalName(question.Name), question.Qtype); home != nil {
		q.Scenario = home.scenario
	}
	return q
}

// rcodeText is the name of a response code, or its number behind RCODE.
func rcodeText(rcode int) string {
	if text, ok := dns.RcodeToString[rcode]; ok {
		return text
	}
	return fmt.Sprintf("RCODE%d", rcode)
}

// extendedText is the name of the extended error of a response, or its number
// behind EDE; empty if there is none.
func extendedText(m *dns.Msg) string {
	code := extendedCode(m)
	if code == nil {
		return ""
	}
	if text, ok := dns.ExtendedErrorCodeToString[*code]; ok {
		return text
	}
	return fmt.Sprintf("EDE%d", *code)
}

// queries are the latest queries, a ring.
type queries struct {
	now  func() time.Time
	hook *hook

	mu   sync.Mutex
	ring []Query
	next int // where the next one goes once the ring is full
}

func newQueries(now func() time.Time, hook *hook) *queries { return &queries{now: now, hook: hook} }

func (q *queries) add(query Query) {
	query.At = q.now()
	q.keep(query)
	q.hook.tell(query)
}

func (q *queries) keep(query Query) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.ring) < MaxQueries {
		q.ring = append(q.ring, query)
		return
	}
	q.ring[q.next] = query
	q.next = (q.next + 1) % MaxQueries
}

// list returns the queries, oldest first.
func (q *queries) list() []Query {
	q.mu.Lock()
	defer q.mu.Unlock()
	return append(append([]Query{}, q.ring[q.next:]...), q.ring[:q.next]...)
}
