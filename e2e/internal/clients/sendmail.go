package clients

import (
	"context"
	"net"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/fakemx/fakemx/e2e/internal/sendmail"
)

// sendmailClient is a real sendmail as it comes: it verifies what it can, logs
// what it finds, and delivers anyway.
func sendmailClient(form Form) Client {
	return Client{
		Program: "sendmail", Name: form.name("sendmail"), Form: form, STARTTLSOnly: true,
		Available: func() (string, bool) {
			if reason, ok := sendmail.Available(); !ok {
				return reason, false
			}
			return sendmail.LogAvailable()
		},
		Version: sendmail.Version,
		Run: func(ctx context.Context, target Target) Result {
			sent, err := relay(ctx, target)
			if err != nil {
				return Result{Exit: -1, Errors: []string{err.Error()}, Output: sent.Output}
			}
			r := Result{Delivered: sent.Delivered, Exit: sent.Exit, Output: sent.Output + strings.Join(sent.Log, "\n")}
			r.TLS = slices.ContainsFunc(sent.Log, inTLS.MatchString)
			r.Errors = logged(sent.Log)
			return r
		},
	}
}

// inTLS matches sendmail's line about a handshake that is complete.
var inTLS = regexp.MustCompile(`STARTTLS=client, relay=.*, verify=`)

// What sendmail logs about the peer and the delivery, and that of it which says
// more than others do: the certificates of the chain one by one.
var (
	logComplaint = regexp.MustCompile(`verify|reason=|reject=|stat=[A-Z]|SSL_shutdown|error`)
	logDetail    = regexp.MustCompile(`depth=\d|get_verify:`)
)

// logged are the lines of the log that say what came of the delivery, scrubbed,
// details last. It logs of sound peers as well.
func logged(log []string) []string {
	var first, then []string
	for _, line := range log {
		switch {
		case logDetail.MatchString(line):
			then = append(then, scrubLog(line))
		case logComplaint.MatchString(line):
			first = append(first, scrubLog(line))
		}
	}
	return append(first, then...)
}

// relay has sendmail relay the message to the target by its MX name, once.
func relay(ctx context.Context, target Target) (sendmail.Result, error) {
	var timeout time.Duration
	if deadline, ok := ctx.Deadline(); ok {
		timeout = time.Until(deadline)
	}
	var config []string
	if target.CRLFile != "" {
		config = []string{"define(`confCRL', `" + target.CRLFile + "')dnl"}
	}
	mailer, err := sendmail.Make(sendmail.Options{
		Timeout: timeout, Config: config,
		SmartHost: net.JoinHostPort(target.MX, target.Port),
		CAFile:    target.CAFile, CAPath: filepath.Dir(target.CAFile),
	})
	if err != nil {
		return sendmail.Result{}, err
	}
	defer mailer.Close()
	return mailer.Send(target.From, target.To, target.Message)
}
