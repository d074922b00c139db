package stage_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/policy/mtasts"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// publishingSTS are all scenarios whose domains publish something by MTA-STS.
func publishingSTS() (peers []fakemx.Config) {
	for _, s := range scenarios.All() {
		if s.Peer.STS != nil {
			peers = append(peers, fakemx.Config{Scenario: s})
		}
	}
	return peers
}

// An stsClient is a sender that does MTA-STS as RFC 8461 says: it asks the DNS of
// a stage, and fetches policies from its policy host.
type stsClient struct {
	stage *stage.Stage
	cache mtasts.Cache
}

// newSTSClient makes one. It gives up on a policy after a second.
func newSTSClient(s *stage.Stage) *stsClient {
	c := &stsClient{stage: s}
	transport := &http.Transport{
		DialContext: c.dial, TLSClientConfig: &tls.Config{RootCAs: s.Roots(), MinVersion: tls.VersionTLS12}, DisableKeepAlives: true,
	}
	c.cache.LookupTXT = s.Resolver().LookupTXT
	c.cache.Fetch = func(ctx context.Context, domain string) (mtasts.Fetched, error) {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		return mtasts.Fetch(ctx, transport, domain)
	}
	return c
}

// dial looks a policy host up, which the stage's own dialer does not do.
func (c *stsClient) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if _, err := c.stage.Resolver().LookupHost(ctx, host); err != nil {
		return nil, err
	}
	return c.stage.DialContext(ctx, network, address)
}

// finds is what the client finds, in the words of the facts, with the action and
// what went wrong with the policy.
func (c *stsClient) finds(ctx context.Context, s scenarios.Scenario) (fact scenarios.STSFact, action mtasts.Action, cause error) {
	found := c.cache.Resolve(ctx, s.Domain())
	host := mtasts.Host{Name: s.Hostname(), STARTTLS: s.Facts.Offers == scenarios.Yes}
	if s.Facts.Completes != scenarios.Yes || s.Facts.Authentic != scenarios.Yes {
		host.TLSError = errors.New("no session with an authentic host")
	}
	action = mtasts.Judge(found.Policy, host).Action
	switch {
	case found.Policy == nil || found.Policy.Mode == mtasts.ModeNone:
		fact = scenarios.STSNone
	case found.Policy.Mode == mtasts.ModeTesting:
		fact = scenarios.STSTesting
	case found.Policy.Matches(s.Hostname()):
		fact = scenarios.STSAllows
	default:
		fact = scenarios.STSForbids
	}
	return fact, action, found.Err
}

// TestAClientOfMTASTSFindsTheFacts: whoever follows RFC 8461 finds in every
// scenario what its facts say.
func TestAClientOfMTASTSFindsTheFacts(t *testing.T) {
	t.Parallel()
	peers := publishingSTS()
	if len(peers) < 35 {
		t.Fatalf("%d scenarios are about MTA-STS", len(peers))
	}
	s := stage.Start(t, stage.Config{Peers: peers, DNS: "127.0.0.1:0", PolicyHost: "127.0.0.1:0"})
	client := newSTSClient(s)
	for _, p := range peers {
		t.Run(p.Scenario.Name, func(t *testing.T) { checkFact(t, client, p.Scenario) })
	}
}

// causes are what a client learns where there is no policy to follow.
var causes = map[string]string{
	"sts-404": "got 404", "sts-500": "got 500", "sts-203": "got 203", "sts-redirect": "got the redirect 302",
	"sts-stalled": "deadline exceeded", "sts-too-large": "expected at most 65536 bytes", "sts-cut": "unexpected EOF",
	"sts-host-absent": "no such host", "sts-host-refused": "connection refused", "sts-host-servfail": "server misbehaving",
	"sts-cert-expired": "certificate has expired", "sts-cert-other-name": "certificate is valid for www.", "sts-cert-no-san": "legacy Common Name",
	"sts-cert-self-signed": "unknown authority", "sts-cert-untrusted": "unknown authority",
	"sts-bad-version": "expected version STSv1", "sts-no-max-age": `expected "max_age:"`, "sts-no-mx": `expected "mx:" at least once`,
	"sts-bad-mode": "expected mode enforce, testing or none", "sts-empty": "expected",
	"sts-txt-absent": "no such host", "sts-txt-twice": "several MTA-STS records", "sts-no-id": "expected a field", "sts-id-with-hyphens": "id", "sts-txt-version": "v=STSv1",
	"sts-html": "text/plain", "sts-dot-pattern": "mx", "sts-mx-trailing-dot": "remove the dot", "sts-mx-u-label": "A-labels",
	"sts-blank-line": "no empty lines", "sts-txt-servfail": "server misbehaving",
}

