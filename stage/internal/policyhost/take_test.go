package policyhost

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/scenarios"
)

// A posted request is what a host took.
type posted struct{ path, body string }

// taking is a host that takes what is posted to it.
func taking(t testing.TB, answer Answer) (hosted, chan posted) {
	t.Helper()
	h := serving(t, scenarios.PolicyHTTPS{})
	took := make(chan posted, 1000)
	site := *h.site(hostname)
	site.Take = func(_ string, r *http.Request, body []byte) Answer {
		took <- posted{r.URL.Path, string(body)}
		return answer
	}
	h.Replace(site)
	return h, took
}

// post is a request with these fields and this body.
func post(fields, body string) string {
	return "POST /a HTTP/1.1\r\nHost: " + hostname + "\r\n" + fields + "\r\n" + body
}

func length(body string) string { return fmt.Sprintf("Content-Length: %d\r\n", len(body)) }

func TestWhatIsPostedIsTaken(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("x", maxPosted)
	chunked := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(large), large)
	for name, tt := range map[string]struct {
		request string
		status  int
		body    string // of what is taken; empty if nothing is
	}{
		"a body":           {post(length("hello"), "hello"), 307, "hello"},
		"chunks":           {post("Transfer-Encoding: chunked\r\n", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"), 307, "hello"},
		"as much as may":   {post(length(large), large), 307, large},
		"a large chunk":    {post("Transfer-Encoding: chunked\r\n", chunked), 307, large},
		"a byte more":      {post(length(large+"y"), large+"y"), 413, ""},
		"a chunk more":     {post("Transfer-Encoding: chunked\r\n", "1\r\ny\r\n"+chunked), 413, ""},
		"for another host": {strings.Replace(post(length("a"), "a"), hostname, "other.test", 1), 421, ""},
		"nothing":          {get("/a"), 405, ""},
		"a broken chunk":   {post("Transfer-Encoding: chunked\r\n", "zz\r\n"), 400, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, took := taking(t, Answer{Status: 307, Location: "/b", Text: "moved\n"})
			response := h.exchange(t, tt.request)
			if response.StatusCode != tt.status {
				t.Errorf("the answer is %s, want %d", response.Status, tt.status)
			}
			if tt.body == "" {
				if f := <-h.fetches; f.Status != tt.status || len(took) > 0 {
					t.Errorf("recorded is %+v, and %d are taken", f, len(took))
				}
				return
			}
			if got := <-took; got.path != "/a" || got.body != tt.body {
				t.Errorf("%d bytes are taken at %s, want %d", len(got.body), got.path, len(tt.body))
			}
			if response.Header.Get("Location") != "/b" || len(h.fetches) > 0 {
				t.Errorf("the fields are %v, and %d connections are told of", response.Header, len(h.fetches))
			}
		})
	}
}

// exchange sends a request and reads the response.
func (h hosted) exchange(t *testing.T, request string) *http.Response {
	t.Helper()
	conn, err := h.dial(t, hostname)
	if err != nil {
		t.Fatal(err)
	}
	sent := make(chan struct{})
	go func() { defer close(sent); _, _ = io.WriteString(conn, request) }()
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	_ = conn.Close()
	<-sent
	return response
}

// TestAClientMayAskBeforeItPosts, as curl does.
func TestAClientMayAskBeforeItPosts(t *testing.T) {
	t.Parallel()
	h, took := taking(t, Answer{Status: 201})
	conn, err := h.dial(t, hostname)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, post(length("hello")+"Expect: 100-continue\r\n", "")); err != nil {
		t.Fatal(err)
	}
	text := bufio.NewReader(conn)
	if line, err := text.ReadString('\n'); err != nil || line != "HTTP/1.1 100 Continue\r\n" {
		t.Fatalf("the answer is %q, %v", line, err)
	}
	if _, err := io.WriteString(conn, "hello"); err != nil {
		t.Fatal(err)
	}
	if got := <-took; got.body != "hello" {
		t.Errorf("taken is %q", got.body)
	}
}

// FuzzPost: whatever is posted, the answer is one of HTTP, if there is one, and
// what is taken is bounded.
func FuzzPost(f *testing.F) {
	for _, request := range []string{
		post(length("hello"), "hello"), post("Transfer-Encoding: chunked\r\n", "2\r\nhe\r\n0\r\n\r\n"), post("Content-Length: -1\r\n", ""),
		post("Content-Length: 9\r\nExpect: 100-continue\r\n", "a"), post("Transfer-Encoding: gzip\r\n", "a"), get("/a"), "",
	} {
		f.Add([]byte(request))
	}
	h, took := taking(f, Answer{Status: 201})
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
		select {
		case got := <-took:
			if len(got.body) > maxPosted {
				t.Errorf("%d bytes are taken", len(got.body))
			}
		case <-h.fetches:
		}
		if len(answer) > 0 && !strings.HasPrefix(string(answer), "HTTP/1.1 ") {
			t.Errorf("the answer is %q", answer)
		}
	})
}
