package clients

import (
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/fakemx/fakemx/e2e/internal/tools"
)

// mainCF names accounts that every Debian has, since posttls-finger wants a
// complete configuration though it becomes nobody.
const mainCF = `compatibility_level = 3.6
mail_owner = mail
setgid_group = games
default_privs = nobody
myhostname = client.test
`

// posttlsFinger is Postfix's TLS client. It exits 0 whatever it finds, and
// completes a handshake before it says what it thinks of the certificate. To
// be content is to reach the level it was asked for, and not to lose the
// connection. Of a peer without STARTTLS it says nothing at all.
var posttlsFinger = tool{
	name: "posttls-finger", probes: true, tree: "postfix",
	program: func() (string, error) { return tools.Program("postfix", "usr/sbin/posttls-finger") },
	env: func(dir string) ([]string, error) {
		tree, err := tools.Path("postfix")
		if err != nil {
			return nil, err
		}
		return []string{"MAIL_CONFIG=" + dir, "LD_LIBRARY_PATH=" + tools.SharedLibraries(tree)}, writeMainCF(dir)
	},
	args: func(t Target, form Form, _ string) ([]string, error) {
		args := []string{"-c", "-T", strconv.Itoa(patience), "-t", strconv.Itoa(patience)}
		if net.ParseIP(t.Host) == nil {
			args = append(args, "-s", t.Host)
		}
		if t.Implicit {
			args = append(args, "-w")
		}
		peer := "[" + t.Addr + "]:" + t.Port
		if !form.Verifies() {
			return append(args, "-l", "encrypt", peer), nil
		}
		return append(args, "-l", "secure", "-F", t.CAFile, peer, t.Host), nil
	},
	content:   regexp.MustCompile(`TLS connection established[^\n]*\n$`),
	strict:    regexp.MustCompile(`Verified TLS connection established[^\n]*\n$`),
	complaint: regexp.MustCompile(`verification failed|SSL_connect|[Ff]ailed to|lost connection|not offered|warning: |fatal: |num=`),
	telling:   regexp.MustCompile(`TLS library problem`),
}

// writeMainCF writes a configuration that seems old, for Postfix waits two
// seconds for one that might still be being written.
func writeMainCF(dir string) error {
	path := filepath.Join(dir, "main.cf")
	if err := os.WriteFile(path, []byte(mainCF), 0o600); err != nil {
		return err
	}
	past := time.Now().Add(-time.Hour)
	return os.Chtimes(path, past, past)
}
