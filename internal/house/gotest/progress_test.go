package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"
)

func TestProgress(t *testing.T) {
	const (
		start  = `{"Action":"start","Package":"x/a"}`
		failed = `{"Action":"output","Package":"x/a","Test":"TestB","Output":"    b_test.go:1: wrong\n"}
{"Action":"output","Package":"x/a","Test":"TestA","Output":"says much\n"}
{"Action":"pass","Package":"x/a","Test":"TestA"}
{"Action":"fail","Package":"x/a","Test":"TestB"}
{"Action":"output","Package":"x/a","Output":"FAIL\tx/a\t1.0s\n"}
{"Action":"fail","Package":"x/a"}`
	)
	for _, c := range []struct{ name, events, want string }{
		{"nothing", "", ""},
		{"a package that passes", `{"Action":"output","Package":"x/a","Test":"TestA","Output":"says much\n"}
{"Action":"pass","Package":"x/a","Test":"TestA"}
{"Action":"output","Package":"x/a","Output":"PASS\n"}
{"Action":"output","Package":"x/a","Output":"ok  \tx/a\t1.0s\n"}
{"Action":"pass","Package":"x/a"}`, "ok  \tx/a\t1.0s\n"},
		{"a package without tests", `{"Action":"output","Package":"x/a","Output":"?   \tx/a\t[no test files]\n"}
{"Action":"skip","Package":"x/a"}`, "?   \tx/a\t[no test files]\n"},
		{"a test that fails", start + "\n" + failed, "    b_test.go:1: wrong\nFAIL\tx/a\t1.0s\n"},
		{"a test that never ends", `{"Action":"output","Package":"x/a","Test":"TestC","Output":"panic: test timed out\n"}
{"Action":"output","Package":"x/a","Output":"FAIL\tx/a\t1.0s\n"}
{"Action":"fail","Package":"x/a"}`, "panic: test timed out\nFAIL\tx/a\t1.0s\n"},
		{"a build that fails", `{"ImportPath":"x/a","Action":"build-output","Output":"# x/a\n./a.go:1: syntax error\n"}
{"ImportPath":"x/a","Action":"build-fail"}`, "# x/a\n./a.go:1: syntax error\n"},
		{"what is no event", "go: warning\n", "go: warning\n"},
		{"how far a test is", `{"Action":"output","Package":"x/a","Test":"TestE","Output":"progress: 4 of 9 specs\n"}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := follow(strings.NewReader(c.events), &out, time.Time{}, nil); err != nil {
				t.Fatal(err)
			}
			if got := out.String(); got != c.want {
				t.Errorf("it prints\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// A writer hands on what is written.
type writer chan string

func (w writer) Write(text []byte) (int, error) {
	w <- string(text)
	return len(text), nil
}

func TestEveryTickTellsHowFarItIs(t *testing.T) {
	events, in := io.Pipe()
	out, ticks, done := make(writer), make(chan time.Time), make(chan error, 1)
	start := time.Date(2026, time.May, 4, 12, 0, 0, 0, time.UTC)
	go func() { done <- follow(events, out, start, ticks) }()
	tick := func() string {
		ticks <- start.Add(70 * time.Second)
		return <-out
	}
	if got := tick(); !strings.HasPrefix(got, "… 1m10s: 0 packages done, ") || !strings.HasSuffix(got, "; building\n") {
		t.Errorf("before the first event it says %q", got)
	}
	for _, line := range []string{
		`{"Action":"pass","Package":"x/a","Test":"TestA"}`,
		`{"Action":"skip","Package":"x/a","Test":"TestB"}`,
		`{"Action":"output","Package":"x/e2e","Test":"TestE","Output":"progress: 4 of 9 specs\n"}`,
		"no event",
	} {
		if _, err := io.WriteString(in, line+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	<-out // the last line was read
	if got, want := tick(), "0 packages done, 1 tests passed, 0 failed, 1 skipped; running a, e2e (4 of 9 specs)\n"; !strings.HasSuffix(got, want) {
		t.Errorf("it says %q, want %q", got, want)
	}
	_ = in.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
