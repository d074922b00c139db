package mtasts_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/fakemx/fakemx/policy/mtasts"
)

// servePolicy is a policy host of example.com, whose certificate the transport
// trusts. In an application, the transport is nil.
func servePolicy(policy mtasts.Policy) (transport http.RoundTripper, stop func()) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, policy.String())
	}))
	return server.Client().Transport, server.Close
}

// From what a domain publishes to the decision about one of its hosts.
func Example() {
	transport, stop := servePolicy(mtasts.Policy{
		Mode: mtasts.ModeEnforce, MX: []mtasts.Pattern{"mx.example.com"}, MaxAge: 604800,
	})
	defer stop()

	// What net.DefaultResolver.LookupTXT(ctx, mtasts.RecordName("example.com"))
	// returns.
	texts := []string{"v=STSv1; id=20160831085700Z;"}
	record, err := mtasts.FindRecord(texts)
	if err != nil {
		fmt.Println("deliver as though there were no MTA-STS:", err)
		return
	}
	fetched, err := mtasts.Fetch(context.Background(), transport, "example.com")
	if err != nil {
		fmt.Println("deliver as though there were no MTA-STS:", err)
		return
	}
	fmt.Println("policy", record.ID, "is in mode", fetched.Policy.Mode)
	for _, host := range []mtasts.Host{
		{Name: "mx.example.com", STARTTLS: true},
		{Name: "mx.example.com", STARTTLS: false},
		{Name: "mx.attacker.example", STARTTLS: true},
	} {
		decision := mtasts.Judge(&fetched.Policy, host)
		fmt.Printf("%s: %s (RFC 8461 section %s)\n", decision.Action, decision.Reason, decision.Section)
	}
	// Output:
	// policy 20160831085700Z is in mode enforce
	// deliver-verified: the policy lists the host, and its certificate is valid (RFC 8461 section 4)
	// must-not-deliver: the host does not offer STARTTLS (RFC 8461 section 4)
	// must-not-deliver: no mx pattern of the policy matches "mx.attacker.example" (RFC 8461 section 4.1)
}

// Foreign TXT records are discarded. More than one of MTA-STS is as good as none.
func ExampleFindRecord() {
	record, err := mtasts.FindRecord([]string{"some-site-verification=abc", "v=STSv1; id=1;"})
	fmt.Println(record.ID, err)

	_, err = mtasts.FindRecord([]string{"v=STSv1; id=1;", "v=STSv1; id=2;"})
	fmt.Println(errors.Is(err, mtasts.ErrSeveralRecords))

	_, err = mtasts.FindRecord([]string{"v=STSv1; id=2026-11-27;"})
	fmt.Println(err)
	// Output:
	// 1 <nil>
	// true
	// record: expected an id of 1 to 32 letters and digits, found "2026-11-27" (RFC 8461 section 3.1)
}

// An error names the line, says what was expected, and hints at the fix.
func ExampleParsePolicy() {
	policy, err := mtasts.ParsePolicy("version: STSv1\r\nmode: testing\r\nmx: *.example.net\r\nmax_age: 1296000\r\n")
	fmt.Println(policy.Mode, policy.MX, policy.Lifetime(), err)

	_, err = mtasts.ParsePolicy("version: STSv1\r\nmode: testing\r\nmx: .example.net\r\nmax_age: 1296000\r\n")
	fmt.Println(err)
	// Output:
	// testing [*.example.net] 360h0m0s <nil>
	// policy line 3: expected mx with a host name, or "*." and one, found ".example.net"; write "*.example.net" for the hosts below a name (RFC 8461 section 3.2)
}

// Notes are about policies that are valid, and yet not read by all senders as
// they are meant.
func ExamplePolicyNotes() {
	for _, note := range mtasts.PolicyNotes("version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 99999999\nmax-age: 604800\n") {
		fmt.Println(note)
	}
	// Output:
	// line 1: the line ends with LF: publish CRLF, although senders have to accept both (RFC 8461 section 3.2)
	// line 4: max_age is above the maximum of 31557600 seconds: some senders refuse the policy (RFC 8461 section 3.2)
	// line 5: an unknown key max-age: senders ignore it (RFC 8461 section 3.2)
}

func ExamplePolicy_Matches() {
	policy := mtasts.Policy{MX: []mtasts.Pattern{"mail.example.com", "*.example.net"}}
	for _, host := range []string{"Mail.Example.COM.", "mx.example.net", "a.mx.example.net", "example.net"} {
		fmt.Println(host, policy.Matches(host))
	}
	// Output:
	// Mail.Example.COM. true
	// mx.example.net true
	// a.mx.example.net false
	// example.net false
}

func ExamplePolicy_String() {
	policy := mtasts.Policy{Mode: mtasts.ModeNone, MaxAge: 86400}
	fmt.Printf("%q\n", policy.String())
	// Output:
	// "version: STSv1\r\nmode: none\r\nmax_age: 86400\r\n"
}

