package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"time"
)

// The kinds of server that are other people's programs, measured where they are
// installed.
const (
	mailpit  = "mailpit"
	smtpSink = "smtp-sink"
)

// foreignArgs are the arguments of another program, for an address to serve SMTP
// at, a second one for what else it serves, and the TLS of the run.
var foreignArgs = map[string]func(addr, other string, keys keyPair) []string{
	mailpit: func(addr, other string, keys keyPair) []string {
		return []string{
			"--smtp", addr, "--listen", other, "--smtp-tls-cert", keys.chain, "--smtp-tls-key", keys.key,
			"--max", "0", "--disable-version-check", "--quiet",
		}
	},
	smtpSink: func(addr, _ string, _ keyPair) []string { return []string{addr, "1024"} },
}

// installed returns those of the kinds that can be measured here, and says of
// each other one that it is left out.
func installed(kinds []string) []string {
	var list []string
	for _, kind := range kinds {
		if _, foreign := foreignArgs[kind]; foreign {
			if _, err := exec.LookPath(kind); err != nil {
				fmt.Fprintf(os.Stderr, "%s is not installed and left out\n", kind)
				continue
			}
		}
		list = append(list, kind)
	}
	return list
}

// startForeign starts another program and waits for its greeting.
func startForeign(kind string, keys keyPair) (*child, error) {
	addrs, err := freeAddrs(2)
	if err != nil {
		return nil, err
	}
	c := &child{kind: kind, addr: addrs[0], foreign: true}
	c.cmd = exec.Command(kind, foreignArgs[kind](addrs[0], addrs[1], keys)...) //nolint:gosec // one of two
	var told strings.Builder
	c.cmd.Stdout, c.cmd.Stderr = io.Discard, &told
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	for began := time.Now(); time.Since(began) < startTime; time.Sleep(10 * time.Millisecond) {
		if greet(c.addr, true) == nil {
			return c, nil
		}
	}
	return nil, errors.Join(fmt.Errorf("%s did not greet at %s", kind, c.addr), c.stop(), errors.New(told.String()))
}

// freeAddrs are addresses that were free a moment ago. Programs that cannot pick
// a port themselves want them.
func freeAddrs(n int) ([]string, error) {
	var addrs []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		addrs = append(addrs, l.Addr().String())
	}
	return addrs, nil
}
