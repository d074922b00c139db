package legacy

import (
	"bytes"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx/internal/engine/enginetest"
)

// verdict is what a client makes of a server.
type verdict struct {
	args []string
	// refuses is what it says if it does not complete.
	refuses string
	// alert is what it sends then; zero if it closes without one.
	alert uint8
}

func (v verdict) check(t *testing.T, run enginetest.Run, got served) {
	t.Helper()
	if v.refuses == "" {
		if run.Err != nil || got.err != nil {
			t.Fatalf("want a complete handshake, client: %v, server: %v\n%s", run.Err, got.err, run.Said)
		}
		if !bytes.Equal(run.Echoed, enginetest.Payload) {
			t.Errorf("got %d octets back that are not the %d sent", len(run.Echoed), len(enginetest.Payload))
		}
		return
	}
	if got.err == nil {
		t.Fatalf("want a refusal (%s), the handshake completes", v.refuses)
	}
	enginetest.Match(t, v.refuses, run.Said)
	var alert uint8
	if got.state.ReceivedAlert != nil {
		alert = got.state.ReceivedAlert.Code
	}
	if alert != v.alert {
		t.Errorf("want alert %d, got %d (%v)", v.alert, alert, got.err)
	}
}

// A realCase is a server and what clients make of it.
type realCase struct {
	name            string
	suites          []string
	config          func(*Config) // if nil, nothing is changed
	openssl, gnutls []verdict
}

func takes(args ...string) verdict { return verdict{args: args} }

func refuses(says string, alert uint8, args ...string) verdict {
	return verdict{args: args, refuses: says, alert: alert}
}

func (c realCase) run(t *testing.T, client enginetest.Client, verdicts []verdict) {
	for _, v := range verdicts {
		t.Run(c.name+"/"+strings.Join(v.args, " "), func(t *testing.T) {
			server := config(t, c.suites...)
			if c.config != nil {
				c.config(server)
			}
			addr, wait := serve(t, server, nil)
			run := client(t, addr, v.args...)
			v.check(t, run, wait())
		})
	}
}

func TestOpenSSL(t *testing.T) {
	for _, c := range realCases() {
		c.run(t, enginetest.OpenSSL, c.openssl)
	}
}

func TestGnuTLS(t *testing.T) {
	for _, c := range realCases() {
		c.run(t, enginetest.GnuTLS, c.gnutls)
	}
}
