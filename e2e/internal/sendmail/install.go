package sendmail

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/fakemx/fakemx/e2e/internal/tools"
)

// program is sendmail's place in its unpacked tree.
const program = "usr/libexec/sendmail/sendmail"

// An install is an unpacked tree.
type install struct {
	root string
}

// find returns the unpacked tree, or an error that says how to get it.
func find() (install, error) {
	if _, err := tools.Program("sendmail", program); err != nil {
		return install{}, err
	}
	root, err := tools.Path("sendmail")
	return install{root}, err
}

// Available reports whether there is a sendmail to run; if not, reason says
// what is missing and how to get it.
func Available() (reason string, ok bool) {
	if _, err := find(); err != nil {
		return err.Error(), false
	}
	return "", true
}

// Version returns the version of the sendmail that is run; empty if it is not
// known.
func Version() string { return tools.Version("sendmail") }

// LogAvailable reports whether sendmail's log can be had, which needs a mount
// namespace; if not, reason says why.
func LogAvailable() (reason string, ok bool) {
	if _, err := isolation(); err != nil {
		return err.Error(), false
	}
	return "", true
}

func (i install) path(elements ...string) string {
	return filepath.Join(append([]string{i.root}, elements...)...)
}

// environment lets the unpacked programs find their libraries.
func (i install) environment() []string {
	return append(os.Environ(), "LD_LIBRARY_PATH="+tools.SharedLibraries(i.root))
}

// saslPath is the folder of the SASL plug-ins.
func (i install) saslPath() string {
	found, err := filepath.Glob(i.path("usr/lib/*/sasl2"))
	if err != nil || len(found) == 0 {
		return i.path("usr/lib/sasl2")
	}
	return found[0]
}

// isolation returns the command line that goes before namespace.sh, and what
// goes between it and sendmail. A user who is not root becomes root of a user
// namespace to mount, and then himself again, since a sendmail that thinks it
// is root drops privileges it does not have.
var isolation = sync.OnceValues(func() (isolated, error) {
	candidate := isolated{enter: []string{"unshare", "--mount"}}
	if os.Getuid() != 0 {
		candidate = isolated{
			enter: []string{"unshare", "--user", "--map-root-user", "--mount"},
			leave: []string{
				"unshare", "--user",
				"--map-user=" + strconv.Itoa(os.Getuid()),
				"--map-group=" + strconv.Itoa(os.Getgid()),
			},
		}
	}
	probe := append(append([]string(nil), candidate.enter...), "mount", "-t", "tmpfs", "tmpfs", "/mnt")
	//nolint:gosec // the words are constants
	if out, err := exec.Command(probe[0], probe[1:]...).CombinedOutput(); err != nil {
		return isolated{}, fmt.Errorf("no mount namespace, so sendmail's log goes to the machine's syslog: %w: %s", err, out)
	}
	return candidate, nil
})

// isolated are the commands into and out of a mount namespace.
type isolated struct {
	enter []string
	leave []string
}
