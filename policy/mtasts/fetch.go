package mtasts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// FetchTimeout is the time limit for fetching a policy that RFC 8461 section 3.3
// suggests. A policy host should answer within it.
const FetchTimeout = time.Minute

// userAgent is what Fetch calls itself.
const userAgent = "fakemx-mtasts"

// Fetched is what [Fetch] has fetched.
type Fetched struct {
	// Policy is the policy.
	Policy Policy
	// Body is the policy as served, for the policy-string of a TLSRPT report. It
	// is also set if the error is of the kind [KindPolicy].
	Body string
	// Notes are those of [CheckResponse], then those of [PolicyNotes].
	Notes []Note
}

// Fetch fetches the policy of a domain from its policy host and parses it (RFC
// 8461 section 3.3). It is the only function of this package that uses the
// network by itself.
//
// The request is made with transport, or with [http.DefaultTransport] if it is
// nil. This is a RoundTripper rather than a Client, as a RoundTripper follows no
// redirect and keeps no cookie. It must not cache. Its TLS configuration verifies
// the policy host, by default as section 3.3 demands; never set
// InsecureSkipVerify. Its DialContext decides which address is asked.
//
// Fetch takes [FetchTimeout] at most, less if ctx says so, and reads no more than
// [MaxPolicySize]. The domain is in A-label form. If it is not a domain name,
// such as an address literal, Fetch asks nobody and returns an error. Any other
// error is a [*FetchError], unless ctx was cancelled.
//
// Fetch does not look at the TXT record and does not limit how often it is
// called; [Entry.Plan] says when to fetch.
func Fetch(ctx context.Context, transport http.RoundTripper, domain string) (Fetched, error) {
	domain = strings.TrimSuffix(domain, ".")
	if !isDomain(domain) || isAddress(domain) {
		return Fetched{}, fmt.Errorf("expected a policy domain in A-label form, such as example.com, got %s", quoted(domain))
	}
	limited, cancel := context.WithTimeout(ctx, FetchTimeout)
	defer cancel()
	fetched, err := fetch(limited, transport, domain)
	if err == nil {
		return fetched, nil
	}
	// That the caller lost interest says nothing about the policy host.
	if errors.Is(ctx.Err(), context.Canceled) {
		return Fetched{}, fmt.Errorf("fetching the policy of %s: %w", domain, ctx.Err())
	}
	failure, ok := errors.AsType[*FetchError](err)
	if !ok {
		failure = &FetchError{Kind: kindOf(err), Err: err}
	}
	failure.Host = PolicyHost(domain)
	return fetched, failure
}

func fetch(ctx context.Context, transport http.RoundTripper, domain string) (Fetched, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, PolicyURL(domain), nil)
	if err != nil {
		return Fetched{}, err
	}
	request.Header.Set("User-Agent", userAgent)
	request.Header.Set("Accept", "text/plain")
	request.Close = true // the next request is a day away
	if transport == nil {
		transport = http.DefaultTransport
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return Fetched{}, err
	}
	defer func() { _ = response.Body.Close() }()
	notes, err := acceptable(Response{Status: response.StatusCode, ContentType: response.Header.Get("Content-Type")})
	if err != nil {
		return Fetched{}, err
	}
	body, err := readLimited(response.Body)
	if err != nil {
		return Fetched{}, err
	}
	policy, policyNotes, err := parsePolicy(body)
	if err != nil {
		return Fetched{Body: body, Notes: append(notes, policyNotes...)}, &FetchError{Kind: KindPolicy, Err: err}
	}
	return Fetched{policy, body, append(notes, policyNotes...)}, nil
}

// acceptable is CheckResponse, but refuses what a sender should refuse.
func acceptable(r Response) ([]Note, error) {
	notes, err := CheckResponse(r)
	for _, note := range notes {
		if note.Kind == NoteMediaType {
			return nil, &FetchError{Kind: KindMediaType, Err: fmt.Errorf(
				"expected media type text/plain, got %s (RFC 8461 section 3.2)", quoted(r.ContentType))}
		}
	}
	return notes, err
}

func readLimited(body io.Reader) (string, error) {
	read, err := io.ReadAll(io.LimitReader(body, MaxPolicySize+1))
	if err != nil {
		return "", err
	}
	if len(read) > MaxPolicySize {
		return "", &FetchError{Kind: KindTooLarge, Err: fmt.Errorf(
			"expected at most %d bytes, got more (RFC 8461 section 3.3)", MaxPolicySize)}
	}
	return string(read), nil
}
