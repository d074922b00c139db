package postfix

import (
	"bufio"
	"context"
	"io"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// daemon answers every request with a text, as it stands there, and returns what it
// was asked.
func daemon(t *testing.T, network, address, answer string) (Endpoint, <-chan string) {
	t.Helper()
	listener, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	asked, done := make(chan string, 10), make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			request, _ := readNetstring(bufio.NewReader(conn))
			asked <- request
			_, _ = io.WriteString(conn, answer)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-done
	})
	return Endpoint{Network: network, Address: listener.Addr().String(), Map: "sts"}, asked
}

func TestADaemonIsAsked(t *testing.T) {
	for network, address := range map[string]string{"tcp": "127.0.0.1:0", "unix": filepath.Join(t.TempDir(), "socket")} {
		e, asked := daemon(t, network, address, "35:OK secure match=.example.com:a.test,")
		answer, err := e.Lookup(t.Context(), "example.com")
		if want := "OK secure match=.example.com:a.test"; err != nil || answer != want {
			t.Errorf("%s answers %q, %v; want %q", network, answer, err, want)
		}
		if request := <-asked; request != "sts example.com" {
			t.Errorf("%s is asked %q", network, request)
		}
	}
}

func TestAMapHasADefaultName(t *testing.T) {
	e, asked := daemon(t, "tcp", "127.0.0.1:0", "9:NOTFOUND ,")
	e.Map = ""
	if _, err := e.Lookup(t.Context(), "example.com"); err != nil {
		t.Fatal(err)
	}
	if request := <-asked; request != "postfix example.com" {
		t.Errorf("it is asked %q", request)
	}
}

func TestWhatIsNoNetstringIsRefused(t *testing.T) {
	for answer, hint := range map[string]string{
		"":                    "without an answer",
		"9":                   "ends in its length",
		"9:NOTF":              "ends after 4 of 9",
		"9:NOTFOUND ":         "ends after 9 of 9",
		"9:NOTFOUND ;":        "';' stands where a comma ends it",
		":,":                  "in the place of its length",
		"-1:,":                "'-' stands in the place of its length",
		"HTTP/1.1 400":        "'H' stands in the place of its length",
		"100001:":             "longer than the 100000",
		"99999999999999999:x": "longer than the 100000",
		// A length without an end is not read to its end.
		strings.Repeat("9", 100): "longer than the 100000",
	} {
		e, _ := daemon(t, "tcp", "127.0.0.1:0", answer)
		got, err := e.Lookup(t.Context(), "example.com")
		if err == nil || !strings.Contains(err.Error(), hint) {
			t.Errorf("%q is %q, %v; want an error with %q", answer, got, err, hint)
		}
	}
}

func TestTheLongestReplyIsRead(t *testing.T) {
	long := strings.Repeat("x", MaxReply)
	e, _ := daemon(t, "tcp", "127.0.0.1:0", "100000:"+long+",")
	if got, err := e.Lookup(t.Context(), "example.com"); err != nil || got != long {
		t.Errorf("%d octets are read, %v", len(got), err)
	}
}

func TestADaemonThatSaysNothingIsNotWaitedForLonger(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = Endpoint{Network: "tcp", Address: listener.Addr().String()}.Lookup(ctx, "example.com")
	if err == nil || !strings.Contains(err.Error(), "did not answer in time") {
		t.Errorf("the error is %v", err)
	}
}

func TestReplies(t *testing.T) {
	for text, want := range map[string]Reply{
		"OK may":           {StatusOK, "may"},
		"OK  may":          {StatusOK, " may"},
		"NOTFOUND ":        {StatusNotFound, ""},
		"NOTFOUND":         {StatusNotFound, ""},
		"TEMP busy now":    {StatusTemp, "busy now"},
		"TIMEOUT ":         {StatusTimeout, ""},
		"PERM no such map": {StatusPerm, "no such map"},
	} {
		if got, err := ParseReply(text); err != nil || got != want {
			t.Errorf("%q is %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", " ", "ok may", "OK", "OK ", "OKAY may", "NOTFOUND\n", "secure match=a"} {
		if got, err := ParseReply(text); err == nil {
			t.Errorf("%q is %+v, want an error", text, got)
		}
	}
}

func TestKeysAreTheDomainAndItsParents(t *testing.T) {
	if got, want := Keys("a.example.com"), []string{"a.example.com", ".example.com", ".com"}; !slices.Equal(got, want) {
		t.Errorf("the keys are %q, want %q", got, want)
	}
	if got := Keys("localhost"); !slices.Equal(got, []string{"localhost"}) {
		t.Errorf("the keys are %q", got)
	}
}
