package clients_test

import (
	"context"
	"net"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/e2e/internal/clients"
	"github.com/fakemx/fakemx/e2e/internal/standin"
)

const message = "From: <sender@client.test>\nTo: <rcpt@standin.test>\nSubject: hello\n\nhello\n"

func run(t *testing.T, client clients.Client, server *standin.Server, host string, implicit bool) clients.Result {
	t.Helper()
	if reason, ok := client.Available(); !ok {
		t.Skip(reason)
	}
	addr, port, err := net.SplitHostPort(server.Addr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	return client.Run(ctx, clients.Target{
		Host: host, MX: "mx.standin.test", Addr: addr, Port: port, CAFile: server.CAFile, Implicit: implicit,
		From: "sender@client.test", To: "rcpt@standin.test", Message: message,
	})
}

// A want is what is expected of a client and of the server's record of it.
type want struct {
	tls, complains bool
	// clear: it delivers all the same, in clear.
	clear bool
}

func check(t *testing.T, client clients.Client, server *standin.Server, host string, implicit bool, want want) {
	t.Helper()
	r := run(t, client, server, host, implicit)
	if r.TLS != want.tls {
		t.Errorf("TLS %v, want %v. It wrote:\n%s", r.TLS, want.tls, r.Output)
	}
	if complains := len(r.Errors) > 0; complains != want.complains && !silent(client) && !chatty(client) {
		t.Errorf("errors %q, want some: %v. It wrote:\n%s", r.Errors, want.complains, r.Output)
	}
	delivers := want.clear || want.tls && !client.Probes
	if r.Delivered != delivers {
		t.Errorf("it says delivered %v, exit %d; want delivered %v. It wrote:\n%s", r.Delivered, r.Exit, delivers, r.Output)
	}
	messages := server.Messages()
	if !delivers {
		if len(messages) != 0 {
			t.Errorf("the server has %d messages, want none", len(messages))
		}
		return
	}
	if len(messages) != 1 {
		t.Fatalf("the server has %d messages, want one", len(messages))
	}
	if got := messages[0]; got.TLS == want.clear || got.From != "sender@client.test" || !strings.Contains(got.Text, "\r\n\r\nhello\r\n") {
		t.Errorf("the server has %+v", got)
	}
}

// silent are clients that may end without a word.
func silent(client clients.Client) bool { return client.Program == "posttls-finger" }

// chatty are clients that log of sound peers, too.
func chatty(client clients.Client) bool { return client.Program == "sendmail" }

func TestEveryClient(t *testing.T) {
	for _, client := range clients.All() {
		t.Run(client.Name, func(t *testing.T) {
			t.Parallel()
			for _, test := range []struct {
				name    string
				options standin.Options
				host    string
				want    want
			}{
				{name: "sound peer", host: "localhost", want: want{tls: true}},
				{name: "sound peer by another name", host: "mx.standin.test", want: want{tls: true}},
				{
					name: "peer that cannot be verified", options: standin.Options{LeafOnly: true}, host: "localhost",
					want: want{tls: !client.Form.Verifies(), complains: client.Form.Verifies()},
				},
				{name: "implicit TLS", options: standin.Options{Implicit: true}, host: "localhost", want: want{tls: true}},
				{
					name: "implicit TLS that cannot be verified", options: standin.Options{Implicit: true, LeafOnly: true},
					host: "localhost", want: want{tls: !client.Form.Verifies(), complains: client.Form.Verifies()},
				},
				{
					name: "peer without TLS", options: standin.Options{NoTLS: true}, host: "localhost",
					want: want{complains: true, clear: client.Form == clients.Opportunistic},
				},
			} {
				t.Run(test.name, func(t *testing.T) {
					if test.options.Implicit && client.STARTTLSOnly {
						t.Skip("it has no way to do that")
					}
					server := standin.Start(t, test.options)
					check(t, client, server, test.host, test.options.Implicit, test.want)
				})
			}
		})
	}
}

// swaks is the client that verifies no names; a client that should not must
// not pass for one that does.
func TestVerifiesTheName(t *testing.T) {
	for _, client := range clients.All() {
		if !client.Form.Verifies() {
			continue
		}
		t.Run(client.Name, func(t *testing.T) {
			server := standin.Start(t, standin.Options{})
			want := want{complains: true}
			if client.Name == "swaks" {
				want.tls, want.complains = true, false
			}
			check(t, client, server, "other.standin.test", false, want)
		})
	}
}

func TestErrorsAreTheSameInEveryRun(t *testing.T) {
	for _, client := range clients.All() {
		t.Run(client.Name, func(t *testing.T) {
			t.Parallel()
			options := standin.Options{LeafOnly: true}
			first := run(t, client, standin.Start(t, options), "localhost", false).Errors
			second := run(t, client, standin.Start(t, options), "localhost", false).Errors
			if !reflect.DeepEqual(first, second) {
				t.Errorf("they differ:\n%q\n%q", first, second)
			}
		})
	}
}

func TestSlowClientIsKilled(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	caFile := standin.Start(t, standin.Options{}).CAFile
	for _, client := range clients.All() {
		t.Run(client.Name, func(t *testing.T) {
			t.Parallel()
			if reason, ok := client.Available(); !ok {
				t.Skip(reason)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Second/4)
			defer cancel()
			r := client.Run(ctx, clients.Target{
				Host: "localhost", MX: "mx.standin.test", Addr: "127.0.0.1", Port: port, CAFile: caFile,
				From: "sender@client.test", To: "rcpt@standin.test", Message: message,
			})
			if r.TLS || r.Delivered || len(r.Errors) == 0 {
				t.Errorf("got %+v, want an error", r)
			}
		})
	}
}

func TestKnowsItsVersion(t *testing.T) {
	for _, client := range clients.All() {
		t.Run(client.Name, func(t *testing.T) {
			if reason, ok := client.Available(); !ok {
				t.Skip(reason)
			}
			if got := client.Version(); !regexp.MustCompile(`^\d+\.\d+`).MatchString(got) {
				t.Errorf("version %q, want numbers", got)
			}
		})
	}
}
