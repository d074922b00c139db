package maillog

import (
	"fmt"
	"strings"
	"testing"
)

// A line far longer than the command hands on is read in one go, whatever is in
// it: if the time grew with the square of its length, the test would not end.
func TestLongLinesAreRead(t *testing.T) {
	length := 1 << 18
	if testing.Short() {
		length = 1 << 14
	}
	for _, part := range []string{
		"a", " ", "a ", "=", "a=b ", "a=\"", "\\", "{\"a\":", "[", "]", "[[", "(", ": ", "a: ", "|", "mx | ", "<22>1 ", "<", "\x1b[31m", "\x1b", "\x00", "\xff", "1", "1.", "4.7.", "550 ",
		"2024-01-01 00:00:00 ", "Jan  1 00:00:00 ", "num=20 ", "num=", "certificate ", "certificate has expired ", "verify=", "stat=", ", stat=", "tls ", "TLS error (", "at ", "> ", "]: ",
		"H=", "after ", "_", "\t", "; ", "last message repeated ", "message repeated 2 times: [", "Remote host said: ", "status=deferred (", "STARTTLS=", "error:0A000086:SSL routines::",
	} {
		for _, before := range []string{"", "level=error ", "{\"msg\":\"", "Nov 12 09:00:07 mail postfix/smtp[1]: ", "Nov 12 09:00:07 mail sendmail[1]: ", "2024-11-12 10:00:00 1tAbCd-000000001AB-0001 "} {
			line := before + strings.Repeat(part, length/len(part))
			if strings.HasPrefix(before, "{") {
				line += "\"}"
			}
			if ev := Read(1, line); ev.Class == "" {
				t.Errorf("%q, many times behind %q, has no class", part, before)
			}
		}
	}
}

// Stories without an end keep neither their lines nor the reader.
func TestStoriesWithoutEndAreRead(t *testing.T) {
	next := 1
	log := NewLog(func(ev Event) {
		if ev.At != next {
			t.Fatalf("line %d comes out as number %d", ev.At, next)
		}
		next++
	}, nil)
	long := strings.Repeat(" certificate", maxFuzzLine/12-10)
	for i := range 100_000 {
		line := fmt.Sprintf("Nov 12 09:00:07 mail postfix/smtp[%d]: Untrusted TLS connection established to mx%d.example.test[192.0.2.25]:25: TLSv1.3", i, i)
		if i%10 == 0 {
			line += long
		}
		log.Add(i+1, line)
		if waiting := len(log.waiting) - log.head; waiting > maxWindow || log.octets > maxWaiting || len(log.stories.named) > maxStories {
			t.Fatalf("%d lines of %d octets and %d stories are kept", waiting, log.octets, len(log.stories.named))
		}
	}
	log.Flush()
	if next != 100_001 {
		t.Errorf("%d lines come out", next-1)
	}
}
