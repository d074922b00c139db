package symptoms

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestPhrases(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][]string{
		"": nil,
		"verify error:num=20:unable to get local issuer certificate":                                                     {"verify error", "num 20", "unable to get local issuer certificate"},
		"STARTTLS=client, relay=mx.a.test., version=TLSv1.2, verify=FAIL, cipher=AES128-SHA, bits=128/128":               {"verify fail"},
		"STARTTLS=client, cert-subject=/OU=A/CN=*.a.test, cert-issuer=/O=B, verifymsg=self-signed certificate":           {"self signed certificate"},
		"STARTTLS: x509 cert verify: depth=1 /C=US/O=Let's Encrypt/CN=X3, state=0, reason=unable to get certificate CRL": {"starttls", "x509 cert verify", "unable to get certificate crl"},
		"to=<a@b.test>, relay=mx.b.test. [192.0.2.1], dsn=4.0.0, stat=Deferred: Connection reset by mx.b.test.":          {"deferred", "connection reset by"},
		"verification failed for mx.b.test[192.0.2.1]:25: untrusted issuer /O=Let's Encrypt/CN=R3":                       {"verification failed for", "25", "untrusted issuer"},
		"SSL_connect error to mx.b.test[192.0.2.1]:25: -1":                                                               {"ssl connect error to", "25", "1"},
		"warning: TLS library problem: error:0A00018A:SSL routines::dh key too small:../ssl/statem/statem_clnt.c:2092:":  {"warning", "tls library problem", "error", "ssl routines", "dh key too small", "ssl statem statem clnt c", "2092"},
		"x509: certificate is valid for mx.other.test, not localhost":                                                    {"x509", "certificate is valid for", "not"},
		"<http://a.test/x> says \x1b[31mno\x00 \xff":                                                                     {"says", "31mno"},
	} {
		var got []string
		for _, p := range phrases(line) {
			got = append(got, p.String())
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q:\ngot  %q\nwant %q", line, got, want)
		}
	}
}

func TestKindIsTheSameForOtherPeersAtOtherTimes(t *testing.T) {
	t.Parallel()
	a := Kind("STARTTLS=client, relay=mx.a.test., version=TLSv1.2, verify=FAIL, cipher=X, bits=128/128")
	b := Kind("STARTTLS=client, relay=other.test., version=TLSv1.3, verify=FAIL, cipher=Y, bits=256/256")
	if a != b {
		t.Errorf("%q and %q, want them alike", a, b)
	}
	if c := Kind("STARTTLS=client, relay=mx.a.test., version=TLSv1.2, verify=OK, cipher=X, bits=128/128"); a == c {
		t.Errorf("%q for both FAIL and OK", a)
	}
}

// small is an index that shows how a search ranks.
func small() *Index {
	order := []string{Healthy, "expired", "self-signed", "stale", "quiet"}
	return NewIndex(order, All{
		Healthy:       {{"openssl 3", "Verification: certificate is fine today"}, {"sendmail 8", "SSL_shutdown failed: -1"}},
		"expired":     {{"openssl 3", "num=10:certificate has expired"}, {"sendmail 8", "verify=FAIL, verifymsg=certificate has expired"}},
		"self-signed": {{"openssl 3", "num=18:self-signed certificate"}, {"sendmail 8", "verify=FAIL"}},
		"stale":       {{"curl 7", "SSL certificate problem: certificate has expired today"}},
		"quiet":       {{FieldReport, "SSL_shutdown failed: -1"}},
	})
}

func TestSearch(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		line string
		want []string
	}{
		"best by the longer words": {"error: certificate has expired today", []string{"stale", "expired"}},
		"both by the common words": {"verify=FAIL, bits=256", []string{"expired", "self-signed"}},
		"older spelling":           {"reason=self signed certificate", []string{"self-signed"}},
		"the program's own first":  {"sm-mta[1]: verifymsg=certificate has expired", []string{"expired", "stale"}},
		"what is usual":            {"certificate is fine today", nil},
		"usual, but reported":      {"STARTTLS=client, SSL_shutdown failed: -1", []string{"quiet"}},
		"words in another order":   {"expired has certificate", nil},
		"too few words":            {"failed certificate", nil},
		"nothing":                  {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, m := range small().Search(test.line) {
				got = append(got, m.Scenario)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestMatchSaysWhy(t *testing.T) {
	t.Parallel()
	matches := small().Search("certificate has expired")
	if len(matches) == 0 {
		t.Fatal("nothing was found")
	}
	m := matches[0]
	if !slices.Equal(m.Phrases, []string{"certificate has expired"}) || !slices.Equal(m.Clients, []string{"openssl 3", "sendmail 8"}) || m.Usual {
		t.Errorf("got %+v", m)
	}
	if quiet := small().Search("SSL_shutdown failed: -1"); len(quiet) != 1 || !quiet[0].Usual {
		t.Errorf("got %+v, want one that the healthy peer shows, too", quiet)
	}
}

func TestSearchReceived(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"Received: from a by b with ESMTPS id 1; now":                                                    "",
		"Received: from a by b with ESMTPSA (TLS1.3) id 1; now":                                          "",
		"Received: from a by b with UTF8SMTPS id 1 (version=TLSv1.3); now":                               "",
		"Received: from a by b with ESMTP id 1; now":                                                     "",
		"Received: from a by b with ESMTPA; now":                                                         "received-downgraded",
		"  by 0 with ESMTPA; 15 Aug 2016 07:10:15 -0000":                                                 "received-downgraded",
		"Received: from a by b with ESMTP id 1 (version=TLSv1/SSLv3 cipher=X bits=256 verify=FAIL); now": "received-downgraded",
		"Received: from a (using TLSv1.3 with cipher X) by b (Postfix) with ESMTP id 1; now":             "received-downgraded",
		"Received: from a by b with SMTP id 1 (version=TLSv1.3 cipher=X); now":                           "received-always-smtp received-downgraded",
		"Received: from a by b with esmtps (TLS1.3:X:256) id 1; now":                                     "received-lowercase",
		"AUTH: available mech=SCRAM-SHA-1 with esmtp":                                                    "",
		"Received: from a by b; now":                                                                     "",
	} {
		var got []string
		for _, m := range SearchReceived(line) {
			got = append(got, m.Scenario)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s\ngot  %q\nwant %q", line, got, want)
		}
	}
}

// A line of any kind costs little and yields matches in good order.
func FuzzSearch(f *testing.F) {
	for _, seed := range []string{
		"STARTTLS=client, relay=mx.a.test., version=TLSv1.2, verify=FAIL, cipher=AES128-SHA",
		"verifymsg=certificate has expired, verifymsg=, =, ==",
		"Received: from a by b with (c) ESMTPA; now",
		"\x1b]0;title\a certificate\x00has expired \xff\xfe",
		"SSL_shutdown failed: -1",
	} {
		f.Add(seed)
	}
	index := small()
	f.Fuzz(func(t *testing.T, line string) {
		score := 0.0
		for i, m := range index.Search(line) {
			if i > 0 && m.Score > score || m.Score <= 0 || len(m.Phrases) == 0 || len(m.Clients) == 0 {
				t.Errorf("match %d of %q: %+v after a score of %v", i, line, m, score)
			}
			score = m.Score
		}
		for _, m := range SearchReceived(line) {
			if m.Scenario == "" || len(m.Phrases) == 0 {
				t.Errorf("%q: %+v", line, m)
			}
		}
		if Kind(line) == "" && len(index.Search(line)) > 0 {
			t.Errorf("%q is of no kind and shows a symptom", line)
		}
	})
}
