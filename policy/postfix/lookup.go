package postfix

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
)

// A Status is the first word of a reply.
type Status string

// The statuses.
const (
	StatusOK       Status = "OK" // the rest is what was found
	StatusNotFound Status = "NOTFOUND"
	// The others say that the lookup failed; the rest may say why. Postfix keeps
	// the mail and tries again later, whichever it is.
	StatusTemp    Status = "TEMP"
	StatusTimeout Status = "TIMEOUT"
	StatusPerm    Status = "PERM"
)

// A Reply is what a daemon answers.
type Reply struct {
	Status Status
	// Text is the rest: what was found, or why nothing could be.
	Text string
}

// ParseReply parses what a netstring holds. As Postfix does, it asks for nothing
// behind a status but OK.
func ParseReply(text string) (Reply, error) {
	word, rest, _ := strings.Cut(text, " ")
	r := Reply{Status(word), rest}
	switch {
	case !slices.Contains([]Status{StatusOK, StatusNotFound, StatusTemp, StatusTimeout, StatusPerm}, r.Status):
		return Reply{}, fmt.Errorf("%.100q is no reply; expected OK, NOTFOUND, TEMP, TIMEOUT or PERM", text)
	case r.Status == StatusOK && rest == "":
		return Reply{}, errors.New("the reply OK holds nothing")
	}
	return r, nil
}

// Lookup asks the daemon for a key, over a connection of its own, and returns its
// answer as it came, without the netstring. The answer is at most [MaxReply]
// octets long. It does not retry. ctx bounds all of it; if it has no deadline, a
// daemon that says nothing is waited for without end.
func (e Endpoint) Lookup(ctx context.Context, key string) (answer string, err error) {
	conn, err := new(net.Dialer).DialContext(ctx, e.Network, e.Address)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	defer func() {
		if err != nil && ctx.Err() != nil {
			err = fmt.Errorf("the daemon did not answer in time: %w", ctx.Err())
		}
	}()
	if _, err := conn.Write(appendNetstring(nil, e.Request(key))); err != nil {
		return "", err
	}
	answer, err = readNetstring(bufio.NewReader(conn))
	if errors.Is(err, io.EOF) {
		return "", errors.New("the daemon ended the connection without an answer")
	}
	return answer, err
}

// Request returns what Lookup sends for a key, without the netstring.
func (e Endpoint) Request(key string) string { return e.mapName() + " " + key }

// Keys are what Postfix asks for, one after the other until something is found: a
// domain, and then its parents, which begin with a dot.
func Keys(domain string) []string {
	keys := []string{domain}
	for i, c := range domain {
		if c == '.' && i > 0 {
			keys = append(keys, domain[i:])
		}
	}
	return keys
}
