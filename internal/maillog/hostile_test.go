package maillog

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A line far longer than the command hands on takes no time to speak of,
// whatever is in it.
func TestLongLinesAreReadInTime(t *testing.T) {
	for _, part := range []string{
		"a", " ", "a ", "=", "a=b ", "a=\"", "\\", "{\"a\":", "[", "]", "[[", "(", ": ", "a: ", "|", "mx | ", "<22>1 ", "<", "\x1b[31m", "\x1b", "\x00", "\xff", "1", "1.", "4.7.", "550 ",
		"2024-01-01 00:00:00 ", "Jan  1 00:00:00 ", "num=20 ", "num=", "certificate ", "certificate has expired ", "verify=", "stat=", ", stat=", "tls ", "TLS error (", "at ", "> ", "]: ",
		"H=", "after ", "_", "\t", "; ", "last message repeated ", "message repeated 2 times: [", "Remote host said: ", "status=deferred (", "STARTTLS=", "error:0A000086:SSL routines::",
	} {
		for _, before := range []string{"", "level=error ", "{\"msg\":\"", "Nov 12 09:00:07 mail postfix/smtp[1]: ", "Nov 12 09:00:07 mail sendmail[1]: ", "2024-11-12 10:00:00 1tAbCd-000000001AB-0001 "} {
			line := before + strings.Repeat(part, 1<<18/len(part))
			if strings.HasPrefix(before, "{") {
				line += "\"}"
			}
			begun := time.Now()
			Read(1, line)
			if took := time.Since(begun); took > 3*time.Second {
				t.Errorf("%q, many times behind %q, takes %v", part, before, took)
			}
		}
	}
}

// Stories without an end keep neither their lines nor the reader.
func TestStoriesWithoutEndAreReadInTime(t *testing.T) {
	begun := time.Now()
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
	if took := time.Since(begun); took > 30*time.Second {
		t.Errorf("it takes %v", took)
	}
}
