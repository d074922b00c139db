package auth

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/xdg-go/scram"
)

// verdict is one call of Report.
type verdict struct {
	mechanism, identity string
	ok                  bool
}

// start returns a server and what it reports.
func start(t *testing.T, mech string, o Options) (sasl.Server, *[]verdict) {
	t.Helper()
	reports := new([]verdict)
	o.Report = func(mechanism, identity string, ok bool) {
		*reports = append(*reports, verdict{mechanism, identity, ok})
	}
	server, err := New(mech, o)
	if err != nil {
		t.Fatal(err)
	}
	return server, reports
}

// run conducts an exchange between client and server as SMTP would.
func run(client sasl.Client, server sasl.Server) error {
	_, response, err := client.Start()
	if err != nil {
		return err
	}
	for {
		challenge, done, err := server.Next(response)
		if done || err != nil {
			return err
		}
		if response == nil && len(challenge) == 0 {
			return errors.New("the server asks for an initial response")
		}
		if response, err = client.Next(challenge); err != nil {
			response = []byte{1} // RFC 7628 section 3.2.3
		}
		if response == nil {
			response = []byte{}
		}
	}
}

// scramClient makes an xdg-go/scram conversation a sasl.Client.
type scramClient struct {
	name         string
	conversation *scram.ClientConversation
}

func newSCRAMClient(t *testing.T, name, identity, password, authorization string) sasl.Client {
	t.Helper()
	hash := scram.SHA256
	if name == "SCRAM-SHA-1" {
		hash = scram.SHA1
	}
	client, err := hash.NewClient(identity, password, authorization)
	if err != nil {
		t.Fatal(err)
	}
	return scramClient{name, client.NewConversation()}
}

func newUnpreparedClient(t *testing.T, identity, password string) sasl.Client {
	t.Helper()
	client, err := scram.SHA256.NewClientUnprepped(identity, password, "")
	if err != nil {
		t.Fatal(err)
	}
	return scramClient{"SCRAM-SHA-256", client.NewConversation()}
}

func (c scramClient) Start() (string, []byte, error) {
	first, err := c.conversation.Step("")
	return c.name, []byte(first), err
}

func (c scramClient) Next(challenge []byte) ([]byte, error) {
	response, err := c.conversation.Step(string(challenge))
	return []byte(response), err
}

var (
	users       = map[string]string{"user": "pencil", "other": "tüken,=x", "unprepared": "a\u0007"}
	certificate = &x509.Certificate{
		Subject:        pkix.Name{CommonName: "Client One"},
		EmailAddresses: []string{"one@client.example"},
		DNSNames:       []string{"client.example"},
	}
)

