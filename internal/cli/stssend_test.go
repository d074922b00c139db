package cli_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/fakemx/fakemx/policy/mtasts"
	"github.com/fakemx/fakemx/policy/tlsrpt"
)

// stssend is a mailer for the scripts that does MTA-STS and nothing else. It is
// told where everything is by the variables of an audit.
func stssend() {
	var s stsSender
	flag.BoolVar(&s.ignore, "ignore", false, "do not look for a policy")
	flag.StringVar(&s.cache, "cache", "", "remember policies in this `FOLDER`")
	flag.BoolVar(&s.follow, "follow", false, "follow redirects of the policy host")
	flag.StringVar(&s.results, "results", "", "note the sessions in this file, for a reporter")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := s.send(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "stssend:", err)
		os.Exit(1)
	}
}

type stsSender struct {
	ignore, follow bool
	cache          string
	roots          *x509.CertPool
	results        string
	note           sessionResult
}

func (s *stsSender) send(ctx context.Context) error {
	text, err := os.ReadFile(os.Getenv("FAKEMX_CA"))
	if err != nil {
		return err
	}
	s.roots = x509.NewCertPool()
	s.roots.AppendCertsFromPEM(text)
	_, domain, _ := strings.Cut(os.Getenv("FAKEMX_TO"), "@")
	records, err := s.resolver().LookupMX(ctx, domain)
	if err != nil {
		return err
	}
	var policy *mtasts.Policy
	host := strings.TrimSuffix(records[0].Host, ".")
	s.note = sessionResult{Domain: domain, Host: host, Policy: tlsrpt.Policy{Type: tlsrpt.NoPolicyFound, Domain: domain}}
	if !s.ignore {
		policy = s.policy(ctx, domain)
	}
	err = s.deliver(ctx, host, policy)
	return errors.Join(err, s.note.note(s.results))
}

// noteFailure says why a session failed.
func (s *stsSender) noteFailure(failure tlsrpt.ResultType, err error) {
	s.note.Failure, s.note.Reason = failure, err.Error()
}

// failureOf is what a report calls an error of TLS.
func failureOf(err error) tlsrpt.ResultType {
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &hostname):
		return tlsrpt.CertificateHostMismatch
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return tlsrpt.CertificateExpired
	case errors.As(err, &unknown), errors.As(err, &invalid):
		return tlsrpt.CertificateNotTrusted
	case strings.Contains(err.Error(), "STARTTLS"):
		return tlsrpt.StartTLSNotSupported
	}
	return tlsrpt.ValidationFailure
}

// resolver asks the DNS of the audit.
func (s *stsSender) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, os.Getenv("FAKEMX_DNS"))
	}}
}

// dial connects to a name at a port of the audit's.
func (s *stsSender) dial(ctx context.Context, name, port string) (net.Conn, error) {
	addrs, err := s.resolver().LookupHost(ctx, name)
	if err != nil {
		return nil, err
	}
	return new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(addrs[0], port))
}

// policy is what holds for a domain; nil if nothing does.
func (s *stsSender) policy(ctx context.Context, domain string) *mtasts.Policy {
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: s.roots},
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			name, _, _ := net.SplitHostPort(address)
			_, port, _ := net.SplitHostPort(os.Getenv("FAKEMX_POLICY_HOST"))
			return s.dial(ctx, name, port)
		},
	}
	texts, err := s.resolver().LookupTXT(ctx, mtasts.RecordName(domain))
	record, invalid := mtasts.FindRecord(texts)
	entry := s.remembered(domain)
	if !entry.Plan(record.ID, time.Now()).Fetch {
		return s.found(entry.Settle(record.ID, nil, errors.Join(err, invalid), time.Now()))
	}
	fetched, err := s.fetch(ctx, transport, domain)
	found := entry.Settle(record.ID, &fetched, err, time.Now())
	s.remember(domain, found.Entry)
	return s.found(found)
}

func (s *stsSender) fetch(ctx context.Context, transport *http.Transport, domain string) (mtasts.Fetched, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if s.follow {
		return mtasts.Fetch(ctx, following{transport}, domain)
	}
	return mtasts.Fetch(ctx, transport, domain)
}

