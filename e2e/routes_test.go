package e2e_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/e2e/internal/sendmail"
	"github.com/fakemx/fakemx/e2e/internal/tools"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/internal/cli"
	"github.com/fakemx/fakemx/scenarios"
)

// What fakemx routes prints is pasted into configurations of the real MTAs,
// which say where they would deliver; sendmail does deliver.
var _ = Describe("fakemx routes", func() {
	It("leads postfix", func() {
		postmap := unpacked("postfix", "usr/sbin/postmap")
		dir := GinkgoT().TempDir()
		path := write(dir, "fakemx", routes("--for", "postfix"))
		write(dir, "main.cf", "compatibility_level = 3.6\nmail_owner = mail\nsetgid_group = games\ndefault_privs = nobody\n")
		keys, want := "", ""
		for _, s := range scenarios.WithoutDNS() {
			keys += s.Name + ".fakemx.test\n"
			want += fmt.Sprintf("%s.fakemx.test\tsmtp:[127.0.0.1]:%d\n", s.Name, 2524+s.Number)
		}
		out := run("postfix", keys, postmap, "-c", dir, "-q", "-", "texthash:"+path)
		Expect(out).To(Equal(want))
	})

	It("leads sendmail, through ten mailers at once", func(ctx SpecContext) {
		requireSendmail()
		peer := fakemx.Start(GinkgoT(), scenarios.MustGet("healthy"))
		text := routes("--for", "sendmail", "--listen", peer.Addr(), "--scenario", strings.Join(scenarios.Names()[:10], ","))
		mailers, table, found := strings.Cut(text, "# Append this to /etc/mail/mailertable")
		Expect(found).To(BeTrue(), text)
		result, err := sendmail.New(GinkgoT(), sendmail.Options{
			SmartHost: "127.0.0.1:1", Config: strings.Split(mailers, "\n"), Mailertable: strings.Split("#"+table, "\n"),
		}).Send("sender@client.fakemx.test", "rcpt@healthy.fakemx.test", sendmailMessage)
		Expect(err).NotTo(HaveOccurred())
		Expect(result.Delivered).To(BeTrue(), result.Output)
		session, err := peer.WaitSession(ctx)
		Expect(err).NotTo(HaveOccurred())
		Expect(session.Outcome).To(Equal(fakemx.DeliveredTLS))
	})

	DescribeTable("leads exim", func(listen, want string) {
		exim := unpacked("exim", "usr/sbin/exim4")
		dir := GinkgoT().TempDir()
		config := write(dir, "exim.conf", fmt.Sprintf(eximConfig, dir, routes("--for", "exim", "--listen", listen)))
		Expect(asExim(dir, exim, "-C", config, "-bV")).To(ContainSubstring("Configuration file is " + config))
		ports := map[string]int{}
		for _, s := range scenarios.WithoutDNS() {
			ports["rcpt@"+s.Name+".fakemx.test"] = 2524 + s.Number
		}
		out := asExim(dir, exim, slices.Concat([]string{"-C", config, "-bt"}, slices.Collect(maps.Keys(ports)))...)
		for recipient, port := range ports {
			Expect(out).To(ContainSubstring("%s\n  router = fakemx, transport = remote_smtp\n  host %s port=%d\n", recipient, want, port))
		}
	},
		Entry("by IPv4", "127.0.0.1:2525", "127.0.0.1 [127.0.0.1]"),
		Entry("by IPv6", "[::1]:2525", "::1 [::1]"),
	)

	DescribeTable("leads opensmtpd", func(listen string) {
		smtpd := unpacked("opensmtpd", "usr/sbin/smtpd")
		config := write(GinkgoT().TempDir(), "smtpd.conf", routes("--for", "opensmtpd", "--listen", listen))
		Expect(run("opensmtpd", "", smtpd, "-n", "-f", config)).To(Equal("configuration OK\n"))
	},
		Entry("by IPv4", "127.0.0.1:2525"),
		Entry("by IPv6", "[::1]:2525"),
	)
})

// eximConfig is a configuration with a folder and with what is pasted.
const eximConfig = `exim_user = mail
spool_directory = %s
primary_hostname = client.test
begin routers
%s
begin transports
remote_smtp:
  driver = smtp
`

// routes is what the command prints.
func routes(args ...string) string {
	GinkgoHelper()
	var out, complaint bytes.Buffer
	code := cli.Run(GinkgoT().Context(), append([]string{"routes"}, args...), nil, &out, &complaint)
	Expect(code).To(BeZero(), complaint.String())
	return out.String()
}

// unpacked is a program below e2e/.tools that only root can run.
func unpacked(elements ...string) string {
	GinkgoHelper()
	path, err := tools.Program(elements...)
	if err != nil {
		Skip(err.Error())
	}
	if os.Getuid() != 0 {
		Skip(filepath.Base(path) + " must be run by root")
	}
	return path
}

func write(dir, name, text string) string {
	GinkgoHelper()
	path := filepath.Join(dir, name)
	Expect(os.WriteFile(path, []byte(text), 0o600)).To(Succeed())
	return path
}

// run runs a program of an unpacked tree and returns all it says.
func run(tree, stdin, program string, args ...string) string {
	GinkgoHelper()
	root, err := tools.Path(tree)
	Expect(err).NotTo(HaveOccurred())
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+tools.SharedLibraries(root))
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), string(out))
	return string(out)
}

// asExim runs Debian's exim, which insists on an account of its own, in a mount
// namespace in which there is one.
func asExim(dir, program string, args ...string) string {
	GinkgoHelper()
	const script = `mount --bind "$1" /etc/passwd && mount --bind "$2" /etc/group && shift 2 && exec "$@"`
	accounts := []string{"unshare", "--mount", "sh", "-c", script, "sh"}
	for _, name := range []string{"passwd", "group"} {
		text, err := os.ReadFile("/etc/" + name)
		Expect(err).NotTo(HaveOccurred())
		more := "Debian-exim:x:64000:64000::/nonexistent:/usr/sbin/nologin\n"
		if name == "group" {
			more = "Debian-exim:x:64000:\n"
		}
		accounts = append(accounts, write(dir, name, string(text)+more))
	}
	if out, err := exec.Command("unshare", "--mount", "true").CombinedOutput(); err != nil {
		Skip(fmt.Sprintf("no mount namespace for exim: %v: %s", err, out))
	}
	return run("exim", "", accounts[0], append(append(accounts[1:], program), args...)...)
}
