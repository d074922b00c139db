package policyhost

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/scenarios"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const hostname = "mta-sts.mta-sts.fakemx.test"

// noon is the time of all tests.
var noon = time.Now().Truncate(time.Second)

// A hosted policy is served for a test.
type hosted struct {
	*Host
	roots   *x509.CertPool
	fetches chan Fetch
}

// serving starts a host that serves one policy in this way.
func serving(t testing.TB, https scenarios.PolicyHTTPS) hosted {
	t.Helper()
	s := scenarios.MustGet("mta-sts").With(func(p *scenarios.Peer) { p.STS.HTTPS = https })
	pki, err := certgen.Build(s.PolicyHostPKI(), certgen.Options{Vars: s.Vars(nil, nil)})
	if err != nil {
		t.Fatal(err)
	}
	h := hosted{roots: pki.Roots(), fetches: make(chan Fetch, 1000)}
	site := Site{Scenario: s.Name, Name: s.PolicyHost(), Certificate: pki.TLSCertificate(), Policy: s.PolicyBody(), HTTPS: https}
	h.Host, err = New(Config{Listen: "127.0.0.1:0", Sites: []Site{site}, OnFetch: func(f Fetch) { h.fetches <- f }, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// dial connects by TLS.
func (h hosted) dial(t *testing.T, name string) (*tls.Conn, error) {
	t.Helper()
	conn, err := tls.Dial("tcp", h.Addr(), &tls.Config{ServerName: name, RootCAs: h.roots, MinVersion: tls.VersionTLS12})
	if err == nil {
		t.Cleanup(func() { _ = conn.Close() })
	}
	return conn, err
}

// ask sends a request and reads the response, and what was recorded.
func (h hosted) ask(t *testing.T, request string) (response *http.Response, body string, fetch Fetch) {
	t.Helper()
	conn, err := h.dial(t, hostname)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(request, " ")
	response, err = http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		text = append(text, " ("+err.Error()+")"...)
	}
	return response, string(text), <-h.fetches
}

// get is a request for a path.
func get(path string) string { return "GET " + path + " HTTP/1.1\r\nHost: " + hostname + "\r\n\r\n" }

func TestAnswers(t *testing.T) {
	t.Parallel()
	policy := scenarios.MustGet("mta-sts").PolicyBody()
	const elsewhere = "https://" + hostname + "/policy.txt"
	for name, test := range map[string]struct {
		https   scenarios.PolicyHTTPS
		request string
		status  int
		body    string
		fault   string
	}{
		"policy":            {request: get(Path), status: 200, body: policy},
		"another path":      {request: get("/"), status: 404},
		"another host":      {request: "GET " + Path + " HTTP/1.1\r\nHost: www.example.com\r\n\r\n", status: 421},
		"host with a port":  {request: "GET " + Path + " HTTP/1.1\r\nHost: " + strings.ToUpper(hostname) + ".:443\r\n\r\n", status: 200, body: policy},
		"HEAD":              {request: "HEAD " + Path + " HTTP/1.1\r\nHost: " + hostname + "\r\n\r\n", status: 200},
		"POST":              {request: "POST " + Path + " HTTP/1.1\r\nHost: " + hostname + "\r\nContent-Length: 0\r\n\r\n", status: 405},
		"no HTTP":           {request: "EHLO x\r\n\r\n", status: 400},
		"too long":          {request: "GET /" + strings.Repeat("a", 2*maxRequest), status: 400},
		"status":            {https: scenarios.PolicyHTTPS{Status: 500}, request: get(Path), status: 500, body: policy, fault: "status 500"},
		"redirect":          {https: scenarios.PolicyHTTPS{Redirect: elsewhere}, request: get(Path), status: 302, fault: "redirect"},
		"redirect, 307":     {https: scenarios.PolicyHTTPS{Redirect: elsewhere, Status: 307}, request: get(Path), status: 307, fault: "redirect"},
		"redirect followed": {https: scenarios.PolicyHTTPS{Redirect: elsewhere}, request: get("/policy.txt"), status: 200, body: policy, fault: "redirect followed"},
		"content type":      {https: scenarios.PolicyHTTPS{ContentType: "text/html"}, request: get(Path), status: 200, body: policy, fault: "content type text/html"},
		"delay":             {https: scenarios.PolicyHTTPS{Delay: scenarios.Span(time.Millisecond)}, request: get(Path), status: 200, body: policy, fault: "delay 1ms"},
		"cut":               {https: scenarios.PolicyHTTPS{Cut: true}, request: get(Path), status: 200, body: policy[:len(policy)/2] + " (unexpected EOF)", fault: "cut"},
		"HTTP/1.0":          {https: scenarios.PolicyHTTPS{HTTP10: true}, request: get(Path), status: 200, body: policy, fault: "HTTP/1.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response, body, fetch := serving(t, test.https).ask(t, test.request)
			if response.StatusCode != test.status || body != test.body {
				t.Errorf("the answer is %d with %q, want %d with %q", response.StatusCode, body, test.status, test.body)
			}
			wantType := "text/plain"
			if test.https.ContentType != "" {
				wantType = test.https.ContentType
			}
			if got := response.Header.Get("Content-Type"); got != wantType {
				t.Errorf("the content type is %s, want %s", got, wantType)
			}
			if response.StatusCode/100 == 3 && response.Header.Get("Location") != elsewhere {
				t.Errorf("it redirects to %q", response.Header.Get("Location"))
			}
			if old := response.ProtoMinor == 0; old != test.https.HTTP10 || old != (response.ContentLength < 0) {
				t.Errorf("the protocol is %s, and the length %d", response.Proto, response.ContentLength)
			}
			if fetch.Status != test.status || fetch.Fault != test.fault || fetch.Scenario != "mta-sts" || !fetch.TLS.Completed || !fetch.At.Equal(noon) {
				t.Errorf("recorded is %+v", fetch)
			}
		})
	}
}

// TestTextsOfClientsAreBounded in the record.
func TestTextsOfClientsAreBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 1000)
	_, _, fetch := serving(t, scenarios.PolicyHTTPS{}).ask(t, "GET /"+strings.Repeat("a", 1000)+" HTTP/1.1\r\nHost: "+hostname+"\r\nUser-Agent: x"+long+"\r\n\r\n")
	if len(fetch.Path) != maxText || len(fetch.UserAgent) > maxText+2 || !strings.HasSuffix(fetch.UserAgent, "ä\uFFFD") {
		t.Errorf("recorded are %d bytes of the path, and of the user agent %q", len(fetch.Path), fetch.UserAgent)
	}
}