func checkFact(t *testing.T, client *stsClient, s scenarios.Scenario) {
	t.Helper()
	fact, action, cause := client.finds(t.Context(), s)
	if fact != s.Facts.STS && s.Facts.STS != scenarios.STSLenient {
		t.Errorf("the client finds %s (%v), and the fact is %s", fact, cause, s.Facts.STS)
	}
	want, wrong := causes[s.Name]
	if (cause != nil) != wrong || wrong && !strings.Contains(cause.Error(), want) {
		t.Errorf("the client learns %v, want %q", cause, want)
	}
	authentic := s.Facts.Offers == scenarios.Yes && s.Facts.Authentic == scenarios.Yes
	wants := map[scenarios.STSFact]mtasts.Action{scenarios.STSNone: mtasts.Deliver, scenarios.STSForbids: mtasts.MustNotDeliver}
	switch {
	case s.Facts.STS == scenarios.STSAllows && authentic:
		wants[scenarios.STSAllows] = mtasts.DeliverVerified
	case s.Facts.STS == scenarios.STSAllows:
		wants[scenarios.STSAllows] = mtasts.MustNotDeliver
	}
	if want := wants[s.Facts.STS]; want != "" && action != want {
		t.Errorf("the client decides %s, want %s", action, want)
	}
}

// TestFetchesAreEvents, of a policy and of a certificate that is refused.
func TestFetchesAreEvents(t *testing.T) {
	t.Parallel()
	s := stage.Start(t, stage.Config{Peers: playing("mta-sts", "sts-cert-expired", "sts-404"), DNS: "127.0.0.1:0", PolicyHost: "127.0.0.1:0"})
	events := s.Events()
	defer events.Close()
	client := newSTSClient(s)
	for _, name := range []string{"mta-sts", "sts-cert-expired", "sts-404"} {
		client.cache.Resolve(t.Context(), name+".fakemx.test")
	}
	for _, want := range []stage.PolicyFetch{
		{
			Scenario: "mta-sts", Host: "mta-sts.mta-sts.fakemx.test", Path: "/.well-known/mta-sts.txt", UserAgent: "fakemx-mtasts", Status: 200,
			Bytes: len(scenarios.MustGet("mta-sts").PolicyBody()),
			TLS:   stage.PolicyFetchTLS{Version: "1.3", ServerName: "mta-sts.mta-sts.fakemx.test", Completed: true},
		},
		{
			Scenario: "sts-cert-expired", Fault: "certificate expired",
			TLS: stage.PolicyFetchTLS{Version: "1.3", ServerName: "mta-sts.sts-cert-expired.fakemx.test", Error: "remote error: tls: bad certificate"},
		},
		{
			Scenario: "sts-404", Host: "mta-sts.sts-404.fakemx.test", Path: "/.well-known/mta-sts.txt", UserAgent: "fakemx-mtasts", Status: 404,
			Bytes: len(scenarios.MustGet("sts-404").PolicyBody()), Fault: "status 404",
			TLS: stage.PolicyFetchTLS{Version: "1.3", ServerName: "mta-sts.sts-404.fakemx.test", Completed: true},
		},
	} {
		got := nextFetch(t, events)
		if got.At.IsZero() || !strings.HasPrefix(got.Client, "127.0.0.1:") {
			t.Errorf("%s: a fetch at %s from %s", want.Scenario, got.At, got.Client)
		}
		got.At, got.Client = time.Time{}, ""
		if got != want {
			t.Errorf("the fetch is %+v, want %+v", got, want)
		}
	}
}

// nextFetch is the next fetch among the events.
func nextFetch(t *testing.T, events *stage.Subscription) stage.PolicyFetch {
	t.Helper()
	for {
		e, err := events.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if e.Fetch != nil {
			return *e.Fetch
		}
	}
}

// TestAPolicyHostWithoutDNS is found by the stage's own dialer.
func TestAPolicyHostWithoutDNS(t *testing.T) {
	t.Parallel()
	s := stage.Start(t, stage.Config{Peers: playing("mta-sts", "sts-host-absent", "sts-host-refused"), PolicyHost: "127.0.0.1:0"})
	for host, want := range map[string]string{
		"mta-sts.mta-sts.fakemx.test": "", "MTA-STS.mta-sts.fakemx.test.": "", "mta-sts.sts-host-absent.fakemx.test": "no such host",
		"mta-sts.sts-host-refused.fakemx.test": "connection refused", "mta-sts.healthy.fakemx.test": "no peer",
	} {
		conn, err := s.DialContext(t.Context(), "tcp", host+":443")
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", host, err, want)
		}
		if conn != nil && conn.RemoteAddr().String() != s.PolicyHostAddr() {
			t.Errorf("%s leads to %s, want %s", host, conn.RemoteAddr(), s.PolicyHostAddr())
		}
		if conn != nil {
			_ = conn.Close()
		}
	}
}

// TestNoPolicyHost: nothing listens, the records are there, and the name is not.
func TestNoPolicyHost(t *testing.T) {
	t.Parallel()
	s := stage.Start(t, stage.Config{Peers: playing("mta-sts"), DNS: "127.0.0.1:0"})
	if addr := s.PolicyHostAddr(); addr != "" {
		t.Errorf("the policy host is at %s", addr)
	}
	texts, err := s.Resolver().LookupTXT(t.Context(), "_mta-sts.mta-sts.fakemx.test")
	if err != nil || len(texts) != 1 || !strings.HasPrefix(texts[0], "v=STSv1; id=2") {
		t.Errorf("the records are %q, %v", texts, err)
	}
	var missing *net.DNSError
	if _, err := s.Resolver().LookupHost(t.Context(), "mta-sts.mta-sts.fakemx.test"); !errors.As(err, &missing) || !missing.IsNotFound {
		t.Errorf("the policy host is %v, want not found", err)
	}
}

