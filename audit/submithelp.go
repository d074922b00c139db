package audit

import (
	"crypto/tls"
	"errors"
	"strings"
	"syscall"

	"github.com/emersion/go-smtp"
)

// The steps of a submission at which an MTA can refuse the message.
const (
	stepConnect = "connect"
	stepAuth    = "AUTH"
	stepMail    = "MAIL"
	stepRcpt    = "RCPT"
	stepData    = "DATA"
)

// A stepError is an error of a submission, and where it came.
type stepError struct {
	step string
	error
}

func (e stepError) Unwrap() error { return e.error }

// at says where an error came; nil if it is nil.
func at(step string, err error) error {
	if err == nil {
		return nil
	}
	return stepError{step, err}
}

// help says what helps against an error of a submission, behind a semicolon;
// empty if that is not known.
func (s *Submit) help(err error) string {
	if what := s.remedy(err); what != "" {
		return "; " + what
	}
	return ""
}

func (s *Submit) remedy(err error) string {
	var distrusted *tls.CertificateVerificationError
	var reply *smtp.SMTPError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "is the MTA listening at " + s.addr + "?"
	case errors.As(err, &distrusted):
		return "--submit-ca FILE names the authorities to verify it against"
	case !errors.As(err, &reply) || reply.Temporary():
		return ""
	}
	var where stepError
	errors.As(err, &where)
	text := strings.ToLower(reply.Message)
	switch {
	case strings.Contains(text, "starttls"):
		return "smtp+starttls:// in place of smtp:// submits in TLS"
	case where.step == stepAuth || reply.Code == 530 || reply.Code == 535:
		return s.credentials()
	case where.step == stepMail, where.step == stepData, mentionsSender(text):
		return "--from ADDRESS sets a sender that the MTA takes"
	case where.step == stepRcpt:
		return "let the MTA relay for this host, or authenticate: write user:password@ in front of the host of --submit"
	}
	return ""
}

// mentionsSender: the reply is about the reverse-path, which some MTAs refuse
// only at RCPT.
func mentionsSender(text string) bool {
	return strings.Contains(text, "sender") || strings.Contains(text, "from address") || strings.Contains(text, "reverse-path")
}

// credentials says how to authenticate.
func (s *Submit) credentials() string {
	if s.user == "" {
		return "write user:password@ in front of the host of --submit"
	}
	return "check the user:password@ in front of the host of --submit"
}
