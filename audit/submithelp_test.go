package audit

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/emersion/go-smtp"
)

// TestWhatHelpsAgainstARefusal of an MTA goes by its reply and by the step.
func TestWhatHelpsAgainstARefusal(t *testing.T) {
	t.Parallel()
	says := func(code int, text string) error { return &smtp.SMTPError{Code: code, Message: text} }
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	for _, test := range []struct {
		url  string
		err  error
		want string
	}{
		{"smtp://127.0.0.1:25", at(stepConnect, refused), "is the MTA listening at 127.0.0.1:25?"},
		{"smtps://127.0.0.1:465", at(stepConnect, &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}), "--submit-ca"},
		{"smtp://127.0.0.1:25", at(stepData, says(550, "message from address must belong to authenticated user")), "--from"},
		{"smtp://127.0.0.1:25", at(stepMail, says(553, "5.1.8 Domain of sender address does not exist")), "--from"},
		{"smtp://127.0.0.1:25", at(stepRcpt, says(550, "5.1.8 <a@b.test>: Sender address rejected")), "--from"},
		{"smtp://127.0.0.1:25", at(stepRcpt, says(554, "5.7.1 Relay access denied")), "let the MTA relay"},
		{"smtp://127.0.0.1:25", at(stepMail, says(530, "5.7.0 Authentication required")), "write user:password@"},
		{"smtp://anna:x@127.0.0.1:25", at(stepAuth, says(535, "5.7.8 wrong")), "check the user:password@"},
		{"smtp://127.0.0.1:25", at(stepMail, says(530, "5.7.0 Must issue a STARTTLS command first")), "smtp+starttls://"},
		{"smtp://127.0.0.1:25", at(stepMail, says(535, "5.7.8 who are you")), "write user:password@"},
		{"smtp://anna:x@127.0.0.1:25", at(stepAuth, says(504, "5.5.4 no such mechanism")), "check the user:password@"},
		{"smtp://127.0.0.1:25", at(stepMail, says(550, "5.7.1 Go away")), "--from"},
		{"smtp://127.0.0.1:25", at(stepRcpt, says(550, "the From Address is not yours")), "--from"},
		{"smtp://127.0.0.1:25", at(stepRcpt, says(550, "bad reverse-path")), "--from"},
		{"smtp://127.0.0.1:25", at(stepConnect, says(554, "5.7.1 Go away")), ""},
		{"smtp://127.0.0.1:25", at(stepMail, says(451, "4.3.0 Later")), ""},
		{"smtp://127.0.0.1:25", fmt.Errorf("EOF"), ""},
	} {
		got := submitTo(t, test.url).help(test.err)
		if !strings.Contains(got, test.want) || (got == "") != (test.want == "") || got != "" && !strings.HasPrefix(got, "; ") {
			t.Errorf("%v: what helps is %q, want %q", test.err, got, test.want)
		}
	}
}
