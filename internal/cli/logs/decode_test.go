package logs

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

const decodedText = "a line\r\nand another\n"

// wide is decodedText in UTF-16, the high octets first if big.
func wide(big bool) string {
	var out strings.Builder
	for _, c := range []byte(decodedText) {
		if big {
			out.Write([]byte{0, c})
		} else {
			out.Write([]byte{c, 0})
		}
	}
	return out.String()
}

func TestLogsAreDecoded(t *testing.T) {
	t.Parallel()
	const text = decodedText
	for name, log := range map[string]string{
		"plain": text, "gzip": gzipped(t, text), "UTF-16 with a mark": "\xff\xfe" + wide(false), "the other way round": "\xfe\xff" + wide(true),
		"UTF-16 without a mark": wide(false), "without, the other way round": wide(true),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := io.ReadAll(decoded(iotest.OneByteReader(strings.NewReader(log))))
			if err != nil || string(got) != text {
				t.Errorf("got %q and %v", got, err)
			}
		})
	}
	for log, want := range map[string]string{"": "", "a": "a", "a\n": "a\n", "abc\n": "abc\n"} {
		if got, err := io.ReadAll(decoded(strings.NewReader(log))); err != nil || string(got) != want {
			t.Errorf("of %q got %q and %v", log, got, err)
		}
	}
	for log, hint := range map[string]string{"\xfd7zXZ\x00": "xzcat FILE | fakemx explain --log -", "\x28\xb5\x2f\xfd...": "zstdcat FILE"} {
		if _, err := io.ReadAll(decoded(strings.NewReader(log))); err == nil || !strings.Contains(err.Error(), hint) {
			t.Errorf("got %v, want a hint at %s", err, hint)
		}
	}
	if _, err := io.ReadAll(decoded(strings.NewReader("\x1f\x8bgarbage"))); err == nil {
		t.Error("broken gzip is read without an error")
	}
}
