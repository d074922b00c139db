package audit

import (
	"context"
	"crypto/tls"
	"errors"
	"net/smtp"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// A login is a mailer that authenticates, and takes TLS where it is offered.
type login struct {
	careful   bool // it sends no password in clear
	fallsBack bool // it comes back in clear when TLS fails, for nothing but AUTH
	verifies  bool
	shows     bool // its password only if there is nothing better than PLAIN
}

func (login) String() string { return "a mailer with a password" }

func (m login) Deliver(_ context.Context, t Target) Attempt {
	err := m.send(t, true)
	if err != nil && m.fallsBack {
		err = m.send(t, false)
	}
	return Attempt{Err: err}
}

func (m login) send(t Target, starttls bool) error {
	c, err := smtp.Dial(t.Addr())
	if err != nil {
		return err
	}
	defer c.Close()
	if offered, _ := c.Extension("STARTTLS"); starttls && offered {
		if err := c.StartTLS(&tls.Config{InsecureSkipVerify: !m.verifies}); err != nil {
			return err
		}
	} else if m.careful {
		return errors.New("no password in clear")
	}
	offered, mechanisms := c.Extension("AUTH")
	if !offered {
		return firstOf(c.Quit(), errors.New("the peer has no AUTH"))
	}
	var how smtp.Auth = plain{t.User, t.Password}
	if m.shows && strings.Contains(mechanisms, "CRAM-MD5") {
		how = smtp.CRAMMD5Auth(t.User, t.Password)
	}
	if err := c.Auth(how); err != nil {
		return err
	}
	return firstOf(c.Mail(t.From), c.Rcpt(t.To), write(c, t.Message))
}

func write(c *smtp.Client, message []byte) error {
	w, err := c.Data()
	if err != nil {
		return err
	}
	_, err = w.Write(message)
	return firstOf(err, w.Close(), c.Quit())
}

// plain is PLAIN whether or not there is TLS.
type plain struct{ user, password string }

func (a plain) Start(*smtp.ServerInfo) (string, []byte, error) {
	return "PLAIN", []byte("\x00" + a.user + "\x00" + a.password), nil
}

func (plain) Next([]byte, bool) ([]byte, error) { return nil, nil }

// TestWhoGoesOnInClearForWantOfNothingButAUTH does not pass: where there is no
// TLS, AUTH is offered in clear, and elsewhere the verdict is unclear.
func TestWhoGoesOnInClearForWantOfNothingButAUTH(t *testing.T) {
	t.Parallel()
	const exposed = "fail: the client sent credentials in clear"
	without := pick("starttls-stripped", "starttls-masked", "starttls-flapping", "starttls-before-greeting",
		"starttls-454", "starttls-502", "starttls-554", "starttls-354")
	for name, test := range map[string]struct {
		mailer login
		policy Policy
		want   map[string]string
	}{
		"takes what there is": {login{fallsBack: true}, Encrypt, map[string]string{
			"starttls-stripped": exposed, "starttls-masked": exposed, "starttls-flapping": exposed, "starttls-before-greeting": exposed,
			"starttls-454": exposed, "starttls-502": exposed, "starttls-554": exposed, "starttls-354": exposed,
			"helo-only":            "unclear: ended a session in clear in which the peer offered no AUTH",
			"close-after-starttls": "unclear: ended a session in clear in which the peer offered no AUTH",
		}},
		"shows its password if it must": {login{shows: true}, Opportunistic, map[string]string{
			"starttls-stripped": exposed, "starttls-masked": exposed, "starttls-flapping": exposed, "starttls-before-greeting": exposed,
		}},
		"takes TLS only": {login{careful: true}, Encrypt, map[string]string{
			"starttls-stripped": "pass: ", "starttls-masked": "pass: ", "starttls-454": "pass: ", "close-after-starttls": "pass: ",
		}},
		"takes TLS only, and need not": {login{careful: true}, Opportunistic, map[string]string{
			"starttls-stripped": "may: did not do so in clear, and need not", "starttls-masked": "may: ", "helo-only": "may: ",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := probedWith(t, Options{Policy: test.policy, Driver: test.mailer, Scenarios: append(pick("helo-only", "close-after-starttls"), without...)})
			wantReasons(t, r, test.want)
			if found := strings.Join(r.Findings, "; "); test.policy == Opportunistic && strings.Contains(found, "goes on in clear") {
				t.Errorf("it may continue in clear, and the findings are %q", found)
			}
		})
	}
}

// TestWhoIsKilledBeforeAUTHProvesNothing.
func TestWhoIsKilledBeforeAUTHProvesNothing(t *testing.T) {
	t.Parallel()
	killed := Evidence{Runs: []CommandRun{{TimedOut: true}}, Sessions: []fakemx.Session{session(fakemx.Refused)}}
	control := Control{Scenario: "healthy", Delivered: true, Authenticated: true}
	for policy, want := range map[Policy]Result{Opportunistic: Unclear, Verify: Unclear} {
		if v := Judge(scenarios.MustGet("starttls-stripped"), policy, killed, control); v.Result != want {
			t.Errorf("%s: %s: %s", policy, v.Result, v.Reason)
		}
	}
}

// TestStayedInClear: what else ends a session shows nothing of that kind.
func TestStayedInClear(t *testing.T) {
	t.Parallel()
	greeted := func(s *fakemx.Session) { s.HELO = "client.example.test" }
	for name, test := range map[string]struct {
		session fakemx.Session
		want    bool
	}{
		"left in clear":      {ended(theClient, fakemx.EndQuit, greeted), true},
		"left at once":       {ended(theClient, fakemx.EndQuit), false},
		"began TLS":          {ended(theClient, fakemx.EndQuit, greeted, withTLS(false)), false},
		"asked for TLS":      {ended(theClient, fakemx.EndQuit, greeted, withCommands("STARTTLS", 1)), false},
		"met a fault":        {ended(theClient, fakemx.EndQuit, greeted, func(s *fakemx.Session) { s.Fault.Do = scenarios.DoReply }), false},
		"ended by the peer":  {ended(fakemx.FromPeer, fakemx.EndClose, greeted), false},
		"asked and was told": {ended(theClient, fakemx.EndQuit, greeted, withCommands("NOOP", 1)), true},
	} {
		if got := stayedInClear(test.session); got != test.want {
			t.Errorf("%s: %t, want %t", name, got, test.want)
		}
	}
}

// TestAControlTellsWhoAuthenticates.
func TestAControlTellsWhoAuthenticates(t *testing.T) {
	t.Parallel()
	for succeeded, want := range map[bool]bool{true: true, false: false} {
		s := session(fakemx.DeliveredTLS)
		s.Auth = &fakemx.Auth{Succeeded: succeeded}
		if got := NewControl(usualControl(Verify), Evidence{Sessions: []fakemx.Session{s}}); got.Authenticated != want {
			t.Errorf("succeeded %t: %+v", succeeded, got)
		}
	}
}
