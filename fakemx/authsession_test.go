package fakemx_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/smtp"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// Passwords that nothing else in a record can hold.
const (
	password = "correct-horse-7h3-b4773ry"
	wrong    = "a-wrong-Pa55w0rd-altogether"
)

func encode(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// exchange conducts an AUTH command with a client of go-sasl and returns the
// code of the last reply.
func (c *talker) exchange(client sasl.Client) string {
	c.t.Helper()
	mechanism, response, err := client.Start()
	if err != nil {
		c.t.Fatal(err)
	}
	line := "AUTH " + mechanism
	if response != nil {
		line += " " + initial(response)
	}
	for {
		c.send(line + "\r\n")
		code, text, err := c.reply()
		if err != nil || code != "334" {
			return code
		}
		challenge, err := base64.StdEncoding.DecodeString(text[0])
		if err != nil {
			c.t.Fatal(err)
		}
		answer, err := client.Next(challenge)
		if err != nil {
			answer = []byte{1} // RFC 7628 section 3.2.3: what went wrong is understood
		}
		line = base64.StdEncoding.EncodeToString(answer)
	}
}

func initial(response []byte) string {
	if len(response) == 0 {
		return "="
	}
	return base64.StdEncoding.EncodeToString(response)
}

// scramClient is SCRAM as go-sasl has it.
type scramClient struct {
	name         string
	conversation *scram.ClientConversation
}

func newSCRAM(name string, hash scram.HashGeneratorFcn, secret string) sasl.Client {
	client, err := hash.NewClient("user", secret, "")
	if err != nil {
		panic(err)
	}
	return &scramClient{name, client.NewConversation()}
}

func (s *scramClient) Start() (string, []byte, error) {
	first, err := s.conversation.Step("")
	return s.name, []byte(first), err
}

func (s *scramClient) Next(challenge []byte) ([]byte, error) {
	answer, err := s.conversation.Step(string(challenge))
	return []byte(answer), err
}

// cramClient is net/smtp's CRAM-MD5 as go-sasl has it.
type cramClient struct{ smtp.Auth }

func (c cramClient) Start() (string, []byte, error) { return c.Auth.Start(nil) }

func (c cramClient) Next(challenge []byte) ([]byte, error) { return c.Auth.Next(challenge, true) }

// exchanges are all mechanisms that need a password.
func exchanges(secret string) map[string]sasl.Client {
	return map[string]sasl.Client{
		"PLAIN":         sasl.NewPlainClient("", "user", secret),
		"LOGIN":         sasl.NewLoginClient("user", secret),
		"CRAM-MD5":      cramClient{smtp.CRAMMD5Auth("user", secret)},
		"SCRAM-SHA-1":   newSCRAM("SCRAM-SHA-1", scram.SHA1, secret),
		"SCRAM-SHA-256": newSCRAM("SCRAM-SHA-256", scram.SHA256, secret),
		"OAUTHBEARER":   sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: "user", Token: secret}),
	}
}

// shows are the mechanisms that show the secret to whoever listens.
var shows = []string{"PLAIN", "LOGIN", "OAUTHBEARER"}

func TestMechanisms(t *testing.T) {
	t.Parallel()
	for _, inTLS := range []bool{true, false} {
		for _, right := range []bool{true, false} {
			secret := password
			if !right {
				secret = wrong
			}
			for mechanism, client := range exchanges(secret) {
				name := mechanism + map[bool]string{true: " in TLS", false: " in clear"}[inTLS] +
					map[bool]string{true: "", false: ", wrong password"}[right]
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					checkMechanism(t, mechanism, client, inTLS, right)
				})
			}
		}
	}
}

func checkMechanism(t *testing.T, mechanism string, client sasl.Client, inTLS, right bool) {
	t.Helper()
	s := play(t, authEverywhere, fakemx.WithUser("user", password))
	c := dial(t, s)
	c.ehlo()
	if inTLS {
		c.startTLS(s.ClientTLS())
		c.ehlo()
	}
	want := "235"
	if !right {
		want = "535"
	}
	if code := c.exchange(client); code != want {
		t.Errorf("the last reply is %s, want %s", code, want)
	}
	c.say("NOOP", 250)
	c.quit()
	session := only(t, s)
	a := session.Auth
	if a == nil || *a != (fakemx.Auth{Mechanism: mechanism, Identity: "user", Succeeded: right, InClear: !inTLS}) {
		t.Errorf("auth %+v", a)
	}
	if flagged := slices.Contains(session.Flags, fakemx.CredentialsInClear); flagged != (!inTLS && slices.Contains(shows, mechanism)) {
		t.Errorf("flags %v", session.Flags)
	}
	checkSecrets(t, session)
}

