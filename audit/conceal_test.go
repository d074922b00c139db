package audit

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"mime/quotedprintable"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// anyPassword is a password of random printable characters, and now and then of
// octets beyond ASCII.
func anyPassword(r *rand.Rand) string {
	octets := make([]byte, 6+r.IntN(40))
	for i := range octets {
		octets[i] = byte(' ' + r.IntN('~'-' '+1))
		if len(octets)%5 == 0 {
			octets[i] = byte(0x80 + r.IntN(0x80))
		}
	}
	return string(octets)
}

// formsOf are the forms in which clients show a password.
func formsOf(t *testing.T, user, password string) map[string]string {
	t.Helper()
	exchanges := map[string]string{
		"alone":               password,
		"PLAIN":               "\x00" + user + "\x00" + password,
		"PLAIN with authzid":  user + "\x00" + user + "\x00" + password,
		"XOAUTH2":             "user=" + user + "\x01auth=Bearer " + password + "\x01\x01",
		"OAUTHBEARER":         "n,a=" + user + ",\x01host=mx.test\x01port=25\x01auth=Bearer " + password + "\x01\x01",
		"one octet before it": "x" + password + "yz", "two octets before it": "xy" + password,
	}
	forms := map[string]string{
		"plain": password, "percent": url.QueryEscape(password), "hex": hex.EncodeToString([]byte(password)),
		"HEX": strings.ToUpper(hex.EncodeToString([]byte(password))), "hex octets": fmt.Sprintf("% x", password),
		"Go": strings.TrimSuffix(strconv.QuoteToASCII(password)[1:], `"`), "escapes": escapes(password),
	}
	if !utf8.ValidString(password) {
		forms["Go"] = password
	}
	var quoted strings.Builder
	w := quotedprintable.NewWriter(&quoted)
	if _, err := w.Write([]byte(strings.Repeat("-", 60) + password)); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	forms["quoted-printable"] = quoted.String()
	for name, text := range exchanges {
		encoded := base64.StdEncoding.EncodeToString([]byte(text))
		forms["base64 "+name] = encoded
		forms["base64url "+name] = base64.RawURLEncoding.EncodeToString([]byte(text))
		forms["base64 percent "+name] = url.QueryEscape(encoded)
		forms["base64 JSON "+name] = strings.ReplaceAll(encoded, "/", `\/`)
		forms["base64 in lines "+name] = strings.Join(slices.Collect(func(yield func(string) bool) {
			for i := 0; i < len(encoded) && yield(encoded[i:min(i+13, len(encoded))]); i += 13 {
			}
		}), "\r\n")
	}
	for _, name := range []string{"alone", "PLAIN", "XOAUTH2", "OAUTHBEARER"} {
		forms["base64 traced by curl "+name] = strings.ReplaceAll(forms["base64 in lines "+name], "\r\n", "\n0040: ")
	}
	for name, text := range map[string]string{"plain": password, "base64": forms["base64 alone"]} {
		dumped := "\n" + hex.Dump([]byte("AUTH PLAIN "+text))
		offset := regexp.MustCompile(`(?m)^0000([0-9a-f]{4})  `)
		forms["dump "+name] = dumped
		forms["dump of curl "+name] = strings.ReplaceAll(offset.ReplaceAllString(dumped, "$1: "), "  ", " ")
		forms["dump of openssl "+name] = offset.ReplaceAllString(dumped, "$1 - ")
	}
	return forms
}

func escapes(text string) string {
	var out strings.Builder
	for _, octet := range []byte(text) {
		fmt.Fprintf(&out, `\x%02x`, octet)
	}
	return out.String()
}

// betrays reports what of a form of a password is left in a text.
func betrays(text, form, password string) bool {
	if strings.Contains(text, password) || strings.Contains(text, form) {
		return true
	}
	for line := range strings.SplitSeq(form, "\n") {
		// Of a dump, no line is left that holds nothing but the password.
		if _, gutter, dumped := strings.Cut(line, "|"); dumped && len(gutter) == 17 && !strings.Contains(gutter, "AUTH") && strings.Contains(text, line) {
			return true
		}
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool {
		return !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", r)
	}) {
		for skip := range min(4, len(word)) {
			// A password of which half is left is not hidden.
			whole := word[skip:][:len(word[skip:])/4*4]
			decoded, err := base64.StdEncoding.DecodeString(whole)
			if err == nil && strings.Contains(string(decoded), password[len(password)/2:]) {
				return true
			}
		}
	}
	return false
}

// TestNoFormOfAPasswordIsLeft of random passwords; what stands around is.
func TestNoFormOfAPasswordIsLeft(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		user, password := anyPassword(r), anyPassword(r)
		secrets := newConcealer(password)
		for name, form := range formsOf(t, user, password) {
			got := secrets.hide("C: AUTH " + form + " done\n")
			if betrays(got, form, password) || !strings.Contains(got, concealed) {
				t.Errorf("seed %d, %s: of %q is left %q", seed, name, form, got)
			}
			if !strings.HasPrefix(got, "C: AUTH ") || !strings.HasSuffix(got, " done\n") {
				t.Errorf("seed %d, %s: around %q is left %q", seed, name, form, got)
			}
		}
	}
}

