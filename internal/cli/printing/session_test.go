package printing

import (
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/internal/terminal"
)

func TestSessionLine(t *testing.T) {
	t.Parallel()
	ended := time.Date(2026, time.January, 2, 3, 4, 5, 0, time.Local)
	for name, test := range map[string]struct {
		session fakemx.Session
		want    string
	}{
		"nothing happened": {
			fakemx.Session{Outcome: fakemx.Idle},
			"clear  idle",
		},
		"delivered in TLS, certificate asked for, authenticated": {
			fakemx.Session{
				TLS: &fakemx.TLS{
					Completed: true, Version: "TLSv1.3", ClientCertificate: fakemx.ClientCertificate{Requested: true, Verify: "NO"},
				},
				Auth:         &fakemx.Auth{Mechanism: "PLAIN", Identity: "anna", Succeeded: true},
				Transactions: []fakemx.Transaction{{From: "a@x.test", To: []string{"b@y.test", "c@y.test"}, Accepted: true}},
				Outcome:      fakemx.DeliveredTLS, Flags: []fakemx.Flag{fakemx.ZeroLengthCertificate},
			},
			"TLSv1.3  delivered-tls  verify=NO  auth PLAIN anna  <a@x.test> → <b@y.test>, <c@y.test>  zero-length-certificate",
		},
		"alert": {
			fakemx.Session{TLS: &fakemx.TLS{Error: "x", Alert: &fakemx.Alert{Code: 48, Name: "unknown_ca", From: "client"}}, Outcome: fakemx.Refused},
			"alert unknown_ca from client  refused",
		},
		"broken off": {
			fakemx.Session{TLS: &fakemx.TLS{Error: "connection reset"}, Fault: fakemx.Fault{At: "starttls", Do: "reset"}, Outcome: fakemx.Faulted},
			"no TLS: connection reset  faulted  fault: starttls reset",
		},
		"broken off for no known reason": {
			fakemx.Session{TLS: &fakemx.TLS{}, Outcome: fakemx.Refused},
			"no TLS  refused",
		},
		"more than is recorded": {
			fakemx.Session{
				Transactions: []fakemx.Transaction{{From: "a"}}, Outcome: fakemx.DeliveredTLS, Accepted: fakemx.Accepted{InTLS: 1},
				LeftOut: fakemx.LeftOut{Transactions: 6, Recipients: 2},
			},
			"clear  delivered-tls  <a> → nobody (not accepted)  6 more transactions and 2 more recipients not recorded",
		},
		"more recipients than are recorded": {
			fakemx.Session{Outcome: fakemx.Refused, LeftOut: fakemx.LeftOut{Recipients: 2}},
			"clear  refused  2 more recipients not recorded",
		},
		"many, hostile, refused": {
			fakemx.Session{
				Auth: &fakemx.Auth{Mechanism: "X\x1b[2J"},
				Transactions: []fakemx.Transaction{
					{From: "\x1b[31m", To: []string{"1", "2", "3", "4"}}, {From: "b", Accepted: true, To: []string{"c"}},
					{From: "", Accepted: false}, {From: "last"},
				},
				Outcome: fakemx.DeliveredClear,
			},
			`clear  delivered-clear  auth X\x1b[2J failed  <\x1b[31m> → <1>, <2>, <3>, … (not accepted), <b> → <c>, <> → nobody (not accepted), …`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := test.session
			s.Scenario, s.Remote, s.Ended = "healthy", "127.0.0.1:9", ended
			if got, want := sessionLine(s, terminal.Style{}), "03:04:05  healthy  127.0.0.1:9  "+test.want+"\n"; got != want {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

func TestOutcomesAreColoured(t *testing.T) {
	t.Parallel()
	for outcome, want := range map[fakemx.Outcome]string{
		fakemx.DeliveredTLS:   "\x1b[32mdelivered-tls\x1b[0m",
		fakemx.DeliveredClear: "\x1b[31mdelivered-clear\x1b[0m",
		fakemx.Refused:        "\x1b[33mrefused\x1b[0m",
		fakemx.Faulted:        "\x1b[2mfaulted\x1b[0m",
		fakemx.Idle:           "\x1b[2midle\x1b[0m",
	} {
		if got := outcomeWord(outcome, terminal.Style{Colour: true}); got != want {
			t.Errorf("%s is %q, want %q", outcome, got, want)
		}
	}
}