// checkSecrets looks for the passwords in every form in which they may stand
// in a record.
func checkSecrets(t testing.TB, session fakemx.Session) {
	t.Helper()
	text, err := json.Marshal(session)
	if err != nil {
		t.Fatal(err)
	}
	record := strings.ToLower(string(text) + session.Narrate())
	for _, secret := range []string{password, wrong} {
		forms := []string{secret, hex.EncodeToString([]byte(secret))}
		for shift := range 3 { // base64 of a part of a longer text
			padded := strings.Repeat("\x00", shift) + secret
			whole := base64.StdEncoding.EncodeToString([]byte(padded))
			forms = append(forms, whole[4:len(whole)-4])
		}
		for _, form := range forms {
			if strings.Contains(record, strings.ToLower(form)) {
				t.Errorf("the record holds a secret as %q:\n%s", form, session.Narrate())
			}
		}
	}
}

// Whatever a client does with its secret, it is in no record.
func TestSecretsStayOut(t *testing.T) {
	t.Parallel()
	plain := encode("\x00user\x00" + password)
	for name, tt := range map[string]struct {
		lines   []string
		codes   []int
		flagged bool
	}{
		"refused in clear":         {[]string{"AUTH PLAIN " + plain}, []int{530}, true},
		"goes on behind a refusal": {[]string{"AUTH LOGIN", encode("user"), encode(password)}, []int{530, 500, 500}, true},
		"tab for space":            {[]string{"AUTH\tPLAIN\t" + plain}, []int{500}, false},
		"leading space":            {[]string{" AUTH PLAIN " + plain}, []int{500}, false},
		"no mechanism":             {[]string{"AUTH " + plain}, []int{530}, false},
		"glued together":           {[]string{"AUTHPLAIN " + plain}, []int{500}, false},
		"lower case":               {[]string{"auth plain " + plain}, []int{530}, true},
		"raw secret":               {[]string{"AUTH LOGIN", password, "PASS " + password}, []int{530, 500, 500}, false},
		"two spaces":               {[]string{"AUTH  PLAIN  " + plain}, []int{530}, true},
		"too long":                 {[]string{"AUTH PLAIN " + strings.Repeat(encode(password+"!"), 1000)}, []int{500}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := play(t, nil, fakemx.WithUser("user", password))
			c := dial(t, s)
			c.ehlo()
			for i, line := range tt.lines {
				c.say(line, tt.codes[i])
			}
			c.quit()
			session := only(t, s)
			checkSecrets(t, session)
			if flagged := slices.Contains(session.Flags, fakemx.CredentialsInClear); flagged != tt.flagged {
				t.Errorf("flags %v", session.Flags)
			}
			if !heard(session, "withheld") && !heard(session, "too long") {
				t.Errorf("the transcript does not say that something is left out:\n%s", session.Narrate())
			}
		})
	}
}

func TestExchangesThatGoWrong(t *testing.T) {
	t.Parallel()
	plain := encode("\x00user\x00" + password)
	for name, tt := range map[string]struct {
		lines     []string
		codes     []int
		mechanism string // that is recorded; empty for none
	}{
		"cancelled":           {[]string{"AUTH LOGIN", "*"}, []int{334, 501}, "LOGIN"},
		"cancelled later":     {[]string{"AUTH LOGIN", encode("user"), "*"}, []int{334, 334, 501}, "LOGIN"},
		"no base64":           {[]string{"AUTH LOGIN", "!" + password}, []int{334, 501}, "LOGIN"},
		"no base64 at once":   {[]string{"AUTH PLAIN !" + password}, []int{501}, ""},
		"word too many":       {[]string{"AUTH PLAIN " + plain + " extra"}, []int{501}, ""},
		"server first":        {[]string{"AUTH CRAM-MD5 " + plain}, []int{501}, "CRAM-MD5"},
		"server first, empty": {[]string{"AUTH CRAM-MD5 ="}, []int{501}, "CRAM-MD5"},
		"OAUTHBEARER cut off": {[]string{"AUTH OAUTHBEARER " + encode("n,,\x01auth=Bearer "+password), encode("\x01")}, []int{334, 535}, "OAUTHBEARER"},
		"OAUTHBEARER glued":   {[]string{"AUTH OAUTHBEARER " + encode("n,,auth=Bearer "+password+"\x01\x01"), encode("\x01")}, []int{334, 535}, "OAUTHBEARER"},
		"garbage":             {[]string{"AUTH PLAIN " + encode("\xff\xfe")}, []int{535}, "PLAIN"},
		"garbage for SCRAM":   {[]string{"AUTH SCRAM-SHA-256", encode("n,,x")}, []int{334, 535}, "SCRAM-SHA-256"},
		"response too long":   {[]string{"AUTH PLAIN", strings.Repeat("A", 12291)}, []int{334, 500}, "PLAIN"},
		"far too long":        {[]string{"AUTH PLAIN", strings.Repeat("A", 500_000)}, []int{334, 500}, "PLAIN"},
		"longest response":    {[]string{"AUTH PLAIN", strings.Repeat("A", 12288)}, []int{334, 535}, "PLAIN"},
		"unknown mechanism":   {[]string{"AUTH NTLM"}, []int{504}, ""},
		"no mechanism":        {[]string{"AUTH"}, []int{501}, ""},
		"after authenticated": {[]string{"AUTH ANONYMOUS =", "AUTH PLAIN"}, []int{235, 503}, "ANONYMOUS"},
		"in a transaction":    {[]string{"MAIL FROM:<a@example.test>", "AUTH ANONYMOUS ="}, []int{250, 503}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := play(t, nil, fakemx.WithUser("user", password))
			c := dial(t, s)
			c.ehlo()
			c.startTLS(s.ClientTLS())
			c.ehlo()
			for i, line := range tt.lines {
				c.say(line, tt.codes[i])
			}
			c.say("NOOP", 250) // no reply too many
			c.quit()
			session := only(t, s)
			checkSecrets(t, session)
			if (session.Auth == nil) != (tt.mechanism == "") || session.Auth != nil && session.Auth.Mechanism != tt.mechanism {
				t.Errorf("auth %+v, want %s", session.Auth, tt.mechanism)
			}
		})
	}
}

