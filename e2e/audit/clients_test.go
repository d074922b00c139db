// Package audit_test audits real clients, and writes docs/clients.md.
package audit_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/e2e/internal/tools"
)

// A setting is a client with one of its documented configurations.
type setting struct {
	client string
	// how says how the client is set up.
	how string
	// policy is what a user would expect of these settings.
	policy audit.Policy
	// command runs it; "" stands for what prepare made.
	command []string
	// prepare makes what the command needs and returns its path. If nil,
	// nothing is needed.
	prepare func() (path string, err error)
	// version is the command that prints its version.
	version []string
	// fails are those of the essential scenarios in which it fails its policy.
	fails string
	// slow clients take seconds to start, and meet the first few only.
	slow bool
	// rare ones are audited only where docs/clients.md is written.
	rare bool
	// daemon is the script that audits an MTA which takes the messages over
	// SMTP; nil if command runs the client.
	daemon []string
	// tree is the folder below e2e/.tools that knows the version; "" if version
	// tells it.
	tree string
	// says is the pattern of what an MTA logs of a delivery; "" if it is not
	// held against the log.
	says string
	// verifies is the pattern of what an MTA logs of a host that it authenticated by
	// DANE, with %s for the domain; "" if it does not do DANE.
	verifies string
	// overlooks are scenarios in which it delivers without DANE, though a TLSA
	// record matches. The peer cannot tell.
	overlooks string
	// known is the file of its known deviations; "" if there are none.
	known string
	// message is the pattern of what an MTA's log calls a message by; "" if each
	// line has the recipient.
	message string
}

// essentials are scenarios that tell good clients from bad ones.
const essentials = "healthy expired self-signed hostname-mismatch no-ip-san starttls-stripped reset-after-starttls " +
	"greylist-after-tls starttls-flapping auth-in-clear response-injection " + limited

// few are those that slow clients meet.
const few = "healthy expired hostname-mismatch starttls-stripped"

// accepting are the essentials in which a client fails that does not verify.
const accepting = "expired self-signed hostname-mismatch no-ip-san"

// settings are all clients that are audited. To add one, add an entry.
func settings() []setting {
	curl := func(args ...string) []string {
		return append([]string{"curl", "-q", "-sS", "--cacert", "{ca}", "--mail-from", "{from}", "--mail-rcpt", "{to}", "-T", "{message}"},
			append(args, "{scheme}://{host}:{port}/client.test")...)
	}
	swaks := func(args ...string) []string {
		return append([]string{"swaks", "--server", "{host}", "--port", "{port}", "--from", "{from}", "--to", "{recipients}", "--data", "@{message}"}, args...)
	}
	msmtp := func(args string) []string {
		return []string{"sh", "-c", "if [ {scheme} = smtps ]; then implicit=--tls-starttls=off; fi; " +
			"msmtp --file=/dev/null --host={host} --port={port} $implicit " + args + " --from={from} $(echo {recipients} | tr , ' ') < {message}"}
	}
	all := []setting{
		{client: "curl", how: "`--ssl-reqd`", policy: audit.Verify, command: curl("--ssl-reqd"), version: []string{"curl", "--version"}},
		{client: "curl", how: "`--ssl-reqd --insecure`", policy: audit.Encrypt, command: curl("--ssl-reqd", "-k")},
		{client: "curl", how: "`--ssl --insecure`", policy: audit.Opportunistic, command: curl("--ssl", "-k")},
		{client: "swaks", how: "`-tls --tls-verify`", policy: audit.Verify, command: swaks("-tls", "--tls-verify", "--tls-ca-path", "{ca}"),
			version: []string{"swaks", "--version"}, fails: "hostname-mismatch no-ip-san response-injection"},
		{client: "swaks", how: "`-tls`", policy: audit.Encrypt, command: swaks("-tls"), fails: "response-injection"},
		{client: "swaks", how: "`--tls-optional`", policy: audit.Opportunistic, command: swaks("--tls-optional"), fails: "response-injection"},
		{client: "msmtp", how: "`tls on`, `tls_trust_file`", policy: audit.Verify, command: msmtp("--tls=on --tls-trust-file={ca}"),
			version: []string{"msmtp", "--version"}},
		{client: "msmtp", how: "`tls on`, `tls_certcheck off`", policy: audit.Encrypt, command: msmtp("--tls=on --tls-trust-file= --tls-certcheck=off")},
	}
	return slices.Concat(all, libraries(), sendmails(), mtas())
}

