package audit

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/mxdns"
	"github.com/fakemx/fakemx/scenarios"
)

// A policyDaemon answers by what it finds of DANE in the DNS that it is told of.
type policyDaemon struct {
	listener net.Listener
	resolver string
	// answer replaces what it would say; empty if nothing does.
	answer string
	done   sync.WaitGroup
}

// startPolicyDaemon starts one on a free port.
func startPolicyDaemon(t *testing.T) *policyDaemon {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &policyDaemon{listener: listener}
	d.done.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			d.done.Go(func() { d.serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		d.done.Wait()
	})
	return d
}

// serve answers one request.
func (d *policyDaemon) serve(conn net.Conn) {
	defer conn.Close()
	request, err := bufio.NewReader(conn).ReadString(',')
	if err != nil {
		return
	}
	_, key, _ := strings.Cut(strings.TrimSuffix(request, ","), " ")
	answer := d.answer
	if answer == "" {
		answer = d.find(key)
	}
	_, _ = io.WriteString(conn, fmt.Sprintf("%d:%s,", len(answer), answer))
}

// find looks a domain up.
func (d *policyDaemon) find(domain string) string {
	if strings.HasPrefix(domain, ".") {
		return "NOTFOUND "
	}
	host := "mx." + domain + "."
	for _, lookup := range []struct {
		name   string
		rrtype uint16
	}{{domain + ".", dns.TypeMX}, {host, dns.TypeA}, {"_25._tcp." + host, dns.TypeTLSA}} {
		question := new(dns.Msg).SetQuestion(lookup.name, lookup.rrtype)
		question.AuthenticatedData = true
		reply, _, err := (&dns.Client{Timeout: 5 * time.Second}).Exchange(question, d.resolver)
		switch {
		case err != nil || reply.Rcode == dns.RcodeServerFailure:
			return "TEMP no answer"
		case !reply.AuthenticatedData || len(reply.Answer) == 0:
			return "NOTFOUND "
		}
	}
	return "OK dane-only"
}

// auditDaemon holds it to the policy dane in these scenarios.
func auditDaemon(t *testing.T, d *policyDaemon, names string) *Report {
	t.Helper()
	driver, err := NewSocketmap("inet:"+d.listener.Addr().String()+":tls", "")
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Policy: DANE, Driver: driver, DNS: "127.0.0.1:0", Patience: time.Minute, OnDNS: func(s *mxdns.Server) error {
		d.resolver = s.Addr()
		return nil
	}}
	for name := range strings.FieldsSeq(names) {
		o.Scenarios = append(o.Scenarios, scenarios.MustGet(name))
	}
	r, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const ofDaemons = "dane tlsa-ta tlsa-mismatch tlsa-absent tlsa-servfail tlsa-unknown-usage dnssec-insecure"

func TestADaemonIsAudited(t *testing.T) {
	t.Parallel()
	r := auditDaemon(t, startPolicyDaemon(t), ofDaemons)
	want := map[string]Result{"tlsa-unknown-usage": Fail} // dane-only is too much
	for _, i := range r.Items {
		if result := want[i.Scenario]; result == "" && i.Result != Pass || result != "" && i.Result != result {
			t.Errorf("%s: %s (%s)", i.Scenario, i.Result, i.Reason)
		}
		if i.Answer == nil || len(i.Answer.Lookups) == 0 || i.Answer.Lookups[0].Request != "tls "+i.Scenario+".fakemx.test" || i.Answer.Lookups[0].Took <= 0 {
			t.Errorf("%s: the answer is %+v", i.Scenario, i.Answer)
		}
		if len(i.Runs)+len(i.Sessions)+len(i.Envelopes) > 0 || !i.askedForTLSA() && i.Scenario != "dnssec-insecure" {
			t.Errorf("%s: the evidence is %+v", i.Scenario, i.Evidence)
		}
	}
	if r.Driver != kindSocketmap || r.Unproved != "" || r.Partial || len(r.Items) != 7 {
		t.Errorf("the report is of %s, %d items, %q", r.Driver, len(r.Items), r.Unproved)
	}
}

func TestADaemonThatLooksNothingUpPassesNothing(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"OK dane-only", "OK dane", "NOTFOUND ", "TEMP ", "PERM ", "rubbish"} {
		d := startPolicyDaemon(t)
		d.answer = answer
		r := auditDaemon(t, d, "dane tlsa-mismatch tlsa-servfail")
		if r.Summary.Unclear != 3 || r.Unproved == "" || r.Succeeded(false) {
			t.Errorf("%q: %+v, %q", answer, r.Summary, r.Unproved)
		}
	}
}

func TestADaemonThatIsNotThereIsNoFailure(t *testing.T) {
	t.Parallel()
	d := startPolicyDaemon(t)
	_ = d.listener.Close()
	r := auditDaemon(t, d, "dane tlsa-mismatch")
	if r.Summary.Unclear != 2 || !strings.Contains(r.Unproved, "the policy daemon did not answer: dial tcp") {
		t.Errorf("%+v, %q", r.Summary, r.Unproved)
	}
}

func TestADaemonIsHeldToWhatItCanKnow(t *testing.T) {
	t.Parallel()
	driver, err := NewSocketmap("inet:127.0.0.1:1", "")
	if err != nil {
		t.Fatal(err)
	}
	s := []scenarios.Scenario{scenarios.MustGet("healthy")}
	for want, o := range map[string]Options{
		"expected one of dane, dane-only, mta-sts, dane+mta-sts": {Scenarios: s, Driver: driver, Policy: Verify, DNS: "127.0.0.1:0"},
		"needs a DNS":               {Scenarios: s, Driver: driver, Policy: MTASTS},
		"no policy daemon is given": {Scenarios: s, Driver: (*Socketmap)(nil), Policy: MTASTS, DNS: "127.0.0.1:0"},
	} {
		if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %q", err, want)
		}
	}
	r := auditDaemon(t, startPolicyDaemon(t), "dane null-mx")
	if v := r.Items[1].Verdict; v.Result != Unclear || !strings.Contains(v.Reason, "whatever a policy daemon answers") {
		t.Errorf("null-mx: %+v", v)
	}
}
