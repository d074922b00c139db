package policyhost

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/fakemx/fakemx/scenarios"
)

// A reply is a response of HTTP.
type reply struct {
	status      int
	contentType string // text/plain if empty
	header      string // one more field, as a line
	body        string
	bodiless    bool // it is one to HEAD
	cut         bool // half of the body is left out, and the connection closed
	old         bool // HTTP/1.0, without a length
}

// head is the response without its body.
func (r reply) head() string {
	protocol := "HTTP/1.1"
	lines := []string{"Connection: close", "Cache-Control: no-store"}
	if r.old {
		protocol = "HTTP/1.0"
	} else {
		lines = append(lines, fmt.Sprintf("Content-Length: %d", len(r.body)))
	}
	contentType := r.contentType
	if contentType == "" {
		contentType = "text/plain"
	}
	lines = append(lines, "Content-Type: "+contentType)
	if r.header != "" {
		lines = append(lines, r.header)
	}
	return fmt.Sprintf("%s %d %s\r\n%s\r\n\r\n", protocol, r.status, http.StatusText(r.status), strings.Join(lines, "\r\n"))
}

// send records a reply and sends it.
func (v *visit) send(r reply) {
	text := r.body
	switch {
	case r.bodiless:
		text = ""
	case r.cut:
		text = text[:len(text)/2]
	}
	v.fetch.Status, v.fetch.Bytes = r.status, len(text)
	if !v.untold {
		v.host.config.OnFetch(v.fetch)
	}
	_ = v.conn.SetDeadline(time.Now().Add(patience)) // an error shows in the next write
	if _, err := v.conn.Write([]byte(r.head() + text)); err != nil || r.cut {
		return // without a word, the connection is closed by whoever accepted it
	}
	v.leave()
}

// leave ends a connection with a close_notify, and waits a little until the client
// has gone: what it sends meanwhile would otherwise reset the connection, and the
// answer with it.
func (v *visit) leave() {
	if v.conn.CloseWrite() != nil {
		return
	}
	_ = v.conn.SetReadDeadline(time.Now().Add(linger)) // an error shows in the next read
	_, _ = io.Copy(io.Discard, io.LimitReader(v.raw, maxLate))
}

// Limits on what a client may do when it has been answered.
const (
	linger  = time.Second
	maxLate = 64 << 10
)

// faultOf says what a host does wrong on purpose.
func faultOf(h scenarios.PolicyHTTPS) string {
	var faults []string
	add := func(is bool, format string, args ...any) {
		if is {
			faults = append(faults, fmt.Sprintf(format, args...))
		}
	}
	sound := h.Certificate == "" || h.Certificate == scenarios.PolicyCertificateHealthy || h.Certificate == scenarios.PolicyCertificateWildcard
	add(!sound, "certificate %s", h.Certificate)
	add(h.Redirect != "", "redirect")
	add(h.Redirect == "" && h.Status != 0 && h.Status != http.StatusOK, "status %d", h.Status)
	add(h.ContentType != "", "content type %s", h.ContentType)
	add(h.Delay > 0, "delay %s", time.Duration(h.Delay))
	add(h.Size > 0, "size %d", h.Size)
	add(h.Cut, "cut")
	add(h.HTTP10, "HTTP/1.0")
	return strings.Join(faults, ", ")
}

// pathOf is the path of a URL if it is one of this host.
func pathOf(text, host string) string {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() != "" && canonical(u.Hostname()) != canonical(host) {
		return ""
	}
	return u.Path
}

// hostOnly is a host without its port.
func hostOnly(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}

// maxText bounds what is recorded of a client's texts, in bytes.
const maxText = 256

// limited is a text of the client's, or the beginning of a long one.
func limited(text string) string {
	if len(text) > maxText {
		text = text[:maxText]
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}
