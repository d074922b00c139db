package maillog

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
)

// BenchmarkLog reads logs of some megabytes: healthy days of each MTA, the
// lines of a day as JSON, and what is no log at all.
func BenchmarkLog(b *testing.B) {
	days := make(map[string][]string)
	for _, name := range healthyDays {
		program := strings.TrimSuffix(name, ".log.gz")
		eachLine(b, "testdata/healthy/"+name, func(_ int, line string) { days[program] = append(days[program], strings.Clone(line)) })
		b.Run(program, func(b *testing.B) { benchmarkLog(b, days[program]) })
	}
	b.Run("json", func(b *testing.B) { benchmarkLog(b, asJSON(b, days["postfix"])) })
	b.Run("octets", func(b *testing.B) { benchmarkLog(b, randomLines()) })
	b.Run("corpus", func(b *testing.B) { benchmarkLog(b, corpusLines(b)) })
}

func benchmarkLog(b *testing.B, lines []string) {
	b.Helper()
	octets := 0
	for _, line := range lines {
		octets += len(line) + 1
	}
	b.SetBytes(int64(octets))
	b.ReportAllocs()
	for b.Loop() {
		log := NewLog(nil, nil)
		for i, line := range lines {
			log.Add(i+1, line)
		}
		log.Flush()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(lines)), "ns/line")
}

// asJSON writes lines as docker's log driver json-file does.
func asJSON(b *testing.B, lines []string) []string {
	b.Helper()
	all := make([]string, 0, len(lines))
	for _, line := range lines {
		text, err := json.Marshal(struct {
			Log    string `json:"log"`
			Stream string `json:"stream"`
			Time   string `json:"time"`
		}{line + "\n", "stdout", "2026-11-12T10:00:00.123456789Z"})
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, string(text))
	}
	return all
}

// randomLines are the lines of a megabyte of octets that mean nothing.
func randomLines() []string {
	octets := make([]byte, 1<<20)
	random := rand.NewChaCha8([32]byte{})
	_, _ = random.Read(octets)
	return splitLog(string(octets))
}

func corpusLines(b *testing.B) []string {
	b.Helper()
	var all []string
	for _, lines := range loadCorpus(b) {
		for _, l := range lines {
			all = append(all, strings.Split(l.Line, "\n")...)
		}
	}
	return all
}