// libraries are the clients that are made of libraries.
func libraries() []setting {
	python := func(args ...string) []string { return append([]string{"", "smtplib_mailer.py"}, args...) }
	node := func(args ...string) []string { return append([]string{"node", "nodemailer_mailer.js"}, args...) }
	php := func(args ...string) []string { return append([]string{"php", "phpmailer_mailer.php"}, args...) }
	java := func(args ...string) []string {
		return append([]string{
			"java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
			"-Djavax.net.ssl.trustStore={ca_p12}", "-Djavax.net.ssl.trustStorePassword=changeit",
			"-cp", "", "JakartaMailer",
		}, args...)
	}
	return []setting{
		{client: "Python smtplib", how: "`starttls(context=ssl.create_default_context())`", policy: audit.Verify, command: python("context"), prepare: tools.Python,
			version: []string{"python3", "--version"}},
		{client: "Python smtplib", how: "`starttls()`", policy: audit.Verify, command: python("no-context"), prepare: tools.Python, fails: accepting},
		{client: "Go net/smtp", how: "`StartTLS` with `ServerName`", policy: audit.Verify, command: []string{"", "strict"}, prepare: goProgram("netsmtp"),
			version: []string{"go", "version"}},
		{client: "Go net/smtp", how: "`SendMail`", policy: audit.Opportunistic, command: []string{"env", "SSL_CERT_FILE={ca}", "", "sendmail"},
			prepare: goProgram("netsmtp"), fails: accepting},
		{client: "go-mail", how: "its defaults (`TLSMandatory`)", policy: audit.Verify, command: []string{"", "mandatory"}, prepare: goProgram("gomail"),
			version: []string{"sed", "-n", "s/.*go-mail v/go-mail v/p", "gomail/go.mod"}},
		{client: "go-mail", how: "`TLSOpportunistic`", policy: audit.Opportunistic, command: []string{"", "opportunistic"}, prepare: goProgram("gomail"),
			fails: accepting},
		{client: "nodemailer", how: "`requireTLS: true`", policy: audit.Verify, command: node("required"), prepare: nodemailer,
			version: []string{"node", "-p", "require('nodemailer/package.json').version"}},
		{client: "nodemailer", how: "its defaults", policy: audit.Opportunistic, command: node("default"), prepare: nodemailer, fails: accepting},
		{client: "PHPMailer", how: "`ENCRYPTION_STARTTLS`", policy: audit.Verify, command: php("required"), prepare: phpmailer,
			version: []string{"sed", "-n", "s/.*const VERSION = '//p", "/usr/share/php/libphp-phpmailer/src/PHPMailer.php"}, fails: "response-injection"},
		{client: "PHPMailer", how: "its defaults", policy: audit.Opportunistic, command: php("default"), prepare: phpmailer,
			fails: accepting + " response-injection"},
		{client: "Jakarta Mail", how: "`starttls.required`, `ssl.checkserveridentity`", policy: audit.Verify, command: java("identity"), prepare: jakarta,
			version: []string{"dpkg-query", "-Wf", "${Version}", "libjakarta-mail-java"}, slow: true},
		{client: "Jakarta Mail", how: "`starttls.required`", policy: audit.Verify, command: java("required"), prepare: jakarta,
			fails: "hostname-mismatch no-ip-san", slow: true},
		{client: "Jakarta Mail", how: "its defaults", policy: audit.Opportunistic, command: java("default"), prepare: jakarta,
			fails: accepting + " healthy greylist-after-tls auth-in-clear response-injection", slow: true},
	}
}

