package e2e_test

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gexec"

	"github.com/fakemx/fakemx/e2e/internal/tools"
	"github.com/fakemx/fakemx/fakemx"
)

// An event is a line of fakemx --json: ready, or session.
type event struct {
	Event    string `json:"event"`
	Addr     string `json:"addr"`
	Hostname string `json:"hostname"`
	CAFile   string `json:"ca_file"`
	fakemx.Session
}

// A command is a running fakemx --json.
type command struct {
	*gexec.Session
}

// startCommand starts the built command and waits until it is ready.
func startCommand(path string, args ...string) (command, event) {
	GinkgoHelper()
	args = append([]string{"--json", "--listen", "127.0.0.1:0"}, args...)
	session, err := gexec.Start(exec.Command(path, args...), GinkgoWriter, GinkgoWriter)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() { session.Kill().Wait() })
	c := command{session}
	return c, c.next("ready")
}

// next waits for an event and returns the latest of its kind.
func (c command) next(kind string) event {
	GinkgoHelper()
	var found event
	Eventually(func(g Gomega) {
		for _, e := range c.events(g) {
			if e.Event == kind {
				found = e
			}
		}
		g.Expect(found.Event).To(Equal(kind))
	}).WithTimeout(10 * time.Second).Should(Succeed())
	return found
}

// events are the lines that the command has written in full.
func (c command) events(g Gomega) []event {
	var all []event
	lines := bytes.SplitAfter(c.Out.Contents(), []byte("\n"))
	for _, line := range lines[:len(lines)-1] {
		var e event
		g.Expect(json.Unmarshal(line, &e)).To(Succeed(), string(line))
		all = append(all, e)
	}
	return all
}

// output runs a client to its end and returns all it says.
func output(stdin, program string, args ...string) string {
	GinkgoHelper()
	if _, err := exec.LookPath(program); err != nil {
		Skip(program + " is not installed; run e2e/setup.sh")
	}
	cmd := exec.Command(program, args...)
	cmd.Stdin = strings.NewReader(stdin)
	session, err := gexec.Start(cmd, GinkgoWriter, GinkgoWriter)
	Expect(err).NotTo(HaveOccurred())
	Eventually(session).WithTimeout(30 * time.Second).Should(gexec.Exit())
	return string(session.Out.Contents()) + string(session.Err.Contents())
}

// swaks sends a message in TLS.
func swaks(to event, args ...string) {
	GinkgoHelper()
	host, port, err := net.SplitHostPort(to.Addr)
	Expect(err).NotTo(HaveOccurred())
	output("", "swaks", append([]string{
		"--server", host, "--port", port, "-tls", "--helo", "client.test",
		"--from", "sender@client.test", "--to", "rcpt@example.test",
	}, args...)...)
}

// stored returns the only message in a Maildir.
func stored(maildir string) string {
	GinkgoHelper()
	files, err := filepath.Glob(filepath.Join(maildir, "new", "*"))
	Expect(err).NotTo(HaveOccurred())
	Expect(files).To(HaveLen(1))
	text, err := os.ReadFile(files[0])
	Expect(err).NotTo(HaveOccurred())
	return string(text)
}

var _ = Describe("the built command", Label("command"), Ordered, func() {
	var fakemxPath string

	BeforeAll(func() {
		var err error
		fakemxPath, err = tools.Command(GinkgoT().TempDir())
		Expect(err).NotTo(HaveOccurred())
	})

	It("has openssl miss the intermediate, although it trusts the root", func() {
		_, ready := startCommand(fakemxPath, "--scenario", "missing-intermediate")
		says := output("QUIT\r\n", "openssl", "s_client", "-connect", ready.Addr, "-starttls", "smtp", "-CAfile", ready.CAFile)
		Expect(says).To(ContainSubstring("verify error:num=20:unable to get local issuer certificate"))
		Expect(says).To(ContainSubstring("verify error:num=21:unable to verify the first certificate"))
	})

	It("stores what swaks delivers, stamped ESMTPS, and reports the session", func() {
		messages := filepath.Join(GinkgoT().TempDir(), "messages")
		c, ready := startCommand(fakemxPath, "--scenario", "missing-intermediate", "--messages", messages)
		swaks(ready)
		session := c.next("session")
		Expect(session.Outcome).To(Equal(fakemx.DeliveredTLS))
		Expect(session.Transactions).To(HaveExactElements(HaveField("With", "ESMTPS")))
		message := stored(messages)
		Expect(message).To(HavePrefix(session.Transactions[0].Received))
		Expect(message).To(ContainSubstring(" with ESMTPS "))
		Expect(message).To(ContainSubstring("\r\nTo: rcpt@example.test\r\n"))
	})

	It("stamps ESMTPSA when swaks authenticates, and keeps the password to itself", func() {
		messages := filepath.Join(GinkgoT().TempDir(), "messages")
		c, ready := startCommand(fakemxPath, "--scenario", "missing-intermediate", "--messages", messages, "--auth", "joe:tr0ub4dor")
		swaks(ready, "--auth", "PLAIN", "--auth-user", "joe", "--auth-password", "tr0ub4dor")
		session := c.next("session")
		Expect(session.Auth).To(HaveField("Identity", "joe"))
		Expect(stored(messages)).To(ContainSubstring(" with ESMTPSA "))
		Expect(string(c.Out.Contents())).NotTo(Or(ContainSubstring("tr0ub4dor"), ContainSubstring("AGpvZQB0cjB1YjRkb3I")))
	})

	// What a package makes at the start, every command waits for.
	It("makes little before it knows what it is asked for", func() {
		cmd := exec.Command(fakemxPath, "version")
		cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
		out, err := cmd.CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(out))
		made := regexp.MustCompile(`init (\S+) @.* (\d+) bytes`).FindAllSubmatch(out, -1)
		Expect(len(made)).To(BeNumerically(">", 10), string(out))
		for _, m := range made {
			size, err := strconv.Atoi(string(m[2]))
			Expect(err).NotTo(HaveOccurred())
			Expect(size).To(BeNumerically("<", 1<<20), "bytes that %s takes at the start", m[1])
		}
	})

	It("ends when it is told to, and leaves nothing behind", func() {
		c, ready := startCommand(fakemxPath, "--scenario", "missing-intermediate")
		Expect(ready.CAFile).To(BeAnExistingFile())
		c.Signal(syscall.SIGTERM)
		Eventually(c).WithTimeout(10 * time.Second).Should(gexec.Exit(0))
		Expect(ready.CAFile).NotTo(BeAnExistingFile())
		_, err := net.Dial("tcp", ready.Addr)
		Expect(err).To(MatchError(syscall.ECONNREFUSED))
	})
})
