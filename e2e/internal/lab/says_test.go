package lab

import (
	"path/filepath"
	"slices"
	"testing"
)

func TestSays(t *testing.T) {
	for _, test := range []struct {
		name string
		mta  MTA
		log  []string
		want []string
	}{
		{"a name within another is another's", Postfix, []string{
			"postfix/smtp[7]: certificate verification failed for mx.root-expired.fakemx.test[198.18.25.9]:25: untrusted issuer",
		}, nil},
		{"the first of each way of telling", Postfix, []string{
			"postfix/smtp[7]: server certificate verification failed for mx.expired.fakemx.test[198.18.25.27]:25: certificate has expired",
			"postfix/smtp[7]: 12AB: to=<probe-expired@expired.fakemx.test>, relay=mx.expired.fakemx.test[198.18.25.27]:25, delay=0.1, delays=0/0/0.1/0, dsn=4.7.5, status=deferred (Server certificate not verified)",
			"postfix/smtp[8]: 12AB: to=<probe-expired@expired.fakemx.test>, relay=none, dsn=4.4.1, status=deferred (delivery temporarily suspended)",
		}, []string{
			"server certificate verification failed for HOST[192.0.2.25]:25: certificate has expired",
			"dsn=4.7.5, status=deferred (Server certificate not verified)",
		}},
		{"an authority", Postfix, []string{
			"postfix/smtp[7]: certificate verification failed for mx.expired.fakemx.test[198.18.25.27]:25: untrusted issuer /O=fakemx TEST ONLY/OU=expired/CN=fakemx TEST ONLY intermediate",
		}, []string{
			"certificate verification failed for HOST[192.0.2.25]:25: untrusted issuer /O=fakemx TEST ONLY/OU=NAME/CN=fakemx TEST ONLY intermediate",
		}},
		{"a recipient, and a delay that has no reason", Sendmail, []string{
			"sendmail[7]: 12AB: to=<probe-expired@expired.fakemx.test>, relay=mx.expired.fakemx.test., dsn=4.0.0, stat=Deferred",
			"sendmail[8]: ruleset=tls_rcpt, arg1=probe-expired@expired.fakemx.test, relay=mx.expired.fakemx.test., reject=454 4.7.0 authentication failed",
			"sendmail[8]: 12AB: to=<probe-expired@expired.fakemx.test>, relay=mx.expired.fakemx.test., dsn=4.7.0, stat=Deferred: 454 4.7.0 authentication failed",
		}, []string{
			"ruleset=tls_rcpt, arg1=probe@HOST, relay=HOST., reject=454 4.7.0 authentication failed",
			"dsn=4.7.0, stat=Deferred: 454 4.7.0 authentication failed",
		}},
		{"lines of the same session", OpenSMTPD, []string{
			"0000000000000000 mta delivery evpid=1 to=<probe-expired@expired.fakemx.test> relay=\"expired.fakemx.test\"",
			"0000000000000000 mta error reason=of another",
			"e7145be40f186c7f mta connecting address=smtp://198.18.25.27:25 host=mx.expired.fakemx.test",
			"smtp-out: Error on session e7145be40f186c7f: opportunistic TLS failed, downgrading to plain",
		}, []string{"opportunistic TLS failed, downgrading to plain"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if says := test.mta.Says(test.log, "expired"); !slices.Equal(says, test.want) {
				t.Errorf("it says %q, want %q", says, test.want)
			}
		})
	}
}

// A variant is a file of the mail server's, and what a container is given.
func TestVariantsHaveFiles(t *testing.T) {
	for _, mta := range MTAs() {
		for _, variant := range mta.Variants {
			files, err := filepath.Glob(filepath.Join("../../../labs", mta.Name, "policies", variant.Name+".*"))
			if err != nil || len(files) == 0 {
				t.Errorf("%s has no file for its policy %s: %v", mta.Name, variant.Name, err)
			}
		}
	}
}