// TestNoPasswordIsLeftAtACut, wherever output is cut, and of however many
// octets.
func TestNoPasswordIsLeftAtACut(t *testing.T) {
	t.Parallel()
	const user, password = "probe", "correct-horse-battery"
	step := 11
	if testing.Short() {
		step = 67
	}
	for name, form := range formsOf(t, user, password) {
		for shift := -len(form) - 2; shift <= 2; shift += step {
			o := &output{secrets: newConcealer(password)}
			for _, part := range []string{
				strings.Repeat(".", headOctets+shift), form, strings.Repeat(".", 3*tailOctets), form, strings.Repeat(".", tailOctets+shift),
			} {
				_, _ = o.Write([]byte(part)) // it never fails
			}
			got := o.String()
			letters := strings.ReplaceAll(strings.ReplaceAll(got, concealed, ""), "bytes left out", "")
			for _, piece := range []string{password[:5], password[len(password)-5:], form[len(form)-9:]} {
				if strings.Contains(letters, piece) && !strings.HasPrefix(name, "base64") {
					t.Fatalf("%s, shifted by %d: %q is left", name, shift, piece)
				}
			}
			if betrays(got, form, password) {
				t.Fatalf("%s, shifted by %d: the password is left", name, shift)
			}
			if limit := headOctets + tailOctets + 100; len(got) > limit {
				t.Fatalf("%d octets are kept, at most %d are wanted", len(got), limit)
			}
		}
	}
}

// TestSpecialFormsAreHidden, and what stands right beside them is not.
func TestSpecialFormsAreHidden(t *testing.T) {
	t.Parallel()
	const password = "Zq9*kp"
	base64Of := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	for name, test := range map[string]struct{ text, want string }{
		"escapes of JSON":       {`<\u005a\u00719\u002Akp>`, "<{password}>"},
		"octal escapes":         {`<\132\1619\052kp>`, "<{password}>"},
		"octal of nine":         {`<\132\1919\052kp>`, `<\132\1919\052kp>`},
		"hex with colons":       {"<5a:71:39:2a:6b:70>", "<{password}>"},
		"hex with commas":       {"<5A,71,39,2A,6B,70>", "<{password}>"},
		"hex of C":              {"<0x5a,0x71,0x39,0x2a,0x6b,0x70>", "<0x{password}>"},
		"hex in lines":          {"<5a71\n392a\r\n6b70>", "<{password}>"},
		"in shown lines":        {`<Zq9\n*k\r\np>`, "<{password}>"},
		"in soft lines":         {"<Zq9=\n*kp>", "<{password}>"},
		"base64, second octet":  {base64Of("x" + password), "e{password}=="},
		"twice in base64":       {base64Of(password + "...." + password), "{password}Li4uL{password}=="},
		"behind three digits":   {"<xxx" + base64Of(password) + ">", "<xxx{password}>"},
		"a dump that is quoted": {"said:\n > 0000: 5a 71 39 2a 6b 70   Zq9*kp\ndone\n", "said:\n > 0000: {password}\ndone\n"},
		"in halves of two dumps": {
			"0000: 5a 71 39   Zq9\nand then\n0000: 2a 6b 70   *kp\n", "0000: 5a 71 39   Zq9\nand then\n0000: 2a 6b 70   *kp\n",
		},
	} {
		if got := newConcealer(password).hide(test.text); got != test.want {
			t.Errorf("%s: of %q is left %q, want %q", name, test.text, got, test.want)
		}
	}
}

// TestEscapedBase64IsHidden: JSON may escape two of its digits, and so may a URL.
func TestEscapedBase64IsHidden(t *testing.T) {
	t.Parallel()
	const password = "\xfb\xef\xbe\xff\xff\xff"
	for _, form := range []string{
		"++++////", `\u002b+++////`, `+\u002B++///\u002f`, `++++\u002F///`, "%2b+++////", "%2B+++%2f///", `++++\/\/\/\/`, "----____", "++\n++////",
	} {
		if got := newConcealer(password).hide("<" + form + ">"); got != "<{password}>" {
			t.Errorf("of %q is left %q", form, got)
		}
	}
}

// TestReach: of a form of a password more is kept beside a cut than it can take.
func TestReach(t *testing.T) {
	t.Parallel()
	const short = "Zq9"
	long := strings.Repeat(short, 40)
	var widest strings.Builder
	for _, octet := range []byte(long) {
		fmt.Fprintf(&widest, `\r\n0040: \u00%02x`, octet)
	}
	for form, password := range map[string]string{
		widest.String(): long, hex.Dump([]byte(strings.Repeat("-", 14) + short + strings.Repeat("-", 15))): short,
	} {
		secrets := newConcealer(password)
		if got := secrets.hide("<\n" + form); !strings.Contains(got, concealed) || len(form) > secrets.reach() {
			t.Errorf("%q has %d octets, and %d are reached; left is %q", form, len(form), secrets.reach(), got)
		}
	}
}

// TestPasswordsThatOverlap are hidden as one, and a part of a text is without
// those that stand outside of it.
func TestPasswordsThatOverlap(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"-sesesese-": "-{password}-", "-abcdefgh-": "-{password}-", "-abcdXXsesese-": "-abcdXX{password}-"} {
		if got := newConcealer("sese", "cdef", "abcdefgh").hide(text); got != want {
			t.Errorf("of %q is left %q, want %q", text, got, want)
		}
	}
	if got := newConcealer("sesame").part([]byte("sesame more sesame"), 7, 11); got != "more" {
		t.Errorf("of a part is left %q", got)
	}
}

// TestNothingElseIsHidden.
func TestNothingElseIsHidden(t *testing.T) {
	t.Parallel()
	const text = "250-mx.test\r\n250 AUTH PLAIN LOGIN\r\nAHByb2JlAA== 68656c6c6f %20 \\x41 =\r\n"
	for _, secrets := range []concealer{{}, newConcealer(""), newConcealer("abcdefghij", "\x00\x01\x02\x03")} {
		if got := secrets.hide(text); got != text {
			t.Errorf("of %q is left %q", text, got)
		}
	}
}
