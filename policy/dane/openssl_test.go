package dane_test

import (
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/policy/dane"
)

// OpenSSL matches TLSA records too. It sees the same records and chains as
// Match and has to come to the same verdict, but for where a case says why not.
// Versions 1.1.1, 3.0 and 3.5 do.
func TestOpenSSLAgrees(t *testing.T) {
	needOpenSSL(t)
	pki := build(t)
	for _, tt := range matchCases {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want, at := tt.want, tt.at
			if tt.openssl != "" {
				want, at = tt.openssl, -1
				if tt.why == "" {
					t.Error("the difference has no reason")
				}
			}
			server := serve(t, pki, tt.chain)
			got, depth, output := askOpenSSL(t, server.addr, tt.parse(t, pki))
			if got != want {
				t.Fatalf("verdict is %s, want %s:\n%s", got, want, output)
			}
			if want == dane.Matches && at >= 0 && depth != at && !tt.reordered() {
				t.Errorf("it matches at depth %d, want %d:\n%s", depth, at, output)
			}
		})
	}
}

// reordered tells whether the server does not send the path as it is, so that
// OpenSSL, which counts along the path, counts another way.
func (c matchCase) reordered() bool { return c.chain == "leaf root intermediate" }

// needOpenSSL skips the test without an OpenSSL that knows DANE for SMTP.
func needOpenSSL(t *testing.T) {
	t.Helper()
	out, err := exec.Command("openssl", "s_client", "-help").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "-dane_ee_no_namechecks") {
		t.Skip("openssl 1.1.1 or later is not installed")
	}
}

// depths is what s_client says of a match.
var depths = regexp.MustCompile(`DANE TLSA .* (matched|signed the) .* at depth (\d+)`)

// askOpenSSL connects as an SMTP client would. It returns OpenSSL's verdict, the
// depth in the path of what matched, and all that it said.
func askOpenSSL(t *testing.T, addr string, records []dane.Record) (verdict dane.Verdict, depth int, output string) {
	t.Helper()
	args := []string{
		"s_client", "-brief", "-connect", addr, "-no-CAfile", "-no-CApath",
		"-attime", strconv.FormatInt(clock.Unix(), 10),
		"-dane_tlsa_domain", host, "-dane_ee_no_namechecks",
	}
	for _, r := range records {
		args = append(args, "-dane_tlsa_rrdata", r.String())
	}
	// It ends with an error if it does not connect; what it says is what counts.
	out, _ := exec.CommandContext(t.Context(), "openssl", args...).CombinedOutput()
	output = string(out)
	match := depths.FindStringSubmatch(output)
	switch {
	case strings.Contains(output, "Failed to import any TLSA records"):
		return dane.Unusable, -1, output
	case strings.Contains(output, "Verification: OK") && match != nil:
		depth, _ = strconv.Atoi(match[2])
		if match[1] == "signed the" { // a bare key stands above what it signed
			depth++
		}
		return dane.Matches, depth, output
	case strings.Contains(output, "Verification error:"):
		return dane.Mismatch, -1, output
	}
	return "", -1, output
}
