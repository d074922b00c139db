package audit

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/smtp"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// clientFlag makes this test's binary a client that goes by FAKEMX_*.
const clientFlag = "-play-client"

func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == clientFlag {
		playClient(os.Args[2], os.Args[3:])
		return
	}
	// At exit, a client with the race detector waits a second for reports.
	if err := os.Setenv("GORACE", "atexit_sleep_ms=0"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

// client is the command line of such a client.
func client(t *testing.T, kind string, args ...string) *Template {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	template, err := NewTemplate(append([]string{program, clientFlag, kind}, args...))
	if err != nil {
		t.Fatal(err)
	}
	return template
}

// playClient is main for a client.
func playClient(kind string, args []string) {
	plays := map[string]func([]string) error{
		"verify":        func([]string) error { return send(true, true) },
		"trusts nobody": func([]string) error { return trustNobody() },
		"insecure":      func([]string) error { return send(true, false) },
		"clear":         func([]string) error { return send(false, false) },
		"opportunistic": func([]string) error { return opportunistic() },
		"verify-only":   func([]string) error { return fallBack() },
		"password":      func([]string) error { return exposePassword() },
		"tags":          func([]string) error { return tag() },
		"twice":         func([]string) error { return firstOf(send(true, true), send(true, true)) },
		"lies":          func([]string) error { _ = send(true, true); return nil },
		"fails":         func([]string) error { _ = send(true, true); return fmt.Errorf("though it delivered") },
		"all at once":   func([]string) error { return toAll() },
		"gives up":      func([]string) error { toEverybody = true; return send(true, true) },
		"stubborn":      func([]string) error { return firstOf(os.Setenv("FAKEMX_TO", "me@x.test"), send(true, true)) },
		"nothing":       func([]string) error { return nil },
		"chatters":      chatter,
		"hangs":         hang,
		"hangs inside":  func([]string) error { return stayInside("hangs") },
		"falls inside":  func([]string) error { return stayInside("falls") },
		"crashes":       func([]string) error { return syscall.Kill(os.Getpid(), syscall.SIGKILL) },
		"elsewhere":     elsewhere,
		"hides":         func([]string) error { return hide() },
		"reads":         read,
	}
	if err := plays[kind](args); err != nil {
		fmt.Println("client:", err)
		os.Exit(1)
	}
}

func env(name string) string { return os.Getenv("FAKEMX_" + name) }

func dial() (*smtp.Client, error) {
	return smtp.Dial(net.JoinHostPort(env("HOST"), env("PORT")))
}

// send delivers, in TLS if it is to start it.
func send(startTLS, verify bool) error {
	c, err := dial()
	if err != nil {
		return err
	}
	defer c.Close()
	if startTLS {
		config := &tls.Config{ServerName: env("HOST"), InsecureSkipVerify: !verify}
		if verify {
			text, err := os.ReadFile(env("CA"))
			if err != nil {
				return err
			}
			config.RootCAs = x509.NewCertPool()
			config.RootCAs.AppendCertsFromPEM(text)
		}
		if err := c.StartTLS(config); err != nil {
			return err
		}
	}
	if all := env("RECIPIENTS"); toEverybody {
		return transact(c, strings.Split(all, ",")...)
	}
	return transact(c, env("TO"))
}

// toEverybody: send takes all recipients, and gives up when one is refused.
var toEverybody bool

// trustNobody does what a client does whose trust store is empty.
func trustNobody() error {
	c, err := dial()
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.StartTLS(&tls.Config{ServerName: env("HOST"), RootCAs: x509.NewCertPool()}); err != nil {
		return err
	}
	return transact(c, env("TO"))
}

// toAll sends one message to all recipients whom the peer takes.
func toAll() error {
	c, err := dial()
	if err != nil {
		return err
	}
	defer c.Close()
	if err := firstOf(c.StartTLS(&tls.Config{InsecureSkipVerify: true}), c.Mail(env("FROM"))); err != nil {
		return err
	}
	for to := range strings.SplitSeq(env("RECIPIENTS"), ",") {
		err = firstOf(err, c.Rcpt(to))
	}
	return firstOf(finish(c), err)
}

func transact(c *smtp.Client, to ...string) error {
	if err := c.Mail(env("FROM")); err != nil {
		return err
	}
	for _, one := range to {
		if err := c.Rcpt(one); err != nil {
			return err
		}
	}
	return finish(c)
}

// finish sends the message behind the envelope.
func finish(c *smtp.Client) error {
	message, err := os.ReadFile(env("MESSAGE"))
	if err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	_, err = w.Write(message)
	return firstOf(err, w.Close(), c.Quit())
}

// opportunistic uses TLS where it is offered and works.
func opportunistic() error {
	if send(true, false) == nil {
		return nil
	}
	return send(false, false)
}

// fallBack verifies, and delivers in clear if that fails.
func fallBack() error {
	if send(true, true) == nil {
		return nil
	}
	return send(false, false)
}

// exposePassword authenticates in clear, whatever is offered.
func exposePassword() error {
	c, err := dial()
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Hello("client.test"); err != nil {
		return err
	}
	return authenticate(c)
}

func authenticate(c *smtp.Client) error {
	return c.Auth(smtp.PlainAuth("", env("USER"), env("PASSWORD"), env("HOST")))
}

// tag delivers in clear to the recipient with a tag, and authenticates if it
// can.
func tag() error {
	c, err := dial()
	if err != nil {
		return err
	}
	defer c.Close()
	if ok, _ := c.Extension("AUTH"); ok {
		if err := authenticate(c); err != nil {
			return err
		}
	}
	return transact(c, strings.Replace(env("TO"), "@", "+x@", 1))
}

func chatter([]string) error {
	fmt.Println("the first line")
	line := bytes.Repeat([]byte("x"), 1<<10)
	for range 4 << 10 {
		if _, err := os.Stdout.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	fmt.Println("the last line")
	return send(true, true)
}

// hang waits for ever with a child that does too, and says who they are.
// stayInside begins TLS with whomever it meets, and then hangs or falls.
func stayInside(how string) error {
	c, err := dial()
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.StartTLS(&tls.Config{ServerName: env("HOST"), InsecureSkipVerify: true}); err != nil {
		return err
	}
	if how == "falls" {
		return syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	time.Sleep(time.Hour)
	return nil
}

func hang(args []string) error {
	if len(args) > 0 {
		child := exec.Command("sleep", "600")
		child.Stdout = os.Stdout
		if err := child.Start(); err != nil {
			return err
		}
		text := fmt.Sprintf("%d %d", os.Getpid(), child.Process.Pid)
		if err := os.WriteFile(args[0], []byte(text), 0o600); err != nil {
			return err
		}
	}
	time.Sleep(time.Hour)
	return nil
}

// hide delivers without verifying, after more transactions than a record holds.
func hide() error {
	c, err := dial()
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.StartTLS(&tls.Config{InsecureSkipVerify: true}); err != nil {
		return err
	}
	for range 1000 {
		if err := firstOf(c.Mail(env("FROM")), c.Reset()); err != nil {
			return err
		}
	}
	return transact(c, env("TO"))
}

// elsewhere delivers to another address than it was given.
func elsewhere(args []string) error {
	c, err := smtp.Dial(args[0])
	if err != nil {
		return err
	}
	defer c.Close()
	return transact(c, env("TO"))
}

// read prints its arguments, its environment and what stands in its input.
func read(args []string) error {
	for _, variable := range os.Environ() {
		if strings.HasPrefix(variable, "FAKEMX_") {
			fmt.Println(variable)
		}
	}
	var input bytes.Buffer
	n, err := input.ReadFrom(os.Stdin)
	fmt.Println(strings.Join(args, "|"), n)
	return err
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