// A status is right or wrong; the media type is for the sender to judge.
func ExampleCheckResponse() {
	notes, err := mtasts.CheckResponse(mtasts.Response{Status: 200, ContentType: "text/html", Size: 120})
	fmt.Println(notes, err)
	_, err = mtasts.CheckResponse(mtasts.Response{Status: 404})
	fmt.Println(err)
	// Output:
	// [media type "text/html": senders should refuse any but text/plain (RFC 8461 section 3.2)] <nil>
	// expected status 200, got 404 (RFC 8461 section 3.3)
}

// The error says which result type a TLSRPT report has.
func ExampleFetch() {
	transport, stop := servePolicy(mtasts.Policy{Mode: mtasts.ModeEnforce, MaxAge: 604800}) // without mx
	defer stop()

	_, err := mtasts.Fetch(context.Background(), transport, "example.com")
	if failure, ok := errors.AsType[*mtasts.FetchError](err); ok {
		fmt.Println(failure)
		fmt.Println(failure.Kind, failure.ResultType())
	}
	// Output:
	// policy host mta-sts.example.com: policy: expected "mx:" at least once, as the mode is enforce (RFC 8461 section 3.2)
	// policy sts-policy-invalid
}

// A policy that was fetched once holds, although the domain has lost its record,
// until its max_age is over.
func ExampleEntry() {
	fetchedAt := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	fetched := mtasts.Fetched{Policy: mtasts.Policy{
		Mode: mtasts.ModeEnforce, MX: []mtasts.Pattern{"mx.example.com"}, MaxAge: 604800,
	}}
	entry := mtasts.Entry{}.Settle("1", &fetched, nil, fetchedAt).Entry

	for _, hours := range []time.Duration{1, 24, 24 * 8} {
		now := fetchedAt.Add(hours * time.Hour)
		plan := entry.Plan("", now) // no record
		var (
			result *mtasts.Fetched
			err    = mtasts.ErrNoRecord
		)
		if plan.Fetch { // and the policy host is down
			result, err = &mtasts.Fetched{}, &mtasts.FetchError{Kind: mtasts.KindConnection, Err: errors.New("connection refused")}
		}
		resolution := entry.Settle("", result, err, now)
		fmt.Printf("after %d hours: %s, policy %s, alert %t\n", hours, plan.Reason, resolution.Source, resolution.Alert)
		entry = resolution.Entry
	}
	// Output:
	// after 1 hours: current, policy cached, alert false
	// after 24 hours: refresh-due, policy cached, alert true
	// after 192 hours: no-record, policy none, alert false
}

// A mailer asks for the policy that holds before it delivers.
func ExampleCache() {
	transport, stop := servePolicy(mtasts.Policy{
		Mode: mtasts.ModeEnforce, MX: []mtasts.Pattern{"mx.example.com"}, MaxAge: 604800,
	})
	defer stop()
	cache := mtasts.Cache{
		LookupTXT: func(context.Context, string) ([]string, error) { // net.DefaultResolver.LookupTXT
			return []string{"v=STSv1; id=1;"}, nil
		},
		Fetch: func(ctx context.Context, domain string) (mtasts.Fetched, error) {
			return mtasts.Fetch(ctx, transport, domain)
		},
	}
	for range 2 {
		resolution := cache.Resolve(context.Background(), "example.com")
		fmt.Println(resolution.Source, resolution.Policy.Mode)
	}

	// This domain exists, and has no TXT record at _mta-sts.
	cache.LookupTXT = func(_ context.Context, name string) ([]string, error) {
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	resolution := cache.Resolve(context.Background(), "example.net")
	fmt.Println(resolution.Source, resolution.Policy)
	// Output:
	// fetched enforce
	// cached enforce
	// none <nil>
}

// TLSError is the error of the handshake, as crypto/tls returns it. In mode
// testing, the message is delivered nevertheless, and the failure is reported.
func ExampleJudge() {
	handshake := &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	host := mtasts.Host{Name: "mx.example.com", STARTTLS: true, TLSError: handshake}
	for _, mode := range []mtasts.Mode{mtasts.ModeEnforce, mtasts.ModeTesting, mtasts.ModeNone} {
		decision := mtasts.Judge(&mtasts.Policy{Mode: mode, MX: []mtasts.Pattern{"mx.example.com"}}, host)
		fmt.Println(mode, decision.Action, decision.ResultType)
	}
	// Output:
	// enforce must-not-deliver certificate-not-trusted
	// testing deliver-and-report certificate-not-trusted
	// none deliver
}

// A failing DANE is never repaired by a policy that validates.
func ExampleJudge_dane() {
	policy := mtasts.Policy{Mode: mtasts.ModeEnforce, MX: []mtasts.Pattern{"mx.example.com"}}
	host := mtasts.Host{Name: "mx.example.com", STARTTLS: true, DANE: mtasts.DANEFails}
	fmt.Println(mtasts.Judge(&policy, host).Action)
	// Output:
	// must-not-deliver
}
