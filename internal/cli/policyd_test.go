package cli_test

import (
	"bufio"
	"context"
	"crypto/x509"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/fakemx/fakemx/internal/atomicfile"
	"github.com/fakemx/fakemx/policy/mtasts"
)

// policyd is a policy daemon for the scripts that does MTA-STS. It is told where
// the DNS, the policy host and the authorities are by the variables that stssend
// knows, and writes where it listens into a file.
func policyd() {
	var d policyDaemon
	file := flag.String("addr-file", "", "write the port into this file")
	flag.StringVar(&d.says, "says", "", "answer this, whatever is asked")
	flag.Parse()
	if err := d.listen(*file); err != nil {
		fmt.Fprintln(os.Stderr, "policyd:", err)
		os.Exit(1)
	}
}

type policyDaemon struct{ says string }

func (d policyDaemon) listen(file string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	if err := atomicfile.WriteFile(file, []byte(port), 0o600); err != nil {
		return err
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go d.serve(conn)
	}
}

// serve answers one request.
func (d policyDaemon) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	request, err := bufio.NewReader(conn).ReadString(',')
	if err != nil {
		return
	}
	_, domain, _ := strings.Cut(strings.TrimSuffix(request, ","), " ")
	answer := d.says
	if answer == "" {
		answer = d.find(domain)
	}
	_, _ = io.WriteString(conn, fmt.Sprintf("%d:%s,", len(answer), answer))
}

// find answers by the policy of a domain.
func (d policyDaemon) find(domain string) string {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	text, err := os.ReadFile(os.Getenv("FAKEMX_CA"))
	if err != nil {
		return "TEMP " + err.Error()
	}
	s := stsSender{roots: x509.NewCertPool()}
	s.roots.AppendCertsFromPEM(text)
	policy := s.policy(ctx, domain)
	if strings.HasPrefix(domain, ".") || policy == nil || policy.Mode != mtasts.ModeEnforce {
		return "NOTFOUND "
	}
	answer, match := " servername=hostname policy_type=sts policy_domain="+domain, ""
	for _, pattern := range policy.MX {
		match += ":" + strings.TrimPrefix(string(pattern), "*")
		answer += " mx_host_pattern=" + string(pattern)
	}
	return "OK secure match=" + match[1:] + answer
}
