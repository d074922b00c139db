package sendmail_test

import (
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/e2e/internal/sendmail"
	"github.com/fakemx/fakemx/e2e/internal/standin"
)

const message = "Subject: hello\n\nhello\n"

// requireLog skips a test where there is no sendmail, or no log of it.
func requireLog(t *testing.T) {
	t.Helper()
	if reason, ok := sendmail.Available(); !ok {
		t.Skip(reason)
	}
	if reason, ok := sendmail.LogAvailable(); !ok {
		t.Skip(reason)
	}
}

// smartHost reaches a stand-in by the name that its certificate has.
func smartHost(t *testing.T, addr string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	return "mx.standin.test:" + port
}

func send(t *testing.T, options sendmail.Options) sendmail.Result {
	t.Helper()
	result, err := sendmail.New(t, options).Send("sender@client.test", "rcpt@standin.test", message)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestDelivers(t *testing.T) {
	requireLog(t)
	for _, test := range []struct {
		name    string
		server  standin.Options
		options sendmail.Options
		tls     bool
		user    string
		want    []string
	}{
		{
			name: "in verified TLS", tls: true,
			want: []string{"relay=mx.standin.test., version=TLSv1.3, verify=OK,", "verifymsg=ok", "stat=Sent"},
		},
		{
			name: "in TLS that it cannot verify", server: standin.Options{LeafOnly: true}, tls: true,
			want: []string{"verify=FAIL", "verifymsg=unable to get local issuer certificate"},
		},
		{
			name: "in clear", server: standin.Options{NoTLS: true},
			want: []string{"mailer=esmtp", "stat=Sent"},
		},
		{
			name: "after AUTH", tls: true, user: standin.User,
			options: sendmail.Options{Auth: &sendmail.Auth{User: standin.User, Password: standin.Password}},
			want:    []string{"AUTH=client, relay=mx.standin.test., mech=PLAIN"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := standin.Start(t, test.server)
			test.options.SmartHost = smartHost(t, server.Addr)
			test.options.CAFile, test.options.CAPath = server.CAFile, t.TempDir()
			result := send(t, test.options)
			if !result.Delivered || result.Queued {
				t.Errorf("delivered %v, queued %v; want it delivered:\n%s", result.Delivered, result.Queued, result.Output)
			}
			for _, want := range test.want {
				if result.Find(want) == "" {
					t.Errorf("no log line with %q in:\n%s", want, strings.Join(result.Log, "\n"))
				}
			}
			messages := server.Messages()
			if len(messages) != 1 {
				t.Fatalf("the server has %d messages, want 1", len(messages))
			}
			if got := messages[0]; got.TLS != test.tls || got.User != test.user {
				t.Errorf("the server saw TLS %v and user %q, want %v and %q", got.TLS, got.User, test.tls, test.user)
			}
		})
	}
}

// This is what the administrator of a field report fell over: defining one of
// the two is as good as defining none.
func TestReadsCAFileOnlyWithCAPath(t *testing.T) {
	requireLog(t)
	server := standin.Start(t, standin.Options{})
	for _, test := range []struct{ path, want string }{
		{path: "", want: "verify=FAIL"},
		{path: t.TempDir(), want: "verify=OK"},
	} {
		result := send(t, sendmail.Options{
			SmartHost: smartHost(t, server.Addr), CAFile: server.CAFile, CAPath: test.path,
		})
		if result.Find("STARTTLS=client", test.want) == "" {
			t.Errorf("with confCACERT_PATH %q there is no %s in:\n%s", test.path, test.want, strings.Join(result.Log, "\n"))
		}
	}
}

func TestAccessMapIsObeyed(t *testing.T) {
	requireLog(t)
	server := standin.Start(t, standin.Options{LeafOnly: true})
	result := send(t, sendmail.Options{
		SmartHost: smartHost(t, server.Addr), CAFile: server.CAFile, CAPath: t.TempDir(),
		Access: []string{"TLS_Srv:mx.standin.test VERIFY"},
	})
	if result.Delivered || !result.Queued {
		t.Errorf("delivered %v, queued %v; want it queued", result.Delivered, result.Queued)
	}
	if result.Find("ruleset=tls_server, arg1=FAIL", "454 4.7.0") == "" {
		t.Errorf("no refusal by tls_server in:\n%s", strings.Join(result.Log, "\n"))
	}
	if len(server.Messages()) != 0 {
		t.Error("the server has a message, want none")
	}
}

func TestLinesAreMarkedAsSyslogMarksThem(t *testing.T) {
	requireLog(t)
	server := standin.Start(t, standin.Options{})
	result := send(t, sendmail.Options{SmartHost: smartHost(t, server.Addr), CAFile: server.CAFile})
	for _, line := range result.Log {
		if _, err := time.Parse(time.Stamp, line[:len(time.Stamp)]); err != nil {
			t.Errorf("the line begins with no time stamp: %v", err)
		}
		if !strings.HasPrefix(line[len(time.Stamp):], " sendmail[") {
			t.Errorf("the time stamp is not followed by sendmail's name: %q", line)
		}
	}
}

func TestDeadPeerLeavesTheMessageQueued(t *testing.T) {
	requireLog(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	result := send(t, sendmail.Options{SmartHost: smartHost(t, addr)})
	if result.Delivered || !result.Queued || result.Find("stat=Deferred: Connection refused by mx.standin.test.") == "" {
		t.Errorf("delivered %v, queued %v, log:\n%s", result.Delivered, result.Queued, strings.Join(result.Log, "\n"))
	}
}

func TestNothingIsLeftBehind(t *testing.T) {
	requireLog(t)
	t.Setenv("TMPDIR", t.TempDir())
	t.Run("send", func(t *testing.T) {
		server := standin.Start(t, standin.Options{})
		send(t, sendmail.Options{SmartHost: smartHost(t, server.Addr)})
	})
	left, err := os.ReadDir(os.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range left {
		if strings.HasPrefix(entry.Name(), "sendmail") {
			t.Errorf("%s is left behind", entry.Name())
		}
	}
}

// A stub stands for a test that New is to fail.
type stub struct {
	testing.TB
	failed string
}

func (s *stub) Helper()        {}
func (s *stub) Cleanup(func()) {}
func (s *stub) Fatalf(format string, _ ...any) {
	s.failed = format
	panic(s)
}

func TestRefusesToSendToAnotherMachine(t *testing.T) {
	requireLog(t)
	s := new(stub)
	defer func() {
		if recover() == nil || s.failed == "" {
			t.Error("192.0.2.1 is taken for a smart host, want a failure")
		}
	}()
	sendmail.New(s, sendmail.Options{SmartHost: "192.0.2.1:25"})
}
