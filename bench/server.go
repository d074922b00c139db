package main

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"runtime/debug"
	"runtime/pprof"
	"strings"

	"github.com/emersion/go-smtp"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/scenarios"
)

// serveWord makes this program a server: serve KIND CHAIN KEY. It prints its
// address, obeys orders from standard input and ends with it.
const serveWord = "serve"

// The kinds of server.
const (
	bare        = "bare"         // go-smtp that reads and discards
	bareAgain   = "bare-again"   // the same, to see how far the machine can be trusted
	bareMaildir = "bare-maildir" // go-smtp that keeps a synced file per message
	mxMemory    = "fakemx"       // the healthy scenario as a test starts it: messages in memory
	mxHeld      = "fakemx-held"  // the same, without spooling large messages to a file
	mxDiscard   = "fakemx-serve" // as the command does without --messages
	mxMaildir   = "fakemx-maildir"
)

// What the parent orders, and the answer.
const (
	orderCollect     = "collect"
	orderProfile     = "profile "
	orderStopProfile = "profile-end"
	orderAllocations = "allocations "
	done             = "done"
)

// manyConnections is beyond what any workload opens.
const manyConnections = 1 << 20

func serve(args []string, orders io.Reader, answers io.Writer) error {
	if len(args) != 3 {
		return errors.New("expected: serve KIND CHAIN KEY")
	}
	dir, err := os.MkdirTemp("", "fakemx-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	addr, stop, err := listenAny(args[0], keyPair{args[1], args[2]}, dir)
	if err != nil {
		return err
	}
	fmt.Fprintln(answers, addr)
	lines := bufio.NewScanner(orders)
	for lines.Scan() {
		answer := done
		if err := obey(lines.Text()); err != nil {
			answer = err.Error()
		}
		fmt.Fprintln(answers, answer)
	}
	return errors.Join(lines.Err(), stop())
}

// listenAny starts a server of that kind, the command or another one.
func listenAny(kind string, keys keyPair, dir string) (addr string, stop func() error, err error) {
	if isCommand(kind) {
		return listenCommand(kind, keys, dir)
	}
	certificate, err := tls.LoadX509KeyPair(keys.chain, keys.key)
	if err != nil {
		return "", nil, err
	}
	addr, err = listen(kind, certificate, dir)
	return addr, func() error { return nil }, err
}

func obey(order string) error {
	switch order {
	case orderCollect:
		debug.FreeOSMemory()
		return nil
	case orderStopProfile:
		pprof.StopCPUProfile()
		return nil
	}
	word, file, _ := strings.Cut(order, " ")
	f, err := os.Create(file) //nolint:gosec // the parent's choice
	if err != nil {
		return err
	}
	if word+" " == orderAllocations {
		return errors.Join(pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
	}
	return pprof.StartCPUProfile(f) // which f is open for as long as it goes on
}

// listen starts a server of that kind, which lives as long as the process.
func listen(kind string, certificate tls.Certificate, dir string) (addr string, err error) {
	switch kind {
	case bare, bareAgain:
		return listenBare(certificate, discarding{})
	case bareMaildir:
		maildir, err := store.NewMaildir(dir)
		if err != nil {
			return "", err
		}
		return listenBare(certificate, storing{store: maildir})
	}
	c := fakemx.Config{
		Scenario: scenarios.MustGet("healthy"), Certificate: &certificate, MaxConnections: manyConnections,
		MaxMessageBytes: largestMessage,
	}
	switch kind {
	case mxMemory:
	case mxHeld:
		c.Store = &store.Memory{MaxBytes: max(store.DefaultMaxBytes, 2*largestMessage), SpoolAbove: -1}
	case mxDiscard:
		c.Store = new(store.Discard)
	case mxMaildir:
		if c.Store, err = store.NewMaildir(dir); err != nil {
			return "", err
		}
	case keeps1, keeps100, keeps10000:
		c.Store, c.MaxSessions = new(store.Discard), keptBy(kind)
	default:
		return "", fmt.Errorf("unknown kind of server %q", kind)
	}
	s, err := fakemx.New(c)
	if err != nil {
		return "", err
	}
	return s.Addr(), nil
}

// listenBare serves go-smtp as its documentation shows it.
func listenBare(certificate tls.Certificate, session smtp.Session) (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return session, nil }))
	server.Domain = "localhost"
	server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	server.MaxMessageBytes = largestMessage
	server.EnableSMTPUTF8, server.EnableDSN, server.EnableREQUIRETLS, server.EnableBINARYMIME = true, true, true, true
	server.ErrorLog = log.New(io.Discard, "", 0)
	go func() {
		if err := server.Serve(l); err != nil {
			exitOn(err)
		}
	}()
	return l.Addr().String(), nil
}

// discarding is a back end that reads messages and forgets them.
type discarding struct{}

func (discarding) Mail(string, *smtp.MailOptions) error { return nil }
func (discarding) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (discarding) Reset()                               {}
func (discarding) Logout() error                        { return nil }

func (discarding) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

// storing is a back end that does no more than keep messages in a store, which
// is the same one that fakemx is measured with.
type storing struct {
	discarding
	store store.Store
}

func (s storing) Data(r io.Reader) error {
	w, err := s.store.Create(store.Envelope{})
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, r); err != nil {
		return errors.Join(err, w.Abort())
	}
	return w.Commit()
}
