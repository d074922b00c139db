package fakemx_test

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// A talk is a client's part of a session; it returns when the client has had
// enough, and leaves the connection to be closed.
type talk func(t *testing.T, s *fakemx.Server, conn *net.TCPConn, in *bufio.Reader)

// lines sends commands and reads a reply to each.
func lines(commands ...string) talk {
	return func(t *testing.T, _ *fakemx.Server, conn *net.TCPConn, in *bufio.Reader) {
		for _, c := range commands {
			_, _ = io.WriteString(conn, c+"\r\n")
			readReply(t, in)
		}
	}
}

func readReply(t *testing.T, in *bufio.Reader) {
	t.Helper()
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if len(line) > 3 && line[3] == ' ' {
			return
		}
	}
}

// inTLS starts TLS, trusting the peer or nobody.
func inTLS(trusting bool) talk {
	return func(t *testing.T, s *fakemx.Server, conn *net.TCPConn, in *bufio.Reader) {
		lines("EHLO client.test", "STARTTLS")(t, s, conn, in)
		config := s.ClientTLS()
		if !trusting {
			config = &tls.Config{ServerName: "localhost", MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12}
		}
		_ = tls.Client(conn, config).Handshake()
	}
}

// TestEndings: a client that says QUIT, one that closes, one that resets and one
// that sends an alert are told apart.
func TestEndings(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		scenario string
		talk     talk
		reset    bool
		want     fakemx.End
	}{
		{"QUIT", "healthy", lines("EHLO client.test", "QUIT"), false, fakemx.End{By: "client", How: "quit"}},
		{"FIN", "healthy", lines("EHLO client.test"), false, fakemx.End{By: "client", How: "close"}},
		{"RST", "healthy", lines("EHLO client.test"), true, fakemx.End{By: "client", How: "reset"}},
		{"FIN in place of a ClientHello", "healthy", lines("EHLO client.test", "STARTTLS"), false, fakemx.End{By: "client", How: "close"}},
		{"RST in place of a ClientHello", "healthy", lines("EHLO client.test", "STARTTLS"), true, fakemx.End{By: "client", How: "reset"}},
		{"FIN behind the handshake", "healthy", inTLS(true), false, fakemx.End{By: "client", How: "close"}},
		{"RST behind the handshake", "healthy", inTLS(true), true, fakemx.End{By: "client", How: "reset"}},
		{"alert", "healthy", inTLS(false), true, fakemx.End{By: "client", How: "alert"}},
		{"our RST", "reset-after-starttls", lines("EHLO client.test", "STARTTLS"), false, fakemx.End{By: "peer", How: "reset"}},
		{"our alert", "alert-internal-error", inTLS(true), false, fakemx.End{By: "peer", How: "alert"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := fakemx.Start(t, scenarios.MustGet(test.scenario))
			conn, err := net.Dial("tcp", s.Addr())
			if err != nil {
				t.Fatal(err)
			}
			tcp, in := conn.(*net.TCPConn), bufio.NewReader(conn)
			readReply(t, in)
			test.talk(t, s, tcp, in)
			if test.reset {
				_ = tcp.SetLinger(0)
			}
			_ = tcp.Close()
			if session := only(t, s); session.End != test.want {
				t.Errorf("the session ended by %+v, want %+v\n%s", session.End, test.want, session.Narrate())
			}
		})
	}
}

// TestCommandsAreCounted however many there are, and the last refusal is kept.
func TestCommandsAreCounted(t *testing.T) {
	t.Parallel()
	s := fakemx.Start(t, scenarios.MustGet("healthy"))
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(conn)
	readReply(t, in)
	const many = 1500 // more than a transcript holds
	for range many {
		_, _ = io.WriteString(conn, "STARTTLS\r\n")
		readReply(t, in)
	}
	for _, c := range []string{"EHLO client.test", "XYZZY", "MAIL FROM:<a@b.test>", "DATA"} {
		_, _ = io.WriteString(conn, c+"\r\n")
		readReply(t, in)
	}
	_ = conn.Close()
	session := only(t, s)
	want := fmt.Sprintf("[{EHLO 1 1} {STARTTLS %d %d} {MAIL 1 1} {DATA 1 1} { 1 1}]", many, many)
	if got := fmt.Sprint(session.Commands); got != want {
		t.Errorf("the commands are %s, want %s", got, want)
	}
	if r := session.Refusal; r == nil || r.To != "DATA" || r.Text[:2] != "50" {
		t.Errorf("the refusal is %+v", r)
	}
}

func TestAFaultIsOneWordOfJSON(t *testing.T) {
	t.Parallel()
	for text, fault := range map[string]fakemx.Fault{
		`""`: {}, `"starttls reset"`: {At: scenarios.AtSTARTTLS, Do: scenarios.DoReset},
	} {
		got, err := json.Marshal(fault)
		if err != nil || string(got) != text {
			t.Errorf("%+v is %s in JSON, %v; want %s", fault, got, err, text)
		}
		var back fakemx.Fault
		if err := json.Unmarshal([]byte(text), &back); err != nil || back != fault {
			t.Errorf("%s is read as %+v, %v", text, back, err)
		}
	}
	if err := json.Unmarshal([]byte(`"reset"`), new(fakemx.Fault)); err == nil {
		t.Error("a fault without a point is taken")
	}
}
