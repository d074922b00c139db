package auth_test

import (
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/textproto"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/fakemx/fakemx/fakemx/internal/auth"
)

// session is a go-smtp session that does nothing but AUTH.
type session struct{ options auth.Options }

func (s session) AuthMechanisms() []string { return []string{"PLAIN"} }

func (s session) Auth(mech string) (sasl.Server, error) { return auth.New(mech, s.options) }

func (session) Reset()                               {}
func (session) Logout() error                        { return nil }
func (session) Mail(string, *smtp.MailOptions) error { return nil }
func (session) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (session) Data(io.Reader) error                 { return nil }

// listen starts a go-smtp server and returns its address.
func listen(t *testing.T, o auth.Options) string {
	t.Helper()
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return session{o}, nil }))
	server.AllowInsecureAuth = true
	server.MaxLineLength = 16 << 10
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	t.Cleanup(func() {
		if err := errors.Join(server.Close(), l.Close()); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

// TestWire holds the dialogues of RFC 4954 as go-smtp conducts them.
func TestWire(t *testing.T) {
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	const failed = "535 5.7.8 Authentication failed"
	tests := []struct {
		name  string
		lines []string // what the client sends, and the reply to it, in turn
	}{
		{"PLAIN without initial response", []string{"AUTH PLAIN", "334 ", b64("\x00user\x00pencil"), "235 2.0.0 Authentication succeeded"}},
		{"LOGIN", []string{"AUTH LOGIN", "334 " + b64("Username:"), b64("user"), "334 " + b64("Password:"), b64("pencil"), "235 2.0.0 Authentication succeeded"}},
		{"LOGIN fails", []string{"AUTH LOGIN " + b64("user"), "334 " + b64("Password:"), "=", failed}},
		{"cancelled", []string{"AUTH LOGIN", "334 " + b64("Username:"), "*", "501 5.0.0 Negotiation cancelled", "AUTH PLAIN =", failed}},
		{"ANONYMOUS", []string{"AUTH ANONYMOUS =", "235 2.0.0 Authentication succeeded"}},
		{"EXTERNAL without certificate", []string{"AUTH EXTERNAL =", failed}},
		{"OAUTHBEARER fails", []string{
			"AUTH OAUTHBEARER " + b64("n,a=user,\x01auth=Bearer x\x01\x01"),
			"334 " + b64(`{"status":"invalid_token","schemes":"bearer","scope":""}`),
			"AQ==", failed,
		}},
		{"OAUTHBEARER fails, empty response", []string{
			"AUTH OAUTHBEARER " + b64("garbage"),
			"334 " + b64(`{"status":"invalid_request","schemes":"bearer","scope":""}`),
			"", failed,
		}},
		{"too long", []string{"AUTH PLAIN", "334 ", strings.Repeat("A", 12292), "500 5.5.6 Authentication Exchange line is too long"}},
		{"unknown", []string{"AUTH XOAUTH2", "504 5.7.4 Unsupported authentication mechanism"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn, err := textproto.Dial("tcp", listen(t, auth.Options{Users: map[string]string{"user": "pencil"}}))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			if _, _, err := conn.ReadResponse(220); err != nil {
				t.Fatal(err)
			}
			if err := conn.PrintfLine("EHLO client.example"); err != nil {
				t.Fatal(err)
			}
			if _, _, err := conn.ReadResponse(250); err != nil {
				t.Fatal(err)
			}
			talk(t, conn, tt.lines)
		})
	}
}

func talk(t *testing.T, conn *textproto.Conn, lines []string) {
	t.Helper()
	for ; len(lines) > 0; lines = lines[2:] {
		if err := conn.PrintfLine("%s", lines[0]); err != nil {
			t.Fatal(err)
		}
		if reply, err := conn.ReadLine(); err != nil || reply != lines[1] {
			t.Fatalf("after %.60q got %q, error %v, want %q", lines[0], reply, err, lines[1])
		}
	}
}
