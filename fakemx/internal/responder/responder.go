// Package responder is the HTTP server behind the URLs in a peer's
// certificates: revocation lists, OCSP and the certificates of issuers.
package responder

import (
	"encoding/base64"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ocsp"
	"golang.org/x/net/netutil"

	"github.com/fakemx/fakemx/certgen"
)

const (
	requestLimit = 64 << 10 // octets of an OCSP request
	timeLimit    = 10 * time.Second
	maxFetches   = 10000 // kept; the oldest are forgotten
	// maxConnections and idleLimit keep clients that connect and say nothing
	// from taking the descriptors that SMTP needs. More have to wait.
	maxConnections = 100
	idleLimit      = 2 * time.Second
)

// A Fetch is a request that was answered.
type Fetch struct {
	At     time.Time
	Remote netip.Addr
	// What is "crl", "ocsp" or "issuer", Certificate the name in the recipe of
	// the certificate that it is about.
	What        string
	Certificate string
}

// A Responder answers for one PKI.
type Responder struct {
	listener net.Listener
	server   *http.Server
	pki      *certgen.PKI
	now      func() time.Time
	serving  sync.WaitGroup

	mu      sync.Mutex
	fetches []Fetch
}

// Listen takes an address for a responder; its URL can then stand in
// certificates. It answers nothing before Serve.
func Listen(addr string, now func() time.Time) (*Responder, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &Responder{listener: l, now: now}, nil
}

// URL is the base of the URLs, without a slash at the end: CRLs are at
// /crl/NAME.crl by the issuer's name in the recipe, OCSP is at /ocsp/NAME
// likewise, and certificates are at /issuer/NAME.cer by their own.
func (r *Responder) URL() string { return "http://" + r.listener.Addr().String() }

// Serve answers for a PKI from now on.
func (r *Responder) Serve(pki *certgen.PKI) {
	r.pki = pki
	mux := http.NewServeMux()
	mux.HandleFunc("GET /crl/{file}", r.crl)
	mux.HandleFunc("POST /ocsp/{issuer}", r.ocspPost)
	mux.HandleFunc("GET /ocsp/{issuer}/{request...}", r.ocspGet)
	mux.HandleFunc("GET /issuer/{file}", r.issuer)
	r.server = &http.Server{
		Handler: mux, ReadHeaderTimeout: idleLimit, ReadTimeout: timeLimit, WriteTimeout: timeLimit, IdleTimeout: idleLimit,
		ErrorLog: log.New(io.Discard, "", 0), // hostile clients are no news
	}
	r.serving.Go(func() { _ = r.server.Serve(netutil.LimitListener(r.listener, maxConnections)) })
}

// Close ends the responder and all that it is doing.
func (r *Responder) Close() error {
	if r.server == nil {
		return r.listener.Close()
	}
	err := r.server.Close()
	r.serving.Wait()
	return err
}

// Between returns the fetches of a client in a span of time.
func (r *Responder) Between(remote netip.Addr, from, to time.Time) []Fetch {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []Fetch
	for _, f := range r.fetches {
		if f.Remote == remote && !f.At.Before(from) && !f.At.After(to) {
			list = append(list, f)
		}
	}
	return list
}

func (r *Responder) note(req *http.Request, what, certificate string) {
	remote, _ := netip.ParseAddrPort(req.RemoteAddr)
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.fetches) >= maxFetches {
		r.fetches = r.fetches[1:]
	}
	r.fetches = append(r.fetches, Fetch{
		At: r.now(), Remote: remote.Addr().Unmap(), What: what, Certificate: certificate,
	})
}

// crl serves RFC 5280 section 4.2.1.13, as application/pkix-crl (RFC 2585).
func (r *Responder) crl(w http.ResponseWriter, req *http.Request) {
	name, _ := strings.CutSuffix(req.PathValue("file"), ".crl")
	der, err := r.pki.CRL(name, certgen.CRLOptions{
		StatusOptions: certgen.StatusOptions{Now: r.now}, Revoked: r.revokedBy(name),
	})
	if err != nil {
		http.NotFound(w, req)
		return
	}
	r.note(req, "crl", name)
	w.Header().Set("Content-Type", "application/pkix-crl")
	_, _ = w.Write(der) //nolint:gosec // no browser takes a CRL for HTML
}

// revokedBy are the names of the revoked certificates of an issuer.
func (r *Responder) revokedBy(issuer string) []string {
	recipe := r.pki.Recipe()
	return slices.DeleteFunc(slices.Clone(recipe.Revoked), func(name string) bool {
		c := recipe.Certificates[name]
		return c == nil || c.Issuer != issuer
	})
}

// issuer serves the caIssuers access method of RFC 5280 section 4.2.2.1.
func (r *Responder) issuer(w http.ResponseWriter, req *http.Request) {
	name, _ := strings.CutSuffix(req.PathValue("file"), ".cer")
	issued := r.pki.Certificate(name)
	if issued == nil {
		http.NotFound(w, req)
		return
	}
	r.note(req, "issuer", name)
	w.Header().Set("Content-Type", "application/pkix-cert")
	_, _ = w.Write(issued.DER) //nolint:gosec // no browser takes a certificate for HTML
}

// ocspPost and ocspGet serve RFC 6960 appendix A.
func (r *Responder) ocspPost(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, requestLimit))
	if err != nil {
		http.Error(w, "request too large", http.StatusRequestEntityTooLarge)
		return
	}
	r.ocsp(w, req, body)
}

func (r *Responder) ocspGet(w http.ResponseWriter, req *http.Request) {
	body, err := base64.StdEncoding.DecodeString(req.PathValue("request"))
	if err != nil {
		http.Error(w, "request is not base64", http.StatusBadRequest)
		return
	}
	r.ocsp(w, req, body)
}

func (r *Responder) ocsp(w http.ResponseWriter, req *http.Request, body []byte) {
	w.Header().Set("Content-Type", "application/ocsp-response")
	request, err := ocsp.ParseRequest(body)
	if err != nil {
		_, _ = w.Write(ocsp.MalformedRequestErrorResponse)
		return
	}
	der, name, err := r.status(req.PathValue("issuer"), request)
	if err != nil {
		_, _ = w.Write(ocsp.UnauthorizedErrorResponse)
		return
	}
	r.note(req, "ocsp", name)
	_, _ = w.Write(der)
}

var errUnknownCertificate = errors.New("no such certificate of this issuer")

func (r *Responder) status(issuer string, request *ocsp.Request) (der []byte, name string, err error) {
	recipe := r.pki.Recipe()
	for _, name := range r.pki.Names() {
		if recipe.Certificates[name].Issuer != issuer || r.pki.Certificate(name).Serial().Cmp(request.SerialNumber) != 0 {
			continue
		}
		status := certgen.StatusGood
		if slices.Contains(recipe.Revoked, name) {
			status = certgen.StatusRevoked
		}
		der, err := r.pki.OCSP(name, status, certgen.OCSPOptions{StatusOptions: certgen.StatusOptions{Now: r.now}})
		return der, name, err
	}
	return nil, "", errUnknownCertificate
}
