package clients

import (
	_ "embed"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"github.com/fakemx/fakemx/e2e/internal/tools"
)

// patience is how long a client waits for a silent peer, in seconds, where it
// can be told.
const patience = 30

// curl tells of its dialogue on standard error.
var curl = tool{
	name: "curl", version: []string{"--version"},
	args: func(t Target, form Form, _ string) ([]string, error) {
		at, scheme := net.JoinHostPort(t.Host, t.Port), "smtp"
		if t.Implicit {
			scheme = "smtps"
		}
		args := []string{
			"-q", "--silent", "--show-error", "--verbose", "--ssl-reqd", "--crlf", "--noproxy", "*",
			"--max-time", strconv.Itoa(patience),
			"--connect-to", at + ":" + net.JoinHostPort(t.Addr, t.Port),
			"--url", scheme + "://" + at + "/client.test",
			"--mail-from", t.From, "--mail-rcpt", t.To, "--upload-file", "-",
		}
		if !form.Verifies() {
			return append(args, "--insecure"), nil
		}
		return append(args, "--cacert", t.CAFile, "--capath", "/nonexistent"), nil
	},
	content:   regexp.MustCompile(`(?s)SSL connection using .*> EHLO .*< 250`),
	complaint: regexp.MustCompile(`^curl: \(`),
}

// swaks marks what is said inside TLS by a tilde. It verifies the chain, but
// not the name.
var swaks = tool{
	name: "swaks", version: []string{"--version"},
	args: func(t Target, form Form, _ string) ([]string, error) {
		args := []string{
			"--server", t.Addr, "--port", t.Port, "--timeout", strconv.Itoa(patience),
			"--helo", "client.test", "--from", t.From, "--to", t.To, "--data", "-",
		}
		if net.ParseIP(t.Host) == nil {
			args = append(args, "--tls-sni", t.Host)
		}
		if form.Verifies() {
			args = append(args, "--tls-verify", "--tls-ca-path", t.CAFile)
		}
		if t.Implicit {
			return append(args, "--tls-on-connect"), nil
		}
		return append(args, "--tls"), nil
	},
	content:   regexp.MustCompile(`(?m)^<~  250`),
	complaint: regexp.MustCompile(`^\*\*\*|^<(\*\*|~\*) `),
	empty:     regexp.MustCompile(`STARTTLS attempted but failed`),
}

// msmtp is told all by its command line, and says what it was told before it
// tells of its dialogue.
var msmtp = tool{
	name: "msmtp", version: []string{"--version"},
	args: func(t Target, form Form, dir string) ([]string, error) {
		none := filepath.Join(dir, "msmtprc")
		if err := os.WriteFile(none, nil, 0o600); err != nil {
			return nil, err
		}
		startTLS := "on"
		if t.Implicit {
			startTLS = "off"
		}
		args := []string{
			"--file=" + none, "--debug", "--host=" + t.Addr, "--port=" + t.Port,
			"--timeout=" + strconv.Itoa(patience), "--domain=client.test",
			"--tls=on", "--tls-starttls=" + startTLS, "--tls-host-override=" + t.Host,
			"--auth=off", "--from=" + t.From,
		}
		if form.Verifies() {
			args = append(args, "--tls-trust-file="+t.CAFile)
		} else {
			args = append(args, "--tls-certcheck=off", "--tls-trust-file=")
		}
		return append(args, t.To), nil
	},
	content:   regexp.MustCompile(`(?s)(tls_starttls = off|--> STARTTLS).*--> EHLO.*<-- 250`),
	complaint: regexp.MustCompile(`^msmtp: `),
	empty:     regexp.MustCompile(`could not send mail`),
}

// words are the arguments of the scripts.
func (t Target) words(form Form) []string {
	mode, caFile := "starttls", ""
	if t.Implicit {
		mode = "implicit"
	}
	if form.Verifies() {
		caFile = t.CAFile
	}
	return []string{mode, t.Host, t.Addr, t.Port, caFile, t.From, t.To}
}

//go:embed smtplib.py
var smtplibScript string

// python is Python's smtplib with the context that ssl makes by default.
var python = tool{
	name: "python3", program: tools.Python, version: []string{"--version"},
	args: func(t Target, form Form, _ string) ([]string, error) {
		return append([]string{"-c", smtplibScript}, t.words(form)...), nil
	},
	content:   regexp.MustCompile(`(?m)^inside TLS`),
	complaint: regexp.MustCompile(`^error: `),
}

//go:embed nodemailer.js
var nodemailerScript string

// nodemailer is Node's most used mailer.
var nodemailer = tool{
	name: "nodemailer", version: []string{"-p", "require('nodemailer/package.json').version"},
	program: func() (string, error) {
		if _, err := tools.Program("node", "node_modules", "nodemailer"); err != nil {
			return "", err
		}
		return tool{name: "node"}.find()
	},
	env: func(string) ([]string, error) {
		modules, err := tools.Path("node", "node_modules")
		return []string{"NODE_PATH=" + modules}, err
	},
	args: func(t Target, form Form, _ string) ([]string, error) {
		return append([]string{"-e", nodemailerScript}, t.words(form)...), nil
	},
	content:   regexp.MustCompile(`(?m)^inside TLS`),
	complaint: regexp.MustCompile(`^error: `),
}
