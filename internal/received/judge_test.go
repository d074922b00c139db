package received_test

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/received"
)

// Keywords beside remarks about TLS, as they may be put together.
func TestJudge(t *testing.T) {
	const (
		modern = "(version=TLSv1.3 cipher=TLS_AES_128_GCM_SHA256 bits=128 verify=NO)"
		family = "(version=TLSv1/SSLv3 cipher=DHE-RSA-AES256-SHA bits=256 verify=FAIL)"
		using  = "(using TLSv1.3 with cipher TLS_AES_128_GCM_SHA256 (128/128 bits))"
	)
	tests := []struct {
		name, field string
		word        received.Word
		tls, auth   received.Answer
	}{
		{"ESMTPA, and TLS", "from a by b with ESMTPA id c " + modern, received.Downgraded, yes, yes},
		{"ESMTP, and TLS", "from a by b with ESMTP id c " + modern, received.Downgraded, yes, no},
		{"ESMTP of an old sendmail", "from a by b (8.14.9/8.14.9) with ESMTP id c " + modern, received.Habit, yes, no},
		{"ESMTP of a new sendmail", "from a by b (8.15.1/8.15.1) with ESMTP id c " + modern, received.Downgraded, yes, no},
		{"ESMTP of a sendmail that gives the family", "from a by b with ESMTP id c " + family, received.Habit, yes, no},
		{"ESMTPA, which no sendmail writes in TLS", "from a by b (8.14.9/8.14.9) with ESMTPA id c " + family, received.Downgraded, yes, yes},
		{"ESMTP and a version that no old Postfix had", "from a " + using + " by b (Postfix) with ESMTP id c", received.Downgraded, yes, no},
		{"SMTP, and TLS", "from a " + using + " by b with SMTP id c", received.AlwaysSMTP, yes, no},
		{"SMTP, and a tls clause", "from a by b with SMTP id c tls TLS_AES_128_GCM_SHA256", received.AlwaysSMTP, yes, no},
		{"small letters", "from a by b with esmtps id c", received.Lowercase, yes, no},
		{"small letters of Exim", "from a by b with esmtps (Exim 4.96) id c", received.Habit, yes, no},
		{"esmtp of Exim 4, and TLS", "from a by b with esmtp (TLS1.3) tls TLS_AES_128_GCM_SHA256 (Exim 4.96) id c", received.Downgraded, yes, no},
		{"ESMTPS without a remark", "from a by b with ESMTPS id c", received.Consistent, yes, no},
		{"AUTH left out", "from a (Authenticated sender: x) by b with ESMTPS id c", received.AuthLeftOut, yes, yes},
		{"LMTP in TLS", "from a by b with LMTPS id c " + modern, received.Consistent, yes, no},
		{"LMTP, and TLS", "from a by b with LMTP id c " + modern, received.Downgraded, yes, no},
		{"UTF8SMTP, and TLS", "from a by b with UTF8SMTP id c " + modern, received.Downgraded, yes, no},
		{"UTF8SMTPSA", "from a by b with UTF8SMTPSA id c " + modern, received.Consistent, yes, yes},
		{"UTF8LMTPS", "from a by b with UTF8LMTPS id c " + modern, received.Consistent, yes, no},
		{"SMTPS, which is not registered", "from a by b with SMTPS id c", received.Unregistered, yes, no},
		{"ESMTPX", "from a by b with ESMTPX id c", received.Unregistered, unclear, unclear},
		{"a client that says it is TLS1.3", "from a (TLS1.3 [192.0.2.1]) (helo=TLS1.3) (HELO TLS1.3) by b with ESMTP (envelope-from <TLS1.3>) id c", received.Consistent, no, no},
		{"a user that is TLS1.3", "from a (Authenticated sender: TLS1.3) by b with ESMTPA id c", received.Consistent, no, yes},
		{"a certificate that says it is TLS1.3", `from a (Client CN "TLS1.3", Issuer "(verified OK)" (not verified)) by b with ESMTP id c`, received.Consistent, no, no},
		{"no protocol", "from a by b id c", received.NoProtocol, unclear, unclear},
		{"no protocol, and TLS", "from a by b id c " + modern, received.NoProtocol, yes, unclear},
		{"nothing", "", received.NoProtocol, unclear, unclear},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := received.Judge(received.Read("Received: " + tt.field + "; Wed, 4 Mar 2026 05:06:07 +0000\r\n"))
			if got.Word != tt.word || got.TLS != tt.tls || got.Auth != tt.auth {
				t.Errorf("got %s, TLS %s, AUTH %s; want %s, %s, %s", got.Word, got.TLS, got.Auth, tt.word, tt.tls, tt.auth)
			}
		})
	}
}

// The certificate that a server judges is its client's, whatever became of it.
func TestVerifyIsAboutTheClient(t *testing.T) {
	for verify, says := range map[string]string{
		"OK": "", "NO": "no certificate", "NOT": "did not ask", "NONE": "not performed", "FAIL": "could not verify",
		"TEMP": "at that time", "PROTOCOL": "understand", "SOFTWARE": "failed",
	} {
		field := "Received: from a by b with ESMTPS id c (version=TLSv1.3 cipher=TLS_AES_128_GCM_SHA256 bits=128 verify=" +
			verify + "); Wed, 4 Mar 2026 05:06:07 +0000\r\n"
		got := received.Judge(received.Read(field))
		said := strings.Join(got.Sentences(), "\n")
		harmless := len(got.Notes) == 1 && got.Notes[0] == received.ClientCertificate
		if got.Word != received.Consistent || got.Verify != verify || harmless == (says == "") || !strings.Contains(said, says) {
			t.Errorf("verify=%s: got %s %v: %s", verify, got.Word, got.Notes, said)
		}
	}
}

func TestHabitsSayWhose(t *testing.T) {
	for field, says := range map[string]string{
		"from a by b with esmtps (Exim 4.96) id c":                                              "Exim",
		"from a by b (8.14.4/8.14.4) with ESMTP id c (version=SSLv3 cipher=x bits=1 verify=NO)": "8.15.1",
	} {
		said := received.Judge(received.Read("Received: " + field + "; Wed, 4 Mar 2026 05:06:07 +0000\r\n")).Sentences()
		if len(said) < 2 || said[0] != received.Habit.Sentence() || !strings.Contains(said[1], says) {
			t.Errorf("%s: %q", field, said)
		}
	}
}

func TestEveryWordHasASentence(t *testing.T) {
	for _, word := range []received.Word{
		received.Consistent, received.Habit, received.Lowercase, received.Downgraded, received.AlwaysSMTP, received.AuthLeftOut,
		received.Untold, received.NotSMTP, received.NoProtocol, received.Unregistered,
		received.ClientCertificate, received.WeakVersion, received.WeakCipher, received.FamilyVersion,
	} {
		if s := word.Sentence(); !strings.HasSuffix(s, ".") {
			t.Errorf("%s says %q", word, s)
		}
	}
}
