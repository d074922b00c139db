package endurance_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/scenarios"
)

// Whatever is played, only this machine can reach it.
func TestListensOnLoopbackOnly(t *testing.T) {
	p := start{
		args:  []string{"--scenario", "all", "--smtps", "127.0.0.1:0"},
		peers: len(scenarios.WithoutDNS()),
	}.start(t)
	addresses := p.listening(t)
	for _, address := range addresses {
		if !strings.HasPrefix(address, "127.") {
			t.Errorf("it listens on %s", address)
		}
	}
	if len(addresses) < 2*len(p.peers) {
		t.Errorf("only %d listeners are seen, of at least %d", len(addresses), 2*len(p.peers))
	}
	p.stop(t)
	help, err := exec.Command(command, "serve", "--help").Output()
	if said := strings.Join(strings.Fields(string(help)), " "); err != nil ||
		!strings.Contains(said, `--listen ADDRESS first ADDRESS to listen on; port 0 picks a free one (default "127.0.0.1:2525")`) {
		t.Errorf("the default of --listen is not on loopback, %v:\n%s", err, help)
	}
	t.Logf("%d listeners, all on loopback", len(addresses))
}

// listening are the addresses of the process's sockets that listen, or take
// datagrams, by proc(5). Those of IPv6 are left as they stand there.
func (p *process) listening(t *testing.T) []string {
	t.Helper()
	ours := p.sockets(t)
	var addresses []string
	const listen, bound = "0A", "07" // states of a socket
	for file, state := range map[string]string{"net/tcp": listen, "net/tcp6": listen, "net/udp": bound, "net/udp6": bound} {
		text, err := os.ReadFile(p.proc(file))
		if err != nil {
			t.Fatal(err)
		}
		for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
			fields := strings.Fields(lines.Text())
			if len(fields) < 10 || fields[3] != state || !ours["socket:["+fields[9]+"]"] {
				continue
			}
			address, _, _ := strings.Cut(fields[1], ":")
			if octets, err := hex.DecodeString(address); err == nil && len(octets) == 4 {
				slices.Reverse(octets) // a number in the machine's order
				address = fmt.Sprintf("%d.%d.%d.%d", octets[0], octets[1], octets[2], octets[3])
			}
			addresses = append(addresses, address)
		}
	}
	return addresses
}

func (p *process) sockets(t *testing.T) map[string]bool {
	t.Helper()
	links, err := filepath.Glob(p.proc("fd/*"))
	if err != nil {
		t.Fatal(err)
	}
	sockets := map[string]bool{}
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil {
			sockets[target] = true
		}
	}
	return sockets
}

// Even where the umask takes nothing away, nobody else reads keys and mail, and
// no name of a file comes from a client.
func TestFilesAreGuarded(t *testing.T) {
	pki, maildir := filepath.Join(t.TempDir(), "pki"), filepath.Join(t.TempDir(), "mail")
	p := start{
		shell: "umask 0;",
		args:  []string{"--scenario", "client-certificate-requested", "--pki", pki, "--messages", maildir},
	}.start(t)
	c, err := connect(p.addr())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.greet("../../../helo"); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"MAIL FROM:<../../from@example.test>", "RCPT TO:<../../../../to@example.test>", `RCPT TO:<"/etc/to\"/../x"@example.test>`,
	} {
		if err := c.say(line, '2'); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.say("DATA\r\nSubject: x\r\n\r\n.", '3'); err != nil {
		t.Fatal(err)
	}
	if err := c.want('2'); err != nil {
		t.Fatal(err)
	}
	c.quit()
	p.stop(t)
	message := regexp.MustCompile(`^new/\d+\.M\d+P\d+Q\d+R[0-9a-f]{16}\.[^/]+$`)
	for _, path := range guarded(t, maildir) {
		if !message.MatchString(path) {
			t.Errorf("a message is kept as %q", path)
		}
	}
	if files := guarded(t, pki); !slices.Contains(files, "key.pem") {
		t.Errorf("the keys are kept as %q", files)
	}
}

// guarded holds that folders are for their owner alone, as are files with mail
// or a key in them, and returns the paths of the files.
func guarded(t *testing.T, dir string) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		private := true
		if !entry.IsDir() {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			private = bytes.Contains(text, []byte("PRIVATE KEY")) || bytes.HasPrefix(text, []byte("Received:"))
			paths = append(paths, filepath.ToSlash(strings.TrimPrefix(path, dir+string(filepath.Separator))))
		}
		if private && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return nil
	})
	if err != nil || len(paths) == 0 {
		t.Errorf("%s holds %q: %v", dir, paths, err)
	}
	return paths
}