// TestClients lets clients of the libraries talk to every mechanism.
func TestClients(t *testing.T) {
	bearer := func(identity, token string) sasl.Client {
		return sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: identity, Token: token, Host: "mx.example", Port: 25})
	}
	known := Options{Users: users}
	bait := Options{AcceptAny: true}
	withCertificate := Options{ClientCertificate: certificate}
	tests := []struct {
		name     string
		mech     string
		client   sasl.Client
		options  Options
		identity string
		ok       bool
	}{
		{"good", "PLAIN", sasl.NewPlainClient("", "user", "pencil"), known, "user", true},
		{"as itself", "PLAIN", sasl.NewPlainClient("user", "user", "pencil"), known, "user", true},
		{"as another", "PLAIN", sasl.NewPlainClient("other", "user", "pencil"), known, "user", false},
		{"wrong password", "PLAIN", sasl.NewPlainClient("", "user", "pen"), known, "user", false},
		{"unknown user", "PLAIN", sasl.NewPlainClient("", "nobody", ""), known, "nobody", false},
		{"bait", "PLAIN", sasl.NewPlainClient("boss", "nobody", "x"), bait, "nobody", true},

		{"good", "LOGIN", sasl.NewLoginClient("user", "pencil"), known, "user", true},
		{"wrong password", "LOGIN", sasl.NewLoginClient("user", "pen"), known, "user", false},
		{"bait", "LOGIN", sasl.NewLoginClient("nobody", "x"), bait, "nobody", true},

		{"good", "SCRAM-SHA-1", newSCRAMClient(t, "SCRAM-SHA-1", "user", "pencil", ""), known, "user", true},
		{"wrong password", "SCRAM-SHA-1", newSCRAMClient(t, "SCRAM-SHA-1", "user", "pen", ""), known, "user", false},
		{"good", "SCRAM-SHA-256", newSCRAMClient(t, "SCRAM-SHA-256", "other", "tüken,=x", ""), known, "other", true},
		{"password that SASLprep forbids", "SCRAM-SHA-256", newUnpreparedClient(t, "unprepared", "a\u0007"), known, "unprepared", true},
		{"as itself", "SCRAM-SHA-256", newSCRAMClient(t, "SCRAM-SHA-256", "user", "pencil", "user"), known, "user", true},
		{"as another", "SCRAM-SHA-256", newSCRAMClient(t, "SCRAM-SHA-256", "user", "pencil", "other"), known, "user", false},
		{"unknown user", "SCRAM-SHA-256", newSCRAMClient(t, "SCRAM-SHA-256", "nobody", "pencil", ""), known, "nobody", false},

		{"trace", "ANONYMOUS", sasl.NewAnonymousClient("sirhc"), Options{}, "", true},
		{"longest trace", "ANONYMOUS", sasl.NewAnonymousClient(strings.Repeat("ü", 255)), Options{}, "", true},
		{"trace too long", "ANONYMOUS", sasl.NewAnonymousClient(strings.Repeat("ü", 256)), Options{}, "", false},
		{"trace not UTF-8", "ANONYMOUS", sasl.NewAnonymousClient("\xff"), Options{}, "", false},

		{"first name", "EXTERNAL", sasl.NewExternalClient(""), withCertificate, "one@client.example", true},
		{"dNSName", "EXTERNAL", sasl.NewExternalClient("client.example"), withCertificate, "client.example", true},
		{"common name", "EXTERNAL", sasl.NewExternalClient("Client One"), withCertificate, "Client One", true},
		{"another", "EXTERNAL", sasl.NewExternalClient("boss"), withCertificate, "boss", false},
		{"no certificate", "EXTERNAL", sasl.NewExternalClient("boss"), bait, "", false},
		{"no name", "EXTERNAL", sasl.NewExternalClient(""), Options{ClientCertificate: &x509.Certificate{}}, "", false},

		{"good", "OAUTHBEARER", bearer("user", "pencil"), known, "user", true},
		{"by token alone", "OAUTHBEARER", bearer("", "pencil"), known, "user", true},
		{"wrong token", "OAUTHBEARER", bearer("user", "pen"), known, "user", false},
		{"another's token", "OAUTHBEARER", bearer("other", "pencil"), known, "other", false},
		{"unknown token", "OAUTHBEARER", bearer("", "pen"), known, "", false},
		{"bait", "OAUTHBEARER", bearer("", "x"), bait, "", true},
	}
	for _, tt := range tests {
		t.Run(tt.mech+" "+tt.name, func(t *testing.T) {
			server, reports := start(t, tt.mech, tt.options)
			err := run(tt.client, server)
			if tt.ok && err != nil || !tt.ok && !errors.Is(err, smtp.ErrAuthFailed) {
				t.Errorf("got error %v", err)
			}
			want := []verdict{{tt.mech, tt.identity, tt.ok}}
			if !reflect.DeepEqual(*reports, want) {
				t.Errorf("got reports %v, want %v", *reports, want)
			}
		})
	}
}

