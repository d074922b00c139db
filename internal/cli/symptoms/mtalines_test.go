package symptoms

import (
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/maillog"
)

// mtaLines are lines that mailers wrote when they delivered to peers of ours, or
// were delivered to, with what stands before them cut off and names replaced.
var mtaLines = []struct {
	// who wrote it, with its version.
	who, line string
	// want are the scenarios of which one may be named first: none if nothing is
	// wrong, or if this host is at fault itself.
	want string
	side maillog.Side
}{
	{"nullmailer 2.2", "Server SSL/TLS certificate is untrusted", "missing-intermediate untrusted-root self-signed expired hostname-mismatch", maillog.Client},
	{"nullmailer 2.2", "Invalid peer certificate (error 20)", "missing-intermediate untrusted-root", maillog.Client},
	{"Courier 1.0.16", "400 Peer's certificate not signed by a trusted authority", "missing-intermediate untrusted-root self-signed", maillog.Client},
	{"Courier 1.0.16", "400 Invalid peer certificate", "expired not-yet-valid", maillog.Client},
	{"Courier 1.0.16", "400 Certificate owner mismatch: *.hostingplatform.test", "hostname-mismatch", maillog.Client},
	{"Courier 1.0.16", "400 Certificate owner mismatch: (unknown)", "no-names", maillog.Client},
	{"Courier 1.0.16", "400 Peer's certificate is revoked", "revoked", maillog.Client},
	{"Courier 1.0.16", "400 Peer's certificate does not use a secure checksum", "sha1-leaf sha1-intermediate md5-leaf", maillog.Client},
	{"Courier 1.0.16", "400 Invalid peer certificate authority", "non-ca-issuer", maillog.Client},
	{"Courier 1.0.16", "/SECURITY=REQUIRED set, but TLS is not available", "starttls-stripped", maillog.Client},
	{"Courier 1.0.16", "400 DEBUG: Unexpected SSL connection shutdown.", "close-after-starttls", maillog.Client},
	{"Courier 1.0.16", "400 The Diffie-Hellman prime sent by the server is not acceptable (not long enough).", "dh-512 dh-1024", maillog.Client},
	{"Courier 1.0.16", "400 No certificate was found.", "empty-certificate", maillog.Client},
	{"Courier 1.0.16", ": 250 2.0.0 OK: queued as X", "", ""},
	{"Haraka 3.3.4", `[INFO] [-] [outbound] secured verified=false cipher=TLS_AES_256_GCM_SHA384 version=TLSv1.3 error=CERT_HAS_EXPIRED cn=mx.example.test organization=""`, "expired", maillog.Client},
	{"Haraka 3.3.4", "… error=UNABLE_TO_VERIFY_LEAF_SIGNATURE cn=mx.example.test …", "missing-intermediate", maillog.Client},
	{"Haraka 3.3.4", "… error=DEPTH_ZERO_SELF_SIGNED_CERT cn=mx.example.test …", "self-signed", maillog.Client},
	{"Haraka 3.3.4", "… error=SELF_SIGNED_CERT_IN_CHAIN cn=mx.example.test …", "self-signed-in-chain", maillog.Client},
	{"Haraka 3.3.4", "… error=UNABLE_TO_GET_ISSUER_CERT_LOCALLY cn=mx.example.test …", "untrusted-root missing-intermediate", maillog.Client},
	{"Haraka 3.3.4", "… error=CERT_NOT_YET_VALID cn=mx.example.test …", "not-yet-valid", maillog.Client},
	{"Haraka 3.3.4", "… error=ERR_TLS_CERT_ALTNAME_INVALID cn=other.example.test …", "hostname-mismatch", maillog.Client},
	{"Haraka 3.3.4", "… error=INVALID_PURPOSE cn=mx.example.test …", "wrong-eku", maillog.Client},
	{"Haraka 3.3.4", "… error=PATH_LENGTH_EXCEEDED cn=mx.example.test …", "path-length-exceeded", maillog.Client},
	{"Haraka 3.3.4", "… error=CERT_SIGNATURE_FAILURE cn=mx.example.test …", "bad-signature", maillog.Client},
	{"Haraka 3.3.4", "[ERROR] [-] [outbound] Ongoing connection failed to 192.0.2.25:25 : Error: Client network socket disconnected before secure TLS connection was established", "close-after-starttls reset-after-starttls reset-mid-handshake", maillog.Client},
	{"Haraka 3.3.4", "No TLS available but required by configuration.", "starttls-stripped", maillog.Client},
	{"chasquid 1.11", "Insecure - using TLS, but with an invalid cert", "missing-intermediate untrusted-root self-signed expired hostname-mismatch", maillog.Client},
	{"chasquid 1.11", "235 2.7.0 Authentication successful", "", ""},
	{"maddy 0.8.1", "TLS it not available or unauthenticated but required", "starttls-stripped missing-intermediate untrusted-root self-signed expired hostname-mismatch", maillog.Client},
	{"dma 0.13 (debug, at every delivery)", "  Server does not support STARTTLS", "", ""},
	{"dma 0.13", "SSL handshake failed fatally: error:00000000:lib(0)::reason(0)", "close-after-starttls reset-after-starttls reset-mid-handshake", maillog.Client},
	{"sendmail 8.18.1 as a server", "STARTTLS=server, error: accept failed=-1, reason=tlsv1 alert unknown ca, SSL_error=1, errno=0, retry=-1", "", maillog.Own},
	{"sendmail 8.18.1, CRLPath without CRLs, healthy peer", "STARTTLS: x509 cert verify: depth=0 /CN=a, state=0, reason=unable to get certificate CRL", "", ""},
	{"sendmail, no trust store", "STARTTLS: CACertFile missing", "", maillog.Own},
}

func TestLinesOfMTAsAreUnderstood(t *testing.T) {
	t.Parallel()
	for _, l := range mtaLines {
		ev := maillog.Read(0, l.line)
		got, want := Causes(ev), strings.Fields(l.want)
		switch {
		case len(want) == 0 && len(got) > 0:
			t.Errorf("%s: %s\n    names %v, want none (%s %s)", l.who, l.line, got, ev.Dialect, ev.Reason)
		case len(want) > 0 && (len(got) == 0 || !slices.Contains(want, got[0])):
			t.Errorf("%s: %s\n    names %v, want one of %v first (%s %s)", l.who, l.line, got, want, ev.Dialect, ev.Reason)
		case l.side == maillog.Own && ev.Side != maillog.Own:
			t.Errorf("%s: %s\n    is of side %q, want this host's own", l.who, l.line, ev.Side)
		case l.side == maillog.Client && (ev.Side == maillog.Server || ev.Side == maillog.Own):
			t.Errorf("%s: %s\n    is of side %q, want the peer's", l.who, l.line, ev.Side)
		case l.side == "" && ev.Class == maillog.Fault:
			t.Errorf("%s: %s\n    is a fault (%s), want none", l.who, l.line, ev.Reason)
		}
	}
}