// TestHandshakesThatFail are recorded, with the reason.
func TestHandshakesThatFail(t *testing.T) {
	t.Parallel()
	refuses := scenarios.PolicyHTTPS{Host: scenarios.PolicyHostRefuses}
	for name, test := range map[string]struct {
		https scenarios.PolicyHTTPS
		sni   string
		roots *x509.CertPool
		want  Fetch
	}{
		"unknown host": {sni: "mta-sts.example.com", want: Fetch{TLS: Handshake{Version: "1.3", ServerName: "mta-sts.example.com", Error: errUnknownHost.Error()}}},
		"refused": {https: refuses, sni: hostname, want: Fetch{
			Scenario: "mta-sts", Fault: "host refuses", TLS: Handshake{Version: "1.3", ServerName: hostname, Error: errRefused.Error()},
		}},
		"not trusted": {sni: hostname, roots: x509.NewCertPool(), want: Fetch{
			Scenario: "mta-sts", TLS: Handshake{Version: "1.3", ServerName: hostname, Error: "remote error: tls: bad certificate"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := serving(t, test.https)
			if test.roots != nil {
				h.roots = test.roots
			}
			if _, err := h.dial(t, test.sni); err == nil {
				t.Error("the handshake completed")
			}
			got := <-h.fetches
			got.At, got.Client = time.Time{}, ""
			if got != test.want {
				t.Errorf("recorded is %+v, want %+v", got, test.want)
			}
		})
	}
}

// TestAHostThatRefuses resets the connection: it is no failure of TLS.
func TestAHostThatRefuses(t *testing.T) {
	t.Parallel()
	_, err := serving(t, scenarios.PolicyHTTPS{Host: scenarios.PolicyHostRefuses}).dial(t, hostname)
	if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.EOF) {
		t.Errorf("the client learns %v, want that the connection is reset", err)
	}
}

// TestClientsThatSayNothing are recorded when they go.
func TestClientsThatSayNothing(t *testing.T) {
	t.Parallel()
	h := serving(t, scenarios.PolicyHTTPS{})
	conn, err := net.Dial("tcp", h.Addr())
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	if f := <-h.fetches; f.TLS.Completed || f.TLS.Error != "the client ended the connection" || f.Scenario != "" {
		t.Errorf("before TLS, recorded is %+v", f)
	}
	inTLS, err := h.dial(t, hostname)
	if err != nil {
		t.Fatal(err)
	}
	_ = inTLS.Close()
	if f := <-h.fetches; !f.TLS.Completed || f.Status != 0 || f.Path != "" {
		t.Errorf("inside TLS, recorded is %+v", f)
	}
}