// TestTheIDIsThatOfTheRun, so that a client that remembers an earlier one asks
// again.
func TestTheIDIsThatOfTheRun(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 27, 10, 21, 3, 0, time.UTC)
	s := stage.Start(t, stage.Config{Peers: playing("mta-sts"), DNS: "127.0.0.1:0", Now: func() time.Time { return now }})
	texts, err := s.Resolver().LookupTXT(t.Context(), "_mta-sts.mta-sts.fakemx.test")
	if err != nil || len(texts) != 1 || texts[0] != "v=STSv1; id=20261127102103Z;" {
		t.Errorf("the records are %q, %v", texts, err)
	}
}

func TestAPolicyHostThatCannotBe(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"0.0.0.0:0":     "needs an IP address that a client can connect to",
		":443":          "needs an IP address that a client can connect to",
		"localhost:0":   "needs an IP address that a client can connect to",
		"127.0.0.1:abc": "abc",
	} {
		_, err := stage.New(stage.Config{Peers: playing("mta-sts"), DNS: "127.0.0.1:0", PolicyHost: address})
		var problem *stage.PolicyHostError
		if !errors.As(err, &problem) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want a PolicyHostError with %q", address, err, want)
		}
	}
}

// TestACertificateThatIsKept is the same in the next run.
func TestACertificateThatIsKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var serials []string
	for range 2 {
		s := stage.Start(t, stage.Config{Peers: playing("mta-sts", "healthy"), PolicyHost: "127.0.0.1:0", PKIDir: dir})
		conn, err := tls.Dial("tcp", s.PolicyHostAddr(), &tls.Config{ServerName: "mta-sts.mta-sts.fakemx.test", RootCAs: s.Roots(), MinVersion: tls.VersionTLS12})
		if err != nil {
			t.Fatal(err)
		}
		serials = append(serials, conn.ConnectionState().PeerCertificates[0].SerialNumber.String())
		_ = conn.Close()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if serials[0] != serials[1] {
		t.Errorf("the certificates are %q", serials)
	}
}

// TestAFetchIsDescribedByItsSchema: no field is missing, and none is too many.
func TestAFetchIsDescribedByItsSchema(t *testing.T) {
	t.Parallel()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(stage.PolicyFetchSchema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("policyfetch.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("policyfetch.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []stage.PolicyFetch{{}, {At: time.Unix(0, 0), Status: 404, Bytes: 7, Fault: "status 404", TLS: stage.PolicyFetchTLS{Version: "1.2"}}} {
		text, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Error(err)
		}
		for key := range value.(map[string]any) {
			less := maps.Clone(value.(map[string]any))
			delete(less, key)
			if schema.Validate(less) == nil {
				t.Errorf("a fetch without %s keeps to the schema", key)
			}
		}
	}
}

// TestTheFormOfWhatIsPublished: records are at the names to which aliases lead,
// and in several strings where a scenario says so.
func TestTheFormOfWhatIsPublished(t *testing.T) {
	t.Parallel()
	s := stage.Start(t, stage.Config{Peers: playing("mta-sts", "sts-txt-cname", "sts-host-cname", "sts-txt-split"), DNS: "127.0.0.1:0", PolicyHost: "127.0.0.1:0"})
	for _, test := range []struct {
		name  string
		qtype uint16
		want  string
	}{
		{"_mta-sts.mta-sts.fakemx.test.", dns.TypeTXT, "_mta-sts.mta-sts.fakemx.test. TXT"},
		{"_mta-sts.sts-txt-cname.fakemx.test.", dns.TypeTXT, "_mta-sts.sts-txt-cname.fakemx.test. CNAME _mta-sts.policies.sts-txt-cname.fakemx.test. TXT"},
		{"mta-sts.sts-host-cname.fakemx.test.", dns.TypeA, "mta-sts.sts-host-cname.fakemx.test. CNAME policies.sts-host-cname.fakemx.test. A"},
		{"_mta-sts.sts-txt-split.fakemx.test.", dns.TypeTXT, "_mta-sts.sts-txt-split.fakemx.test. TXT TXT"},
	} {
		answer, err := dns.Exchange(new(dns.Msg).SetQuestion(test.name, test.qtype), s.DNS().Addr())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, record := range answer.Answer {
			got = append(got, record.Header().Name, dns.TypeToString[record.Header().Rrtype])
			if text, ok := record.(*dns.TXT); ok {
				got = append(got, slices.Repeat([]string{"TXT"}, len(text.Txt)-1)...)
			}
		}
		if text := strings.Join(got, " "); text != test.want {
			t.Errorf("%s: the answer is %s, want %s", test.name, text, test.want)
		}
	}
}
