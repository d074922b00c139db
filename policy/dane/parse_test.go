package dane_test

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/policy/dane"
)

// digest is that of the key in RFC 6698 appendix C.
const digest = "8755cdaa8fe24ef16cc0f2c918063185e433faaf1415664911d9e30a924138c4"

func TestParse(t *testing.T) {
	upper := strings.ToUpper(digest)
	for _, tt := range []struct{ name, text, want string }{
		{"lower case", "3 1 1 " + digest, "3 1 1 " + digest},
		{"upper case", "3 1 1 " + upper, "3 1 1 " + digest},
		{"blanks in the data", " 3\t1  1 " + digest[:8] + " " + digest[8:24] + "\t" + digest[24:] + " ", "3 1 1 " + digest},
		{"a digit alone", "3 1 1 8 755cdaa", "3 1 1 8755cdaa"},
		{"lines, parentheses around the data", "3 1 1 (\r\n  " + upper[:32] + "\r\n  " + upper[32:] + " )\r\n", "3 1 1 " + digest},
		{"parentheses around everything", "( 0 0 1 d2abde24\n 0d7cd3ee )", "0 0 1 d2abde240d7cd3ee"},
		{"parentheses without blanks", "3 1 1(87)", "3 1 1 87"},
		{"acronyms", "DANE-EE SPKI SHA2-256 87", "3 1 1 87"},
		{"acronyms of other case", "dane-ta cErT fUlL 87", "2 0 0 87"},
		{"acronyms for private use", "PrivCert PrivSel PrivMatch 87", "255 255 255 87"},
		{"unassigned", "4 200 254 00", "4 200 254 00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := dane.Parse(tt.text)
			if err != nil || got.String() != tt.want {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", "got 0 fields, expected 4"},
		{"3 1 1", "got 3 fields, expected 4"},
		{"3 1 1 ()", "got 3 fields, expected 4"},
		{"256 1 1 87", `certificate usage is "256", expected a number from 0 to 255 or an acronym such as "PKIX-EE"`},
		{"-1 1 1 87", "certificate usage"},
		{"+3 1 1 87", "certificate usage"},
		{"3 SHA2-256 1 87", `selector is "SHA2-256"`},
		{"3 1 SPKI 87", `matching type is "SPKI"`},
		{"3 1 1 87xx", "data contains 'x', expected hexadecimal digits"},
		{"3 1 1 \u00a087", "expected hexadecimal digits"},
		{"3 1 1 875", "data has 3 hexadecimal digits, expected an even number"},
		{"3 1 1 ( 87", "closing parenthesis"},
		{"3 1 1 87 )", "at most one pair"},
		{"3 1 1 ( 87 ( 87 )", "at most one pair"},
		{"3 1 1 ( 87 ) ( 87 )", "at most one pair"},
		{"_25._tcp.mx.example.org. IN TLSA 3 1 1 87", "certificate usage is"},
		{"3 1 1 " + strings.Repeat("00", 65533), "expected at most 65532"},
	} {
		got, err := dane.Parse(tt.text)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q is read as %q, %v, want an error with %q", short(tt.text), short(got.String()), err, tt.want)
		}
	}
}

func TestAcronyms(t *testing.T) {
	for value, want := range map[string]string{
		dane.PKIXTA.String(): "PKIX-TA", dane.PKIXEE.String(): "PKIX-EE", dane.DANETA.String(): "DANE-TA", dane.DANEEE.String(): "DANE-EE",
		dane.Cert.String(): "Cert", dane.SPKI.String(): "SPKI",
		dane.Full.String(): "Full", dane.SHA256.String(): "SHA2-256", dane.SHA512.String(): "SHA2-512",
		dane.Usage(4).String(): "4", dane.Selector(255).String(): "PrivSel",
	} {
		if value != want {
			t.Errorf("got %s, want %s", value, want)
		}
	}
}

// FuzzParse: whatever the text, Parse returns a record that it reads again from
// its presentation format and that can be judged, or an error.
func FuzzParse(f *testing.F) {
	f.Add("3 1 1 " + digest)
	f.Add("( dane-ta cert SHA2-512\t00\r\n )")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := dane.Parse(text)
		if err != nil {
			if len(err.Error()) > 300 {
				t.Errorf("the error has %d octets", len(err.Error()))
			}
			return
		}
		again, err := dane.Parse(r.String())
		if err != nil || again.String() != r.String() {
			t.Errorf("%q is read again as %q, %v", r, again, err)
		}
		if err := r.Usable(); err == nil && len(r.Data) < 32 && r.Matching != dane.Full {
			t.Errorf("%q is usable", r)
		}
		if got := dane.Match([]dane.Record{r}, [][]byte{r.Data, r.Data}, []string{host}, clock); got.Verdict == dane.Matches && r.Matching != dane.Full {
			t.Errorf("%q matches its own data", r)
		}
	})
}
