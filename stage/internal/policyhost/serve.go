package policyhost

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/fakemx/fakemx/scenarios"
)

var (
	errUnknownHost = errors.New("no policy host of that name")
	errRefused     = errors.New("the connection is refused")
)

// A visit is one connection.
type visit struct {
	host  *Host
	raw   net.Conn
	conn  *tls.Conn
	site  *Site // nil until the client has named one
	fetch Fetch
	// untold: OnFetch is not told of the connection.
	untold bool
}

// serve handles one connection.
func (h *Host) serve(conn net.Conn) {
	v := &visit{host: h, raw: conn, fetch: Fetch{At: h.config.Now(), Client: conn.RemoteAddr().String()}}
	_ = conn.SetDeadline(time.Now().Add(patience)) // of the network, which knows no other clock
	v.conn = tls.Server(conn, &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}, Time: h.config.Now, GetCertificate: v.certificate,
	})
	err := v.conn.Handshake() //nolint:noctx // the deadline and Close end it
	v.note(err)
	if err != nil {
		h.config.OnFetch(v.fetch)
		return
	}
	v.answer()
}

// certificate finds the site that the client has named.
func (v *visit) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	v.fetch.TLS.ServerName = limited(hello.ServerName)
	v.site = v.host.site(hello.ServerName)
	switch {
	case v.site == nil:
		return nil, errUnknownHost
	case v.site.HTTPS.Host == scenarios.PolicyHostRefuses, v.site.HTTPS.Host == scenarios.PolicyHostAbsent:
		v.fetch.Scenario, v.fetch.Fault = v.site.Scenario, "host "+string(v.site.HTTPS.Host)
		reset(v.raw) // before an alert is sent
		return nil, errRefused
	}
	v.fetch.Scenario, v.fetch.Fault = v.site.Scenario, faultOf(v.site.HTTPS)
	return &v.site.Certificate, nil
}

// note records how the handshake ended.
func (v *visit) note(err error) {
	state := v.conn.ConnectionState()
	if state.Version != 0 {
		v.fetch.TLS.Version = strings.TrimPrefix(tls.VersionName(state.Version), "TLS ")
	}
	v.fetch.TLS.Completed = err == nil
	switch {
	case errors.Is(err, io.EOF):
		v.fetch.TLS.Error = "the client ended the connection" // as some do that refuse the certificate
	case err != nil:
		v.fetch.TLS.Error = limited(err.Error())
	}
}

// reset ends a connection like a host on which nobody listens, as far as that can
// still be done.
func reset(conn net.Conn) {
	if limit, ok := conn.(interface{ SetLinger(seconds int) error }); ok {
		_ = limit.SetLinger(0) // if it fails, the connection is closed in the usual way
	}
	_ = conn.Close()
}

// answer reads the request and answers it.
func (v *visit) answer() {
	text := &io.LimitedReader{R: v.conn, N: maxRequest}
	request, err := http.ReadRequest(bufio.NewReader(text))
	switch {
	case err == nil:
		v.fetch.Host, v.fetch.Path, v.fetch.UserAgent = limited(request.Host), limited(request.URL.Path), limited(request.UserAgent())
		if v.site.Take != nil {
			v.take(request, text)
			return
		}
		v.respond(request)
	case text.N > 0 && errors.Is(err, io.EOF), isNetworkError(err):
		v.fetch.Fault = "" // it came to nothing
		v.host.config.OnFetch(v.fetch)
	default:
		v.send(reply{status: http.StatusBadRequest})
	}
}

func isNetworkError(err error) bool {
	_, ok := errors.AsType[net.Error](err)
	return ok
}

// respond answers a request that can be understood.
func (v *visit) respond(request *http.Request) {
	h := v.site.HTTPS
	switch {
	case canonical(hostOnly(request.Host)) != canonical(v.site.Name):
		v.send(reply{status: http.StatusMisdirectedRequest})
	case request.Method != http.MethodGet && request.Method != http.MethodHead:
		v.send(reply{status: http.StatusMethodNotAllowed, header: "Allow: GET, HEAD"})
	case request.URL.Path == Path:
		v.policy(request.Method == http.MethodHead)
	case h.Redirect != "" && pathOf(h.Redirect, v.site.Name) == request.URL.Path:
		v.fetch.Fault = "redirect followed"
		v.send(reply{status: http.StatusOK, body: v.site.Policy, bodiless: request.Method == http.MethodHead})
	default:
		v.send(reply{status: http.StatusNotFound})
	}
}

// policy sends the policy, with everything that is wrong with that.
func (v *visit) policy(bodiless bool) {
	h := v.site.HTTPS
	if h.Delay > 0 && !v.wait(time.Duration(h.Delay)) {
		v.host.config.OnFetch(v.fetch)
		return
	}
	r := reply{status: h.Status, contentType: h.ContentType, body: v.site.Policy, cut: h.Cut, old: h.HTTP10, bodiless: bodiless}
	if h.Redirect != "" {
		r.header, r.body = "Location: "+h.Redirect, ""
		if r.status == 0 {
			r.status = http.StatusFound
		}
	}
	if r.status == 0 {
		r.status = http.StatusOK
	}
	v.send(r)
}

// wait lets time pass; false if the client has gone meanwhile. What it sends is
// thrown away, within limits.
func (v *visit) wait(d time.Duration) bool {
	end := time.Now().Add(d)
	_ = v.conn.SetDeadline(end) // an error shows in the next read
	_, err := io.Copy(io.Discard, io.LimitReader(v.conn, maxRequest))
	return err != nil && !time.Now().Before(end)
}
