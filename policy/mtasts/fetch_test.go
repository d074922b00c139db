package mtasts_test

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fakemx/fakemx/policy/mtasts"
)

// policyHost serves HTTPS, with a certificate for example.com and the names one
// label below it, and returns a transport that leads there whatever the name.
func policyHost(t *testing.T, handler http.HandlerFunc) *http.Transport {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	transport := server.Client().Transport.(*http.Transport)
	address := server.Listener.Addr().String()
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	return transport
}

// serving answers with a body.
func serving(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, body)
	}
}

func TestFetch(t *testing.T) {
	var got *http.Request
	transport := policyHost(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		serving("text/plain; charset=x", strings.ReplaceAll(section32, "\r\n", "\n"))(w, r)
	})
	fetched, err := mtasts.Fetch(t.Context(), transport, "example.com.")
	if err != nil {
		t.Fatal(err)
	}
	if fetched.Policy.String() != section32 || fetched.Body != strings.ReplaceAll(section32, "\r\n", "\n") {
		t.Errorf("fetched %+v", fetched)
	}
	if kinds(fetched.Notes) != "parameter line-ends" {
		t.Errorf("notes are %v", fetched.Notes)
	}
	if got.Method != http.MethodGet || "https://"+got.Host+got.URL.Path != mtasts.PolicyURL("example.com") {
		t.Errorf("asked %s %s%s", got.Method, got.Host, got.URL)
	}
	if got.TLS.ServerName != mtasts.PolicyHost("example.com") {
		t.Errorf("the server name is %q", got.TLS.ServerName)
	}
	if got.UserAgent() != "fakemx-mtasts" || !got.Close {
		t.Errorf("the user agent is %q, the connection is to be closed: %t", got.UserAgent(), got.Close)
	}
}

// sized is a valid policy of so many bytes.
func sized(size int) string {
	start := section32 + "x: "
	return start + strings.Repeat("x", size-len(start))
}

func TestFetchReadsAPolicyOfTheMaximumSize(t *testing.T) {
	transport := policyHost(t, serving("text/plain", sized(mtasts.MaxPolicySize)))
	if _, err := mtasts.Fetch(t.Context(), transport, "example.com"); err != nil {
		t.Error(err)
	}
}

func TestFetchErrorsOfTheResponse(t *testing.T) {
	followed := false
	for _, test := range []struct {
		name    string
		handler http.HandlerFunc
		kind    mtasts.FetchErrorKind
		result  string
	}{
		{"redirect", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/moved" {
				followed = true
				serving("text/plain", section32)(w, r)
				return
			}
			http.Redirect(w, r, "/moved", http.StatusMovedPermanently)
		}, mtasts.KindRedirect, "sts-policy-fetch-error"},
		{"not found", http.NotFound, mtasts.KindStatus, "sts-policy-fetch-error"},
		{"web page", serving("text/html", section32), mtasts.KindMediaType, "sts-policy-fetch-error"},
		{"too large", serving("text/plain", sized(mtasts.MaxPolicySize+1)), mtasts.KindTooLarge, "sts-policy-fetch-error"},
		{"too large when unpacked", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			w.Header().Set("Content-Encoding", "gzip")
			packer := gzip.NewWriter(w)
			_, _ = io.WriteString(packer, sized(1<<20))
			_ = packer.Close()
		}, mtasts.KindTooLarge, "sts-policy-fetch-error"},
		{"breaks off", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1000")
			serving("text/plain", section32)(w, r)
		}, mtasts.KindConnection, "sts-policy-fetch-error"},
		{"invalid", serving("text/plain", "mode: enforced\n"), mtasts.KindPolicy, "sts-policy-invalid"},
		{"empty", serving("text/plain", ""), mtasts.KindPolicy, "sts-policy-invalid"},
	} {
		t.Run(test.name, func(t *testing.T) {
			transport := policyHost(t, test.handler)
			fetched, err := mtasts.Fetch(t.Context(), transport, "example.com")
			expect(t, err, test.kind, test.result)
			if test.kind == mtasts.KindPolicy {
				if _, ok := errors.AsType[*mtasts.SyntaxError](err); !ok {
					t.Errorf("%v is no SyntaxError", err)
				}
				if test.name == "invalid" && (fetched.Body != "mode: enforced\n" || kinds(fetched.Notes) != "line-ends") {
					t.Errorf("fetched %+v, want the body and its notes", fetched)
				}
			}
		})
	}
	if followed {
		t.Error("the redirect was followed")
	}
}