// TestVectors replays the examples of the RFCs.
func TestVectors(t *testing.T) {
	const vF9 = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="
	sequence := func(values ...string) func() string {
		return func() string {
			v := values[0]
			values = values[1:]
			return v
		}
	}
	tests := []struct {
		name, mech string
		options    Options
		dialogue   []string // response and challenge in turn
		ok         bool
	}{
		{"RFC 4616", "PLAIN", Options{Users: map[string]string{"tim": "tanstaaftanstaaf"}},
			[]string{"\x00tim\x00tanstaaftanstaaf"}, true},
		{"RFC 4616, as another", "PLAIN", Options{Users: map[string]string{"Kurt": "xipj3plmq"}},
			[]string{"Ursel\x00Kurt\x00xipj3plmq"}, false},
		{"RFC 5802", "SCRAM-SHA-1",
			Options{Users: users, random: sequence("\x41\x25\xc2\x47\xe4\x3a\xb1\xe9\x3c\x6d\xff\x76", "3rfcNHYJY1ZVvWVs7j")},
			[]string{
				"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
				"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
				"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
				"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
				"",
			}, true},
		{"RFC 7677", "SCRAM-SHA-256",
			Options{Users: users, random: sequence(
				"\x5b\x6d\x99\x68\x9d\x12\x35\x8e\xec\xa0\x4b\x14\x12\x36\xfa\x81", "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0")},
			[]string{
				"n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
				"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
				"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
				"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
				"",
			}, true},
		{"RFC 4505", "ANONYMOUS", Options{}, []string{"sirhc"}, true},
		{"RFC 7628", "OAUTHBEARER", Options{Users: map[string]string{"user@example.com": vF9}},
			[]string{"n,a=user@example.com,\x01host=server.example.com\x01port=587\x01auth=Bearer " + vF9 + "\x01\x01"}, true},
		{"RFC 7628, error", "OAUTHBEARER", Options{Users: users},
			[]string{
				"n,a=user@example.com,\x01host=server.example.com\x01port=587\x01auth=Bearer " + vF9 + "\x01\x01",
				`{"status":"invalid_token","schemes":"bearer","scope":""}`,
				"\x01",
			}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server, _ := start(t, tt.mech, tt.options)
			done, err := replay(t, server, tt.dialogue)
			if done != tt.ok || (err == nil) != tt.ok {
				t.Errorf("done %v, error %v", done, err)
			}
		})
	}
}

// replay plays a dialogue of a client that sends an initial response, and
// returns what the server makes of its last line.
func replay(t *testing.T, server sasl.Server, dialogue []string) (done bool, err error) {
	t.Helper()
	for len(dialogue) > 1 {
		challenge, done, err := server.Next([]byte(dialogue[0]))
		if done || err != nil || string(challenge) != dialogue[1] {
			t.Fatalf("after %q got %q, done %v, error %v, want %q", dialogue[0], challenge, done, err, dialogue[1])
		}
		dialogue = dialogue[2:]
	}
	_, done, err = server.Next([]byte(dialogue[0]))
	return done, err
}

// TestCRAMMD5Vector is the example of RFC 2195 section 2.
func TestCRAMMD5Vector(t *testing.T) {
	const (
		challenge = "<1896.697170952@postoffice.reston.mci.net>"
		response  = "tim b913a602c7eda7a495b4e6e7334d3890"
	)
	for _, tt := range []struct {
		name, password string
		ok             bool
	}{
		{"right", "tanstaaftanstaaf", true},
		{"wrong", "tanstaaf", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &cramMD5{
				exchange:  &exchange{options: Options{Users: map[string]string{"tim": tt.password}}},
				challenge: []byte(challenge),
			}
			if _, _, err := c.Next([]byte(response)); (err == nil) != tt.ok {
				t.Errorf("got error %v", err)
			}
		})
	}
}

func TestCRAMMD5(t *testing.T) {
	digest := strings.Repeat("0", 32)
	tests := []struct {
		name, response string
		options        Options
		identity       string
		ok             bool
	}{
		{"bait", "any body " + digest, Options{AcceptAny: true}, "any body", true},
		{"bait, no digest", "nobody 00", Options{AcceptAny: true}, "nobody", false},
		{"unknown user", "nobody " + digest, Options{Users: users}, "nobody", false},
		{"unknown user, empty password", "nobody " + digestOf("", "<once@fakemx.test>"), Options{Users: users}, "nobody", false},
		{"known user", "user " + digestOf("pencil", "<once@fakemx.test>"), Options{Users: users}, "user", true},
		{"no space", digest, Options{Users: users}, "", false},
		{"empty", "", Options{Users: users}, "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.options.random = func() string { return "once" }
			server, reports := start(t, "CRAM-MD5", tt.options)
			challenge, _, err := server.Next(nil)
			if err != nil || string(challenge) != "<once@fakemx.test>" {
				t.Fatalf("got challenge %q, error %v", challenge, err)
			}
			_, done, err := server.Next([]byte(tt.response))
			if done != tt.ok || (err == nil) != tt.ok {
				t.Errorf("done %v, error %v", done, err)
			}
			if want := []verdict{{"CRAM-MD5", tt.identity, tt.ok}}; !reflect.DeepEqual(*reports, want) {
				t.Errorf("got reports %v, want %v", *reports, want)
			}
		})
	}
}