func TestVanishesAmidAuth(t *testing.T) {
	t.Parallel()
	s := play(t, authEverywhere, fakemx.WithUser("user", password))
	c := dial(t, s)
	c.ehlo()
	c.say("AUTH LOGIN "+encode("user"), 334)
	c.send(encode(password)) // without its line end
	c.hangUp()
	session := only(t, s)
	checkSecrets(t, session)
	if session.Auth == nil || session.Auth.Succeeded || session.Auth.Mechanism != "LOGIN" {
		t.Errorf("auth %+v", session.Auth)
	}
}

func TestExternalByClientCertificate(t *testing.T) {
	t.Parallel()
	s := play(t, func(p *scenarios.Peer) {
		p.TLS.ClientCertificate = scenarios.ClientCertificate{
			Mode: scenarios.ClientCertificateRequest, Authorities: []string{"client-ca"}, Trust: []string{"client-ca"},
		}
	})
	config := s.ClientTLS()
	certificate, ok := s.PKI().ClientTLSCertificate()
	if !ok {
		t.Fatal("the healthy PKI has no client certificate")
	}
	for _, presented := range []bool{true, false} {
		if presented {
			config.Certificates = append(config.Certificates, certificate)
		} else {
			config.Certificates = nil
		}
		c := dial(t, s)
		c.ehlo()
		c.startTLS(config)
		offered := strings.Join(c.ehlo(), "\n")
		if strings.Contains(offered, "EXTERNAL") != presented {
			t.Errorf("presented %v: offered %q", presented, offered)
		}
		if presented {
			c.say("AUTH EXTERNAL =", 235)
		}
		c.quit()
		session := wait(t, s)
		cc := session.TLS.ClientCertificate
		if !cc.Requested || cc.Presented != presented || (cc.Verify == "OK") != presented {
			t.Errorf("client certificate %+v", cc)
		}
		if slices.Contains(session.Flags, fakemx.ZeroLengthCertificate) == presented {
			t.Errorf("presented %v: flags %v", presented, session.Flags)
		}
		if presented && (session.Auth == nil || session.Auth.Identity != "client.fakemx.test" || len(cc.Chain) == 0) {
			t.Errorf("auth %+v, chain %v", session.Auth, cc.Chain)
		}
	}
}

// A bait takes any credentials, so that it is seen who shows them.
func TestBait(t *testing.T) {
	t.Parallel()
	s := play(t, func(p *scenarios.Peer) {
		p.SMTP.Auth.Offer, p.SMTP.Auth.Bait = scenarios.Everywhere, true
		p.SMTP.StartTLS.Keyword = "XXXXXXXA"
	})
	c := dial(t, s)
	c.ehlo()
	if code := c.exchange(sasl.NewPlainClient("", "anybody", password)); code != "235" {
		t.Errorf("the bait answers %s", code)
	}
	c.quit()
	session := only(t, s)
	checkSecrets(t, session)
	want := []fakemx.Flag{fakemx.AuthenticatedToMaskedOffer, fakemx.CredentialsInClear}
	if !slices.Equal(session.Flags, want) || !session.Auth.InClear || !session.Auth.Succeeded {
		t.Errorf("flags %v, auth %+v", session.Flags, session.Auth)
	}
}
