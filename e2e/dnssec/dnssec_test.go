// Package dnssec_test lets real validators look at zones of package mxdns that
// are signed rightly and wrongly, and compares what they say with what its own
// validating mode says.
package dnssec_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/goleak"

	"github.com/fakemx/fakemx/mxdns"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// An opinion is what somebody says to a question.
type opinion struct {
	state byte // as in row.want
	rcode string
	// code is the extended error; empty if there is none.
	code string
	// records are the names and types in the answer and the authority section;
	// empty if they are not known.
	records string
}

func (o opinion) String() string {
	return strings.TrimSpace(fmt.Sprintf("%c %s %s", o.state, o.rcode, o.code))
}

// same says whether two opinions on a question are the same for a client.
func (o opinion) same(other opinion) bool {
	failed := func(o opinion) bool { return o.state == 'b' || o.state == '-' }
	if failed(o) || failed(other) {
		return failed(o) && failed(other)
	}
	return o.state == other.state && (o.rcode == other.rcode || o.rcode == "" || other.rcode == "")
}

// sameCode says whether another, who may give none, gives the same code. What
// unbound has in its cache it calls bogus, and no longer says why.
func (o opinion) sameCode(other opinion) bool {
	return other.code == "" || other.code == o.code || other.code == dns.ExtendedErrorCodeToString[dns.ExtendedErrorCodeDNSBogus]
}

// A validator is somebody who is asked.
type validator struct {
	name string
	ask  func(ctx context.Context, name, qtype string) (opinion, error)
	// skips leaves questions out; nil for none.
	skips func(row, question) bool
}

// serve starts a server of zones.
func serve(t *testing.T, mode mxdns.Mode, zones []mxdns.Zone) *mxdns.Server {
	t.Helper()
	s, err := mxdns.New(mxdns.Config{Mode: mode, Zones: zones, Keys: mxdns.SeededKeys("dnssec")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// patience bounds the wait for an answer, and briefly that for one which may not
// come: our own server's, which takes no time otherwise.
const (
	patience = 20 * time.Second
	briefly  = 2 * time.Second
)

// resolver asks a resolver at an address. It waits that long in all.
func resolver(name, address string, wait time.Duration) validator {
	return validator{name: name, ask: func(ctx context.Context, name, qtype string) (opinion, error) {
		for range tries {
			if reply := try(ctx, name, qtype, address, wait/tries); reply != nil {
				return judge(reply), nil
			}
		}
		return opinion{state: '-'}, nil
	}}
}

// tries is how often a question is asked: a busy machine loses datagrams.
const tries = 3

// try asks once; nil means that there was no answer.
func try(ctx context.Context, name, qtype, address string, wait time.Duration) *dns.Msg {
	q := new(dns.Msg).SetQuestion(name, dns.StringToType[qtype]).SetEdns0(dns.DefaultMsgSize, true)
	client := dns.Client{Timeout: wait, UDPSize: dns.DefaultMsgSize}
	reply, _, err := client.ExchangeContext(ctx, q, address)
	if err == nil && reply.Truncated {
		client.Net = "tcp"
		reply, _, err = client.ExchangeContext(ctx, q, address)
	}
	if err != nil {
		return nil
	}
	return reply
}

// judge reads a reply.
func judge(reply *dns.Msg) opinion {
	o := opinion{state: 'i', rcode: dns.RcodeToString[reply.Rcode]}
	for _, option := range reply.IsEdns0().Option {
		if extended, ok := option.(*dns.EDNS0_EDE); ok {
			o.code = dns.ExtendedErrorCodeToString[extended.InfoCode]
		}
	}
	switch {
	case reply.Rcode != dns.RcodeSuccess && reply.Rcode != dns.RcodeNameError:
		o.state = 'b'
	case reply.AuthenticatedData:
		o.state = 's'
	}
	if o.state == 's' || o.state == 'i' {
		o.records = contents(reply)
	}
	return o
}

// contents are the names and types of the records of a reply.
func contents(reply *dns.Msg) string {
	var all []string
	for section, records := range [][]dns.RR{reply.Answer, reply.Ns} {
		for _, record := range records {
			text := dns.TypeToString[record.Header().Rrtype]
			if signature, ok := record.(*dns.RRSIG); ok {
				text += " of " + dns.TypeToString[signature.TypeCovered]
			}
			all = append(all, fmt.Sprint(section, " ", dns.CanonicalName(record.Header().Name), " ", text))
		}
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// TestValidatorsAgree compares what validators say to all questions.
func TestValidatorsAgree(t *testing.T) {
	t.Parallel()
	var shared []row
	var apart []func()
	for _, r := range table() {
		if r.apart {
			apart = append(apart, comparisons(t, []row{r}, briefly)...)
		} else {
			shared = append(shared, r)
		}
	}
	// Most of the time is spent waiting: subtests would be too few at a time.
	var group sync.WaitGroup
	for _, compare := range append(apart, comparisons(t, shared, patience)...) {
		group.Go(compare)
	}
	group.Wait()
}

// comparisons ask each validator all questions about the zones of rows.
func comparisons(t *testing.T, rows []row, wait time.Duration) []func() {
	t.Helper()
	zones := allZones(rows)
	authority := serve(t, mxdns.Authoritative, zones)
	own := resolver("mxdns", serve(t, mxdns.Validating, zones).Addr(), wait)
	anchors, err := authority.Anchors()
	if err != nil {
		t.Fatal(err)
	}
	var list []func()
	for _, other := range validators(t, authority.Addr(), rows, anchors, 3*wait) {
		list = append(list, func() { each(rows, func(r row, q question) { ask(t, own, other, r, q) }) })
	}
	return list
}

// crowd is how many questions are asked at once.
const crowd = 8

// each calls a function with every question: first with those that get an answer,
// for a resolver remembers which servers did not give one.
func each(rows []row, call func(row, question)) {
	for _, failing := range []bool{false, true} {
		var group sync.WaitGroup
		slots := make(chan struct{}, crowd)
		for _, r := range rows {
			for _, q := range r.questions() {
				if failing != (q.want == 'b' || q.want == '-') {
					continue
				}
				slots <- struct{}{}
				group.Go(func() {
					defer func() { <-slots }()
					call(r, q)
				})
			}
		}
		group.Wait()
	}
}

// ask asks one question of both.
func ask(t *testing.T, own, other validator, r row, q question) {
	t.Helper()
	what := r.name(q.name) + " " + q.qtype
	ours, err := own.ask(t.Context(), r.name(q.name), q.qtype)
	if err != nil {
		t.Errorf("%s: %s: %v", what, own.name, err)
		return
	}
	if ours.state != q.want {
		t.Errorf("%s: %s says %s, want %c", what, own.name, ours, q.want)
	}
	if other.skips != nil && other.skips(r, q) {
		return
	}
	theirs, err := other.ask(t.Context(), r.name(q.name), q.qtype)
	if err != nil {
		t.Errorf("%s: %s: %v", what, other.name, err)
		return
	}
	if (!ours.same(theirs) || !ours.sameCode(theirs)) && !excepted(r, q, other.name) {
		t.Errorf("%s: %s says %s, but %s says %s", what, own.name, ours, other.name, theirs)
	} else if ours.records != theirs.records && ours.records != "" && theirs.records != "" && q.qtype != "ANY" { // which unbound answers out of its cache
		t.Errorf("%s: %s answers\n%s\nbut %s answers\n%s", what, own.name, ours.records, other.name, theirs.records)
	}
}
