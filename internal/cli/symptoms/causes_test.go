package symptoms

import (
	"slices"
	"testing"

	"github.com/fakemx/fakemx/internal/maillog"
	"github.com/fakemx/fakemx/scenarios"
)

func TestCommonestAreOfTheCatalogue(t *testing.T) {
	t.Parallel()
	for n, names := range byReason() {
		for _, name := range names {
			if _, err := scenarios.Get(name); err != nil {
				t.Errorf("%+v: %v", n, err)
			}
		}
	}
	for reason := range commonest {
		if !slices.Contains(maillog.Reasons(maillog.Fault), reason) && reason != maillog.ReplyTimeout {
			t.Errorf("%s is the reason of no fault", reason)
		}
	}
}

func TestWhatCannotBeReproducedHasNoCauses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		line  string
		first string
	}{
		"a server":                 {"postfix/smtpd[1]: SSL_accept error from mx.example.test[192.0.2.1]: -1", ""},
		"one's own trust store":    {"sendmail[1]: STARTTLS: CACertFile missing", ""},
		"a client's refusal":       {"sm-mta[1]: STARTTLS=server, error: accept failed=-1, reason=tlsv1 alert unknown ca, SSL_error=1, errno=0, retry=-1", ""},
		"nothing":                  {"postfix/qmgr[1]: 4AB12: removed", ""},
		"harmless, but to be seen": {"sendmail[1]: STARTTLS=client, SSL_shutdown failed: -1", "no-close-notify"},
		"a reply to STARTTLS":      {"454 4.7.0 TLS not available due to local problem", "starttls-454"},
		"above the leaf":           {"STARTTLS: TLS cert verify: depth=1 /CN=a, state=0, reason=unable to get local issuer certificate", "untrusted-root"},
		"the leaf":                 {"STARTTLS: TLS cert verify: depth=0 /CN=a, state=0, reason=unable to get local issuer certificate", "missing-intermediate"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Causes(maillog.Read(1, test.line))
			if test.first == "" && len(got) > 0 || test.first != "" && (len(got) == 0 || got[0] != test.first) {
				t.Errorf("got %v, want %q first", got, test.first)
			}
		})
	}
}

func TestSendmailComparesNoNames(t *testing.T) {
	t.Parallel()
	const line = "sendmail[1]: STARTTLS=client, relay=mx.example.test., version=TLSv1.3, verify=FAIL, cipher=TLS_AES_128_GCM_SHA256, bits=128/128"
	if got := Causes(maillog.Read(1, line)); len(got) == 0 || slices.Contains(got, "hostname-mismatch") {
		t.Errorf("got %v, want nothing about names", got)
	}
}