// built are the programs that were made for these tests, below scratch.
var (
	scratch string
	built   sync.Map // of func() (string, error) by name
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == sendmailFlag {
		if err := bySendmail(os.Args[2:]); err != nil {
			fmt.Println("sendmail:", err)
			os.Exit(1)
		}
		return
	}
	var err error
	if scratch, err = os.MkdirTemp("", "fakemx-e2e-"); err != nil {
		panic(err)
	}
	// What a script leaves behind when it is killed goes with scratch, in which
	// an MTA's own user has a folder.
	if err := errors.Join(os.Chmod(scratch, 0o711), os.Setenv("TMPDIR", scratch)); err != nil {
		panic(err)
	}
	if modules, err := tools.Path("node", "node_modules"); err == nil && os.Getenv("NODE_PATH") == "" {
		_ = os.Setenv("NODE_PATH", modules) // where it cannot be set, nodemailer is not found
	}
	code := m.Run()
	_ = os.RemoveAll(scratch)
	os.Exit(code)
}

// fakemxProgram is the command of this tree.
var fakemxProgram = sync.OnceValues(func() (string, error) { return tools.Command(scratch) })

// once makes something no more than once.
func once(name string, build func(path string) *exec.Cmd) (string, error) {
	path := filepath.Join(scratch, name)
	made, _ := built.LoadOrStore(name, sync.OnceValues(func() (string, error) {
		if out, err := build(path).CombinedOutput(); err != nil {
			return "", &missingError{strings.TrimSpace(string(out)) + ": " + err.Error()}
		}
		return path, nil
	}))
	return made.(func() (string, error))()
}

// A missingError says what a client lacks.
type missingError struct{ what string }

func (e *missingError) Error() string { return e.what }

func goProgram(name string) func() (string, error) {
	return func() (string, error) {
		return once(name, func(path string) *exec.Cmd { return exec.Command("go", "build", "-C", name, "-o", path, ".") })
	}
}

func nodemailer() (string, error) {
	if err := exec.Command("node", "-e", "require('nodemailer')").Run(); err != nil {
		return "", &missingError{"nodemailer is not there; run e2e/setup.sh"}
	}
	return "", nil
}

func phpmailer() (string, error) {
	if _, err := os.Stat("/usr/share/php/libphp-phpmailer/autoload.php"); err != nil {
		return "", &missingError{"PHPMailer is not there; as root: apt-get install --no-install-recommends php-cli libphp-phpmailer"}
	}
	return "", nil
}

// jakarta returns the class path.
func jakarta() (string, error) {
	const jars = "/usr/share/java/jakarta-mail.jar:/usr/share/java/jakarta-activation.jar"
	for jar := range strings.SplitSeq(jars, ":") {
		if _, err := os.Stat(jar); err != nil {
			return "", &missingError{"Jakarta Mail is not there; as root: apt-get install --no-install-recommends libjakarta-mail-java default-jdk-headless"}
		}
	}
	path, err := once("java", func(path string) *exec.Cmd {
		return exec.Command("javac", "-cp", jars, "-d", path, "JakartaMailer.java")
	})
	return path + ":" + jars, err
}

// ready returns the command, or skips the test.
func (s setting) ready(t *testing.T) *audit.Template {
	t.Helper()
	template, err := s.template()
	if err != nil {
		t.Skip(err)
	}
	return template
}

func (s setting) template() (*audit.Template, error) {
	path := ""
	if s.prepare != nil {
		var err error
		if path, err = s.prepare(); err != nil {
			return nil, err
		}
	}
	if s.daemon != nil {
		return nil, nil
	}
	command := make([]string, len(s.command))
	for i, word := range s.command {
		if command[i] = word; word == "" {
			command[i] = path
		}
	}
	if command[0] == "sh" || command[0] == "env" {
		if _, err := exec.LookPath(s.client); s.prepare == nil && err != nil {
			return nil, err
		}
	}
	return audit.NewTemplate(command)
}

var number = regexp.MustCompile(`\d+(\.\d+)+`)

// released is the version of a setting's client; empty if it is not known.
func (s setting) released() string {
	if s.tree != "" {
		return tools.Version(s.tree)
	}
	if s.version == nil {
		return ""
	}
	out, err := exec.Command(s.version[0], s.version[1:]...).Output()
	if err != nil {
		return ""
	}
	return number.FindString(string(out))
}