// remembered is what another run has fetched.
func (s *stsSender) remembered(domain string) (entry mtasts.Entry) {
	text, err := os.ReadFile(filepath.Join(s.cache, domain))
	if s.cache == "" || err != nil {
		return mtasts.Entry{}
	}
	_ = json.Unmarshal(text, &entry) // without it, there is none
	return entry
}

func (s *stsSender) remember(domain string, entry mtasts.Entry) {
	if text, err := json.Marshal(entry); err == nil && s.cache != "" {
		_ = os.WriteFile(filepath.Join(s.cache, domain), text, 0o600) // it is fetched anew otherwise
	}
}

// found notes what was found of a policy, and why there is none.
func (s *stsSender) found(r mtasts.Resolution) *mtasts.Policy {
	if failure, ok := errors.AsType[*mtasts.FetchError](r.Err); ok {
		s.note.Policy.Type = tlsrpt.STS
		s.noteFailure(tlsrpt.ResultType(failure.ResultType()), failure)
	}
	if p := r.Policy; p != nil {
		s.note.Policy.Type, s.note.Policy.String = tlsrpt.STS, strings.Split(strings.TrimSpace(p.String()), "\r\n")
		for _, pattern := range p.MX {
			s.note.Policy.MXHost = append(s.note.Policy.MXHost, string(pattern))
		}
	}
	return r.Policy
}

// A following transport follows redirects, as many libraries do.
type following struct{ *http.Transport }

func (f following) RoundTrip(r *http.Request) (*http.Response, error) {
	client := http.Client{Transport: f.Transport}
	return client.Do(r)
}

// deliver delivers as the policy says: verified, or in whatever way works.
func (s *stsSender) deliver(ctx context.Context, host string, policy *mtasts.Policy) error {
	if policy == nil || policy.Mode != mtasts.ModeEnforce {
		if policy != nil && policy.Mode == mtasts.ModeTesting && s.results != "" {
			s.verify(ctx, host, policy)
		}
		err := s.transmit(ctx, host, &tls.Config{ServerName: host, InsecureSkipVerify: true})
		if err != nil {
			err = s.transmit(ctx, host, nil)
		}
		return err
	}
	if !policy.Matches(host) {
		err := errors.New("no pattern of the policy matches " + host)
		s.noteFailure(tlsrpt.ValidationFailure, err)
		return err
	}
	err := s.transmit(ctx, host, &tls.Config{ServerName: host, RootCAs: s.roots})
	if err != nil {
		s.noteFailure(failureOf(err), err)
	}
	return err
}

// verify notes what is wrong with a host by a policy that is not enforced.
func (s *stsSender) verify(ctx context.Context, host string, policy *mtasts.Policy) {
	if !policy.Matches(host) {
		s.noteFailure(tlsrpt.ValidationFailure, errors.New("no pattern of the policy matches "+host))
		return
	}
	conn, err := s.dial(ctx, host, os.Getenv("FAKEMX_PORT"))
	if err == nil {
		var client *smtp.Client
		if client, err = smtp.NewClientStartTLS(conn, &tls.Config{ServerName: host, RootCAs: s.roots}); err == nil {
			if err = client.Noop(); err == nil {
				err = client.Quit()
			}
			_ = client.Close()
		}
	}
	if err != nil {
		s.noteFailure(failureOf(err), err)
	}
}

// transmit sends the message in TLS, or in clear if there is no configuration.
func (s *stsSender) transmit(ctx context.Context, host string, config *tls.Config) error {
	conn, err := s.dial(ctx, host, os.Getenv("FAKEMX_PORT"))
	if err != nil {
		return err
	}
	client := smtp.NewClient(conn)
	if config != nil {
		if client, err = smtp.NewClientStartTLS(conn, config); err != nil {
			return err
		}
	}
	defer func() { _ = client.Close() }()
	message, err := os.Open(os.Getenv("FAKEMX_MESSAGE"))
	if err != nil {
		return err
	}
	defer func() { _ = message.Close() }()
	if err := client.SendMail(os.Getenv("FAKEMX_FROM"), []string{os.Getenv("FAKEMX_TO")}, message); err != nil {
		return err
	}
	return client.Quit()
}
