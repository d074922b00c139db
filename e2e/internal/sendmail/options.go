// Package sendmail runs a real sendmail, unpacked and never installed, for one
// message at a time: in the foreground, in a folder of its own, with a /dev/log
// and a hosts file of its own. It touches nothing of the machine's own mail.
package sendmail

import (
	"fmt"
	"net"
	"time"
)

// Defaults of Options.
const (
	DefaultHostname = "client.fakemx.test"
	DefaultLogLevel = 15
	DefaultTimeout  = 30 * time.Second
)

// Options says how sendmail is set up. Only SmartHost is needed.
type Options struct {
	// SmartHost is the peer that takes all mail, name:port. The name is led to
	// 127.0.0.1 whatever it is; where that cannot be done, the address is used.
	SmartHost string
	// CAFile and CAPath are confCACERT and confCACERT_PATH. If empty, they are
	// not defined; sendmail 8.17 reads neither unless both are, even though
	// the folder may be empty.
	CAFile string
	CAPath string
	// ClientCert and ClientKey are confCLIENT_CERT and confCLIENT_KEY. The key
	// must not be readable by the group. If empty, they are not defined.
	ClientCert string
	ClientKey  string
	// Hostname is sendmail's own name. If empty, DefaultHostname.
	Hostname string
	// LogLevel is confLOG_LEVEL; from 12 on verifymsg= is logged. If zero,
	// DefaultLogLevel.
	LogLevel int
	// Access are lines of the access map, such as "TLS_Srv:example.test VERIFY".
	Access []string
	// Mailertable are lines of the mailertable, which goes before SmartHost,
	// such as "example.test esmtp:[127.0.0.1]".
	Mailertable []string
	// Config are further lines of the .mc file, before MAILER.
	Config []string
	// Auth authenticates to the peer. If nil, sendmail does not.
	Auth *Auth
	// Timeout bounds one Send; then sendmail is killed. If zero,
	// DefaultTimeout.
	Timeout time.Duration
}

// Auth are credentials for SMTP AUTH (RFC 4954).
type Auth struct {
	User     string
	Password string
	// Mechanism is PLAIN or LOGIN. If empty, PLAIN.
	Mechanism string
}

// withDefaults fills in what was left out.
func (o Options) withDefaults() Options {
	if o.Hostname == "" {
		o.Hostname = DefaultHostname
	}
	if o.LogLevel == 0 {
		o.LogLevel = DefaultLogLevel
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	return o
}

// peer splits SmartHost. Mail may go to this machine only: a name is led there
// by the private hosts file, and an address must be a loopback one.
func (o Options) peer() (name, port string, err error) {
	name, port, err = net.SplitHostPort(o.SmartHost)
	if err != nil {
		return "", "", fmt.Errorf("smart host must be name:port, not %q", o.SmartHost)
	}
	if ip := net.ParseIP(name); ip != nil && !ip.IsLoopback() {
		return "", "", fmt.Errorf("smart host must be a name or a loopback address, not %s", name)
	}
	if _, ok := LogAvailable(); !ok {
		return "127.0.0.1", port, nil // there is no private hosts file
	}
	return name, port, nil
}

// accessLines are the lines of the access map, credentials included.
func (o Options) accessLines(peer string) []string {
	lines := append([]string(nil), o.Access...)
	if o.Auth != nil {
		mechanism := o.Auth.Mechanism
		if mechanism == "" {
			mechanism = "PLAIN"
		}
		lines = append(lines, fmt.Sprintf(`AuthInfo:%s "U:%s" "I:%s" "P:%s" "M:%s"`,
			peer, o.Auth.User, o.Auth.User, o.Auth.Password, mechanism))
	}
	return lines
}
