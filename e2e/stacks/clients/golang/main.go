// Command golang is a client of crypto/tls: the protocol of client_test.go.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

func main() {
	seconds := 10
	if len(os.Args) > 1 {
		seconds, _ = strconv.Atoi(os.Args[1]) // zero leaves no time, which is seen at once
	}
	fmt.Println("Go " + strings.TrimPrefix(runtime.Version(), "go"))
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		word := strings.Fields(lines.Text())
		said := "ok"
		if err := attempt(net.JoinHostPort(word[0], word[1]), word[2], word[3], word[4] == "verify", time.Duration(seconds)*time.Second); err != nil {
			said = "refused " + strings.Join(strings.Fields(err.Error()), " ")
		}
		fmt.Println(said)
	}
}

func attempt(address, name, ca string, verify bool, limit time.Duration) error {
	pem, err := os.ReadFile(ca) //nolint:gosec // the caller names the file
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	conn, err := tls.DialWithDialer(&net.Dialer{Deadline: time.Now().Add(limit)}, "tcp", address,
		&tls.Config{RootCAs: roots, ServerName: name, InsecureSkipVerify: !verify}) //nolint:gosec // a client that does not verify is half of the table
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // nothing is left to lose
	if err := conn.SetDeadline(time.Now().Add(limit)); err != nil {
		return err
	}
	greeting, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return err
	}
	if !strings.HasPrefix(greeting, "220 ") {
		return errors.New("no greeting")
	}
	return nil
}