// TestAClientThatGivesUp while it waits is recorded without a status.
func TestAClientThatGivesUp(t *testing.T) {
	t.Parallel()
	h := serving(t, scenarios.PolicyHTTPS{Delay: scenarios.Span(time.Minute)})
	conn, err := h.dial(t, hostname)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, get(Path)); err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	if f := <-h.fetches; f.Status != 0 || f.Path != Path || f.Fault != "delay 1m0s" {
		t.Errorf("recorded is %+v", f)
	}
}

// TestCloseEndsConnections, however long they were to take, and more than once.
func TestCloseEndsConnections(t *testing.T) {
	t.Parallel()
	h := serving(t, scenarios.PolicyHTTPS{Delay: scenarios.Span(time.Minute)})
	conn, err := h.dial(t, hostname)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, get(Path)); err != nil {
		t.Fatal(err)
	}
	idle, err := net.Dial("tcp", h.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = idle.Close() }()
	for range 2 {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	}
	if text, _ := io.ReadAll(conn); len(text) > 0 {
		t.Errorf("the answer is %q", text)
	}
	if _, err := net.Dial("tcp", h.Addr()); err == nil {
		t.Error("it still listens")
	}
}

// TestTooManyConnections: whoever comes then is turned away, and others are
// served again later.
func TestTooManyConnections(t *testing.T) {
	t.Parallel()
	h := serving(t, scenarios.PolicyHTTPS{})
	var idle []*tls.Conn
	for range maxConnections {
		conn, err := h.dial(t, hostname)
		if err != nil {
			t.Fatal(err)
		}
		idle = append(idle, conn)
	}
	if _, err := h.dial(t, hostname); err == nil {
		t.Error("one too many is served")
	}
	for _, conn := range idle {
		_ = conn.Close()
	}
	for range maxConnections {
		<-h.fetches
	}
	for { // until the last one is forgotten
		if conn, err := h.dial(t, hostname); err == nil {
			_ = conn.Close()
			return
		}
	}
}

func TestAnAddressThatCannotBeHad(t *testing.T) {
	t.Parallel()
	if _, err := New(Config{Listen: "nowhere"}); err == nil {
		t.Error("it listens")
	}
}

// FuzzRequest: whatever is sent inside TLS, there is one record, and an answer is
// well-formed.
func FuzzRequest(f *testing.F) {
	for _, request := range []string{get(Path), get("/"), "", "EHLO x\r\n", "GET " + Path + " HTTP/1.1\r\n\r\n", "POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nab", "GET //\x00 HTTP/1.1\r\nHost: \xff\r\n\r\n"} {
		f.Add([]byte(request))
	}
	h := serving(f, scenarios.PolicyHTTPS{})
	f.Fuzz(func(t *testing.T, request []byte) {
		client, server := net.Pipe()
		served := make(chan struct{})
		go func() { defer close(served); defer func() { _ = server.Close() }(); h.serve(server) }()
		conn := tls.Client(client, &tls.Config{ServerName: hostname, RootCAs: h.roots, MinVersion: tls.VersionTLS12})
		if err := conn.Handshake(); err != nil {
			t.Fatal(err)
		}
		sent := make(chan struct{})
		go func() { defer close(sent); _, _ = conn.Write(request); _ = conn.CloseWrite() }()
		answer, _ := io.ReadAll(conn)
		_ = client.Close()
		<-sent
		<-served
		fetch := <-h.fetches
		if len(answer) == 0 {
			if fetch.Status != 0 {
				t.Errorf("no answer, and recorded is %+v", fetch)
			}
			return
		}
		response, err := http.ReadResponse(bufio.NewReader(strings.NewReader(string(answer))), &http.Request{Method: method(request)})
		if err != nil {
			t.Fatalf("%q: %v", answer, err)
		}
		if response.StatusCode != fetch.Status {
			t.Errorf("the answer is %d, and recorded is %+v", response.StatusCode, fetch)
		}
		_ = response.Body.Close()
	})
}

// method is that of a request.
func method(request []byte) string {
	if strings.HasPrefix(string(request), "HEAD ") {
		return "HEAD"
	}
	return "GET"
}
