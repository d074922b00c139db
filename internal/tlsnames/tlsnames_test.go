package tlsnames_test

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/tlsnames"
)

func TestNamesAreFoundAgain(t *testing.T) {
	for _, name := range []string{"1.0", "1.1", "1.2", "1.3"} {
		v, err := tlsnames.Version(name)
		if err != nil || tlsnames.VersionText(v) != "TLSv"+name {
			t.Errorf("version %s is %s, %v", name, tlsnames.VersionText(v), err)
		}
	}
	for _, name := range tlsnames.Groups() {
		id, err := tlsnames.Group(name)
		if err != nil || tlsnames.GroupText(id) != name {
			t.Errorf("group %s is %s, %v", name, tlsnames.GroupText(id), err)
		}
	}
	for _, name := range tlsnames.FatalAlerts() {
		code, ok := tlsnames.Alert(name)
		if !ok || tlsnames.AlertText(code) != name {
			t.Errorf("alert %s is %s", name, tlsnames.AlertText(code))
		}
	}
	if s, err := tlsnames.Suite("TLS_RSA_WITH_RC4_128_SHA"); err != nil || s.ID != 0x0005 {
		t.Errorf("TLS_RSA_WITH_RC4_128_SHA is %v, %v", s, err)
	}
}

func TestUnknownNames(t *testing.T) {
	if _, err := tlsnames.Version("1.4"); err == nil {
		t.Error("there is a version 1.4")
	}
	if _, err := tlsnames.Group("P-256"); err == nil {
		t.Error("there is a group P-256")
	}
	if _, err := tlsnames.Suite("AES128-SHA"); err == nil {
		t.Error("there is a suite AES128-SHA")
	}
	if _, ok := tlsnames.Alert("close"); ok {
		t.Error("there is an alert close")
	}
	for got, want := range map[string]string{
		tlsnames.VersionText(0x0300): "SSLv3", tlsnames.VersionText(0x7f1c): "0x7f1c",
		tlsnames.GroupText(0): "", tlsnames.GroupText(0x2a2a): "0x2a2a", tlsnames.AlertText(200): "alert 200",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestSuitesAreThoseOfOpenSSL holds the table against openssl.
func TestSuitesAreThoseOfOpenSSL(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	out, err := exec.Command(openssl, "ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		var high, low uint16
		var name string
		if _, err := fmt.Sscanf(line, "%v,%v - %s", &high, &low, &name); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if got := tlsnames.SuiteText(high<<8 | low); got != name {
			t.Errorf("0x%02x,0x%02x is %s, openssl says %s", high, low, got, name)
		}
	}
	if got := tlsnames.SuiteText(0x1a1a); got != "0x1a1a" {
		t.Errorf("GREASE is %s", got)
	}
}