func expect(t *testing.T, err error, kind mtasts.FetchErrorKind, result string) {
	t.Helper()
	failure, ok := errors.AsType[*mtasts.FetchError](err)
	if !ok {
		t.Fatalf("%v is no FetchError", err)
	}
	if failure.Kind != kind || failure.ResultType() != result {
		t.Errorf("%v is %s, %s, want %s, %s", err, failure.Kind, failure.ResultType(), kind, result)
	}
	if !strings.HasPrefix(err.Error(), "policy host mta-sts.") {
		t.Errorf("%v does not name the policy host", err)
	}
}

func TestFetchVerifiesThePolicyHost(t *testing.T) {
	for _, test := range []struct {
		name, domain string
		edit         func(*tls.Config)
	}{
		{"another name", "example.net", func(*tls.Config) {}},
		{"a wildcard is one label", "sub.example.com", func(*tls.Config) {}},
		{"no trusted root", "example.com", func(c *tls.Config) { c.RootCAs = nil }},
		{"expired", "example.com", func(c *tls.Config) {
			c.Time = func() time.Time { return time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC) }
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			transport := policyHost(t, serving("text/plain", section32))
			test.edit(transport.TLSClientConfig)
			_, err := mtasts.Fetch(t.Context(), transport, test.domain)
			expect(t, err, mtasts.KindCertificate, "sts-webpki-invalid")
		})
	}
}

func TestFetchErrorsOfTheConnection(t *testing.T) {
	failing := func(err error) http.RoundTripper {
		return &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, err }}
	}
	aborting := policyHost(t, serving("text/plain", section32))
	aborting.TLSClientConfig.MaxVersion = tls.VersionTLS10 // which the server answers with an alert
	aborting.TLSClientConfig.MinVersion = tls.VersionTLS10
	plain := httptest.NewServer(serving("text/plain", section32))
	t.Cleanup(plain.Close)
	plainly := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, plain.Listener.Addr().String())
	}}
	for _, test := range []struct {
		name      string
		transport http.RoundTripper
		kind      mtasts.FetchErrorKind
	}{
		{"no such host", failing(&net.DNSError{Err: "no such host", IsNotFound: true}), mtasts.KindDNS},
		{"refused", failing(&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}), mtasts.KindConnection},
		{"timeout", failing(&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ETIMEDOUT}), mtasts.KindTimeout},
		{"alert", aborting, mtasts.KindTLS},
		{"no TLS", plainly, mtasts.KindTLS},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := mtasts.Fetch(t.Context(), test.transport, "example.com")
			expect(t, err, test.kind, "sts-policy-fetch-error")
		})
	}
}

// A transportFunc is a RoundTripper.
type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// stalled answers nothing.
var stalled = transportFunc(func(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
})

func TestFetchTakesAMinuteAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		started := time.Now()
		_, err := mtasts.Fetch(t.Context(), stalled, "example.com")
		expect(t, err, mtasts.KindTimeout, "sts-policy-fetch-error")
		if took := time.Since(started); took != time.Minute {
			t.Errorf("took %v", took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		started = time.Now()
		_, err = mtasts.Fetch(ctx, stalled, "example.com")
		expect(t, err, mtasts.KindTimeout, "sts-policy-fetch-error")
		if took := time.Since(started); took != time.Second {
			t.Errorf("with a deadline, it took %v", took)
		}
	})
}

// That the caller gives up is no failure of the policy host.
func TestFetchCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := mtasts.Fetch(ctx, stalled, "example.com")
	if _, ok := errors.AsType[*mtasts.FetchError](err); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func TestFetchAsksNobodyForWhatIsNoDomain(t *testing.T) {
	never := transportFunc(func(r *http.Request) (*http.Response, error) {
		t.Errorf("asked %s", r.URL)
		return nil, io.EOF
	})
	for _, domain := range []string{"", ".", "[192.0.2.1]", "192.0.2.1", "2001:db8::1", "example.com/x", "example.com:80",
		"you@example.com", "a b", "müller.example", "*.example.com"} {
		if _, err := mtasts.Fetch(t.Context(), never, domain); err == nil || !strings.Contains(err.Error(), "expected a policy domain") {
			t.Errorf("%q: %v", domain, err)
		}
	}
}
