package maillog

import (
	"bufio"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The logs of testdata/healthy are of days on which nothing was wrong with TLS:
// deliveries and refusals of all kinds, in TLS and in clear, and what scanners
// do. e2e/labs makes them.
func TestHealthyDaysHaveNoFailures(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/healthy/*.log.gz")
	if err != nil || len(files) < 4 {
		t.Fatalf("%v and %v, want a log of each lab's MTA", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".log.gz"), func(t *testing.T) {
			t.Parallel()
			classes := make(map[Class]int)
			outcomes := make(map[Outcome]int)
			log := NewLog(func(ev Event) {
				classes[ev.Class]++
				outcomes[ev.Outcome]++
				if ev.Class == Fault {
					t.Errorf("a fault, %s: %s", ev.Reason, ev.Text)
				}
			}, func(f Failure) { t.Errorf("a failure, %s, %s: %s", f.Reason, f.Fate, f.Text) })
			eachLine(t, file, log.Add)
			log.Flush()
			if all := classes[Harmless] + classes[Other]; 50*classes[Unknown] > all {
				t.Errorf("%d lines were not understood, and %d were", classes[Unknown], all)
			}
			if outcomes[Sent] < 100 || outcomes[Deferred] == 0 || outcomes[Bounced] == 0 {
				t.Errorf("the day has %v and %v, which proves little", classes, outcomes)
			}
		})
	}
}

func eachLine(t testing.TB, path string, use func(int, string)) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	packed, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(packed)
	at := 0
	for lines.Scan() {
		at++
		use(at, lines.Text())
	}
	if lines.Err() != nil {
		t.Fatal(lines.Err())
	}
}
