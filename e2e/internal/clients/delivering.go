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

// curl tells of its dialogue on standard error; a second EHLO is inside TLS.
var curl = tool{
	name: "curl", version: []string{"--version"},
	args: func(t Target, verify bool, _ string) ([]string, error) {
		at := net.JoinHostPort(t.Host, t.Port)
		args := []string{
			"-q", "--silent", "--show-error", "--verbose", "--ssl-reqd", "--crlf", "--noproxy", "*",
			"--max-time", strconv.Itoa(patience),
			"--connect-to", at + ":" + net.JoinHostPort(t.Addr, t.Port),
			"--url", "smtp://" + at + "/client.test",
			"--mail-from", t.From, "--mail-rcpt", t.To, "--upload-file", "-",
		}
		if !verify {
			return append(args, "--insecure"), nil
		}
		return append(args, "--cacert", t.CAFile, "--capath", "/nonexistent"), nil
	},
	content:   regexp.MustCompile(`(?s)> EHLO .*> STARTTLS.*> EHLO `),
	complaint: regexp.MustCompile(`^curl: \(`),
}

// swaks marks what it says inside TLS by a tilde. It verifies the chain, but
// not the name.
var swaks = tool{
	name: "swaks", version: []string{"--version"},
	args: func(t Target, verify bool, _ string) ([]string, error) {
		args := []string{
			"--server", t.Addr, "--port", t.Port, "-tls", "--timeout", strconv.Itoa(patience),
			"--helo", "client.test", "--from", t.From, "--to", t.To, "--data", "-",
		}
		if net.ParseIP(t.Host) == nil {
			args = append(args, "--tls-sni", t.Host)
		}
		if verify {
			args = append(args, "--tls-verify", "--tls-ca-path", t.CAFile)
		}
		return args, nil
	},
	content:   regexp.MustCompile(`(?m)^ ~> `),
	complaint: regexp.MustCompile(`^\*\*\*|^<(\*\*|~\*) `),
}

// msmtp is told all by its command line. It reports in mail's own words, of
// which a second EHLO is inside TLS.
var msmtp = tool{
	name: "msmtp", version: []string{"--version"},
	args: func(t Target, verify bool, dir string) ([]string, error) {
		none := filepath.Join(dir, "msmtprc")
		if err := os.WriteFile(none, nil, 0o600); err != nil {
			return nil, err
		}
		args := []string{
			"--file=" + none, "--debug", "--host=" + t.Addr, "--port=" + t.Port,
			"--timeout=" + strconv.Itoa(patience), "--domain=client.test",
			"--tls=on", "--tls-starttls=on", "--tls-host-override=" + t.Host,
			"--auth=off", "--from=" + t.From,
		}
		if verify {
			args = append(args, "--tls-trust-file="+t.CAFile)
		} else {
			args = append(args, "--tls-certcheck=off", "--tls-trust-file=")
		}
		return append(args, t.To), nil
	},
	content:   regexp.MustCompile(`(?s)--> EHLO.*--> STARTTLS.*--> EHLO`),
	complaint: regexp.MustCompile(`^msmtp: `),
}

//go:embed smtplib.py
var smtplibScript string

// python is Python's smtplib with the context that ssl makes by default.
var python = tool{
	name: "python3", version: []string{"--version"},
	args: func(t Target, verify bool, _ string) ([]string, error) {
		caFile := ""
		if verify {
			caFile = t.CAFile
		}
		return []string{"-c", smtplibScript, t.Host, t.Addr, t.Port, caFile, t.From, t.To}, nil
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
	args: func(t Target, verify bool, _ string) ([]string, error) {
		caFile := ""
		if verify {
			caFile = t.CAFile
		}
		return []string{"-e", nodemailerScript, t.Host, t.Addr, t.Port, caFile, t.From, t.To}, nil
	},
	content:   regexp.MustCompile(`(?m)^inside TLS`),
	complaint: regexp.MustCompile(`^error: `),
}