func digestOf(password, challenge string) string {
	mac := hmac.New(md5.New, []byte(password))
	mac.Write([]byte(challenge))
	return hex.EncodeToString(mac.Sum(nil))
}

func TestMechanisms(t *testing.T) {
	all := []string{
		"SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN",
		"OAUTHBEARER", "XOAUTH2", "EXTERNAL", "ANONYMOUS", "GSSAPI",
	}
	tests := []struct {
		name    string
		options Options
		want    string
	}{
		{"nobody", Options{}, "XOAUTH2 ANONYMOUS GSSAPI"},
		{"users", Options{Users: users}, "SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN OAUTHBEARER XOAUTH2 ANONYMOUS GSSAPI"},
		{"bait", Options{AcceptAny: true}, "CRAM-MD5 PLAIN LOGIN OAUTHBEARER XOAUTH2 ANONYMOUS GSSAPI"},
		{"certificate", Options{ClientCertificate: certificate}, "XOAUTH2 EXTERNAL ANONYMOUS GSSAPI"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(Mechanisms(all, tt.options), " "); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestNewRefusesUnknownMechanisms(t *testing.T) {
	if _, err := New("XOAUTH2", Options{Users: users}); !errors.Is(err, smtp.ErrAuthUnknownMechanism) {
		t.Errorf("got error %v", err)
	}
}

// TestDisorder plays what no proper client sends.
func TestDisorder(t *testing.T) {
	refused := []any{smtp.ErrAuthFailed}
	tests := []struct {
		name, mech string
		responses  []string // the first is the initial response
		want       []any    // a challenge or an error each, the last for the last
	}{
		{"PLAIN without NUL", "PLAIN", []string{"user"}, refused},
		{"PLAIN with too many", "PLAIN", []string{"\x00user\x00pencil\x00"}, refused},
		{"PLAIN empty", "PLAIN", []string{""}, refused},
		{"LOGIN with NUL", "LOGIN", []string{"us\x00er"}, refused},
		{"LOGIN empty", "LOGIN", []string{"", ""}, []any{"Password:", smtp.ErrAuthFailed}},
		{"CRAM-MD5, initial response", "CRAM-MD5", []string{"user 0"}, []any{errServerFirst}},
		{"SCRAM garbage", "SCRAM-SHA-1", []string{"\x00\xff"}, refused},
		{"SCRAM with channel binding", "SCRAM-SHA-1", []string{"p=tls-unique,,n=user,r=x"}, refused},
		{"EXTERNAL with NUL", "EXTERNAL", []string{"a\x00b"}, refused},
		{"OAUTHBEARER garbage", "OAUTHBEARER", []string{"x", ""},
			[]any{`{"status":"invalid_request","schemes":"bearer","scope":""}`, smtp.ErrAuthFailed}},
		{"OAUTHBEARER empty", "OAUTHBEARER", []string{"", "\x01"},
			[]any{`{"status":"invalid_request","schemes":"bearer","scope":""}`, smtp.ErrAuthFailed}},
		{"after the end", "PLAIN", []string{"", "", "\x00user\x00pencil"},
			[]any{smtp.ErrAuthFailed, sasl.ErrUnexpectedClientResponse, sasl.ErrUnexpectedClientResponse}},
		{"after success", "PLAIN", []string{"\x00user\x00pencil", "\x00user\x00pencil"},
			[]any{"", sasl.ErrUnexpectedClientResponse}},
		{"too long", "PLAIN", []string{"\x00user\x00" + strings.Repeat("x", maxResponse)}, []any{errTooLong}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server, reports := start(t, tt.mech, Options{Users: users, ClientCertificate: certificate})
			for i, response := range tt.responses {
				challenge, _, err := server.Next([]byte(response))
				var got any = string(challenge)
				if err != nil {
					got = err
				}
				if got != tt.want[i] {
					t.Errorf("after %q got %v, want %v", response, got, tt.want[i])
				}
			}
			if len(*reports) != 1 {
				t.Errorf("got reports %v, want one", *reports)
			}
		})
	}
}

// TestNoResponse holds that a client is asked for its initial response once.
func TestNoResponse(t *testing.T) {
	server, _ := start(t, "PLAIN", Options{Users: users})
	if challenge, done, err := server.Next(nil); len(challenge) > 0 || done || err != nil {
		t.Errorf("got challenge %q, done %v, error %v", challenge, done, err)
	}
	if _, _, err := server.Next(nil); !errors.Is(err, smtp.ErrAuthFailed) {
		t.Errorf("got error %v", err)
	}
}

// TestBearerLeaves holds that a client is reported that leaves as soon as it
// has read why it is refused.
func TestBearerLeaves(t *testing.T) {
	server, reports := start(t, "OAUTHBEARER", Options{Users: users})
	if _, _, err := server.Next([]byte("n,a=user,\x01auth=Bearer x\x01\x01")); err != nil {
		t.Fatal(err)
	}
	if want := []verdict{{"OAUTHBEARER", "user", false}}; !reflect.DeepEqual(*reports, want) {
		t.Errorf("got reports %v, want %v", *reports, want)
	}
}

// TestSCRAMLastResponse holds that only an empty response follows the server's
// final message.
func TestSCRAMLastResponse(t *testing.T) {
	server, reports := start(t, "SCRAM-SHA-256", Options{Users: users})
	client := newSCRAMClient(t, "SCRAM-SHA-256", "user", "pencil", "")
	_, response, err := client.Start()
	for range 2 {
		if err != nil {
			t.Fatal(err)
		}
		var challenge []byte
		if challenge, _, err = server.Next(response); err != nil {
			t.Fatal(err)
		}
		response, err = client.Next(challenge)
	}
	if _, _, err := server.Next([]byte("more")); !errors.Is(err, smtp.ErrAuthFailed) {
		t.Errorf("got error %v", err)
	}
	if want := []verdict{{"SCRAM-SHA-256", "user", false}}; !reflect.DeepEqual(*reports, want) {
		t.Errorf("got reports %v, want %v", *reports, want)
	}
}

// TestIdentityIsText holds that what is reported can be shown.
func TestIdentityIsText(t *testing.T) {
	server, reports := start(t, "LOGIN", Options{Users: users})
	if err := run(sasl.NewLoginClient("us\xffer", "pencil"), server); err == nil {
		t.Error("got no error")
	}
	if want := []verdict{{"LOGIN", "us\uFFFDer", false}}; !reflect.DeepEqual(*reports, want) {
		t.Errorf("got reports %v, want %v", *reports, want)
	}
}

// FuzzExchange holds that no sequence of responses does harm: every exchange
// comes to an end, is reported once at most, and does not succeed without the
// password.
func FuzzExchange(f *testing.F) {
	const secret = "wVY7bqv0RnVbQ2yq"
	names := []string{"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "OAUTHBEARER", "EXTERNAL", "ANONYMOUS"}
	f.Add(byte(0), []byte("\x00user\x00pass"), []byte(""), []byte(""))
	f.Add(byte(1), []byte("user"), []byte("pass"), []byte(""))
	f.Add(byte(5), []byte("n,a=user,\x01auth=Bearer x\x01\x01"), []byte(""), []byte(""))
	f.Fuzz(func(t *testing.T, which byte, first, second, third []byte) {
		name := names[int(which)%len(names)]
		var reports []verdict
		server, err := New(name, Options{
			Users: map[string]string{"user": secret},
			Report: func(mechanism, identity string, ok bool) {
				reports = append(reports, verdict{mechanism, identity, ok})
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		succeeded := false
		for _, response := range [][]byte{first, second, third, nil, {}, {1}} {
			_, done, err := server.Next(response)
			succeeded = succeeded || done && err == nil
		}
		if succeeded && name != "ANONYMOUS" {
			t.Errorf("%s succeeded without the password", name)
		}
		if len(reports) != 1 || reports[0].ok != succeeded {
			t.Errorf("got reports %v, want one", reports)
		}
		if _, _, err := server.Next([]byte{}); !errors.Is(err, sasl.ErrUnexpectedClientResponse) {
			t.Errorf("the exchange does not end: %v", err)
		}
	})
}
