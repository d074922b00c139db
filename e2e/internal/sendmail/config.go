package sendmail

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// patience bounds every wait of sendmail for the peer, so that a peer that
// stalls does not cost more.
const patience = "10s"

// waits are the waits that patience bounds.
var waits = []string{
	"CONNECT", "INITIAL", "HELO", "MAIL", "RCPT", "DATAINIT", "DATABLOCK",
	"DATAFINAL", "RSET", "QUIT", "AUTH", "STARTTLS",
}

// anyLoad is above every load average: on a busy machine sendmail would put
// mail off without so much as a connection.
const anyLoad = "100000"

var loads = []string{"QUEUE", "REFUSE", "DELAY"}

// makeConfig writes the .mc file, the maps and the private system files, and
// makes sendmail.cf.
func (s *Sendmail) makeConfig() error {
	if err := s.writeFiles(); err != nil {
		return err
	}
	for _, name := range []string{"access", "mailertable"} {
		if err := s.makeMap(name); err != nil {
			return err
		}
	}
	return s.makeCF()
}

// writeFiles writes what sendmail and its tools read.
func (s *Sendmail) writeFiles() error {
	hosts := "127.0.0.1 localhost\n::1 localhost\n"
	if s.peer != "localhost" {
		hosts += "127.0.0.1 " + s.peer + "\n"
	}
	files := map[string]string{
		"sendmail.mc":    s.mc(),
		"access":         lines(s.options.accessLines(s.peer)),
		"mailertable":    lines(s.options.Mailertable),
		"service.switch": "hosts files\npasswd files\naliases files\n",
		"hosts":          hosts,
		"nsswitch.conf":  "hosts: files\npasswd: files\ngroup: files\n",
		"resolv.conf":    "",
		"namespace.sh":   namespace,
	}
	for name, text := range files {
		if err := os.WriteFile(s.path(name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return os.Mkdir(s.path("queue"), 0o700)
}

// mc is the .mc file. Every path in it lies in the private folder.
func (s *Sendmail) mc() string {
	var m macros
	m.line("divert(0)dnl", "OSTYPE(`linux')dnl")
	m.define("QUEUE_DIR", s.path("queue"))
	m.define("STATUS_FILE", s.path("statistics"))
	m.define("HELP_FILE", s.path("helpfile"))
	m.define("confPID_FILE", s.path("pid"))
	m.define("confDEAD_LETTER_DROP", s.path("dead.letter"))
	m.define("confSERVICE_SWITCH_FILE", s.path("service.switch"))
	m.define("confHOSTS_FILE", s.path("hosts"))
	m.define("confCR_FILE", "-o "+s.path("relay-domains"))
	m.line("define(`ALIAS_FILE', `')dnl")
	m.define("confDOMAIN_NAME", s.options.Hostname)
	m.define("confDONT_PROBE_INTERFACES", "True")
	m.define("confDONT_BLAME_SENDMAIL", "GroupWritableDirPathSafe,TrustStickyBit")
	m.define("confERROR_MODE", "p")
	m.define("confLOG_LEVEL", strconv.Itoa(s.options.LogLevel))
	m.define("confTO_IDENT", "0")
	for _, load := range loads {
		m.define("conf"+load+"_LA", anyLoad)
	}
	for _, wait := range waits {
		m.define("confTO_"+wait, patience)
	}
	m.define("confCACERT", s.options.CAFile)
	m.define("confCACERT_PATH", s.options.CAPath)
	m.define("confCLIENT_CERT", s.options.ClientCert)
	m.define("confCLIENT_KEY", s.options.ClientKey)
	m.define("SMART_HOST", "esmtp:["+s.peer+"]")
	m.define("ESMTP_MAILER_ARGS", "TCP $h "+s.port)
	m.line("FEATURE(`nocanonify')dnl", "FEATURE(`access_db', `hash -T<TMPF> "+s.path("access")+"')dnl")
	m.line("FEATURE(`mailertable', `hash " + s.path("mailertable") + "')dnl")
	m.line(s.options.Config...)
	// The SASL plug-ins lie in the unpacked tree; sendmail takes nothing from
	// its environment but what its configuration sets.
	m.line("MAILER(`smtp')dnl", "LOCAL_CONFIG", "ESASL_PATH="+s.install.saslPath())
	return m.String()
}

// macros is the text of an .mc file.
type macros struct {
	strings.Builder
}

// define defines an m4 macro, unless its value is empty.
func (m *macros) define(name, value string) {
	if value != "" {
		fmt.Fprintf(m, "define(`%s', `%s')dnl\n", name, value)
	}
}

func (m *macros) line(all ...string) {
	m.WriteString(lines(all))
}

// makeMap turns a file into a hash map.
func (s *Sendmail) makeMap(name string) error {
	lines, err := os.ReadFile(s.path(name))
	if err != nil {
		return err
	}
	_, err = s.tool(lines, "usr/libexec/sendmail/makemap", "-C", "/dev/null", "hash", s.path(name))
	return err
}

// makeCF runs m4 over the .mc file.
func (s *Sendmail) makeCF() error {
	cf := s.install.path("usr/share/sendmail/cf")
	text, err := s.tool(nil, "usr/bin/m4", "-D_CF_DIR_="+cf+"/", filepath.Join(cf, "m4/cf.m4"), s.path("sendmail.mc"))
	if err != nil {
		return err
	}
	return os.WriteFile(s.path("sendmail.cf"), text, 0o600)
}

// tool runs a program of the unpacked tree and returns its standard output.
func (s *Sendmail) tool(stdin []byte, program string, args ...string) ([]byte, error) {
	cmd := exec.Command(s.install.path(program), args...) //nolint:gosec // the programs are constants
	cmd.Env = s.install.environment()
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", filepath.Base(program), err, stderr.String())
	}
	return out, nil
}

// lines joins lines, each with its line end.
func lines(all []string) string {
	var b strings.Builder
	for _, line := range all {
		b.WriteString(line + "\n")
	}
	return b.String()
}
