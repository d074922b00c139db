package mtasts

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
)

// A FetchErrorKind is why fetching a policy failed. Its values are stable.
type FetchErrorKind string

// Why fetching a policy failed.
const (
	// KindDNS: the policy host has no address, or looking it up failed.
	KindDNS FetchErrorKind = "dns"
	// KindConnection: no connection, or it broke, or what came was not HTTP.
	KindConnection FetchErrorKind = "connection"
	// KindTimeout: the policy did not come in time.
	KindTimeout FetchErrorKind = "timeout"
	// KindTLS: the policy host ended the TLS handshake with an alert, or speaks no
	// TLS.
	KindTLS FetchErrorKind = "tls"
	// KindCertificate: the certificate is not valid for the policy host, has
	// expired, or does not lead to a trusted root (section 3.3).
	KindCertificate FetchErrorKind = "certificate"
	// KindRedirect: a status from 300 to 399.
	KindRedirect FetchErrorKind = "redirect"
	// KindStatus: another status than 200.
	KindStatus FetchErrorKind = "status"
	// KindMediaType: another media type than text/plain.
	KindMediaType FetchErrorKind = "media-type"
	// KindTooLarge: more than [MaxPolicySize].
	KindTooLarge FetchErrorKind = "too-large"
	// KindPolicy: the policy came, and is not valid. The error wraps a
	// [*SyntaxError].
	KindPolicy FetchErrorKind = "policy"
)

// A FetchError says why fetching a policy failed.
type FetchError struct {
	// Kind is the kind of failure.
	Kind FetchErrorKind
	// Host is the policy host. It is empty in an error of [CheckResponse].
	Host string
	// Err is the failure itself, such as an error of crypto/tls.
	Err error
}

// Error returns the name of the policy host and the failure.
func (e *FetchError) Error() string {
	if e.Host == "" {
		return e.Err.Error()
	}
	return "policy host " + e.Host + ": " + e.Err.Error()
}

// Unwrap returns Err.
func (e *FetchError) Unwrap() error { return e.Err }

// The result types of TLSRPT for a policy that was not fetched (RFC 8460
// section 4.3.2.2).
const (
	ResultFetchError    = "sts-policy-fetch-error"
	ResultPolicyInvalid = "sts-policy-invalid"
	ResultWebPKIInvalid = "sts-webpki-invalid"
)

// ResultType returns the result type that a TLSRPT report has for the failure:
// sts-webpki-invalid for the kind [KindCertificate], sts-policy-invalid for
// [KindPolicy], and sts-policy-fetch-error for all others (RFC 8460 section
// 4.3.2.2). That a wrong media type and too large a body count as not fetched,
// rather than as invalid, is our reading; the RFC does not say.
func (e *FetchError) ResultType() string {
	switch e.Kind {
	case KindCertificate:
		return ResultWebPKIInvalid
	case KindPolicy:
		return ResultPolicyInvalid
	default:
		return ResultFetchError
	}
}

// kindOf tells apart how a request can fail. A certificate error is looked for
// first, as it is also an error of the connection.
func kindOf(err error) FetchErrorKind {
	if isCertificateError(err) {
		return KindCertificate
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return KindTimeout
	}
	if is[*net.DNSError](err) {
		return KindDNS
	}
	if is[tls.AlertError](err) || is[tls.RecordHeaderError](err) || isRemoteAlert(err) {
		return KindTLS
	}
	if network, ok := errors.AsType[net.Error](err); ok && network.Timeout() {
		return KindTimeout
	}
	return KindConnection
}

// isCertificateError is true of an error of crypto/tls about the certificate of
// the other side, and of one of crypto/x509, for those who verify themselves.
func isCertificateError(err error) bool {
	return is[*tls.CertificateVerificationError](err) || is[x509.HostnameError](err) ||
		is[x509.CertificateInvalidError](err) || is[x509.UnknownAuthorityError](err)
}

// isRemoteAlert is true of an alert that the other side sent, as crypto/tls
// reports it over TCP.
func isRemoteAlert(err error) bool {
	operation, ok := errors.AsType[*net.OpError](err)
	return ok && operation.Op == "remote error"
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
