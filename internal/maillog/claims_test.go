package maillog

import (
	"slices"
	"strings"
	"testing"
)

// ownFiles are the files of the corpus with lines of each dialect that go by
// words where no tag tells.
var ownFiles = map[string][]string{
	"haraka": {"haraka"}, "mox": {"mox"}, "maddy": {"maddy"}, "chasquid": {"chasquid"}, "courier": {"courier"},
	"nullmailer": {"nullmailer"}, "dma": {"dma"}, "qmail": {"qmail"}, "stalwart": {"other-mtas", "rustls"}, "s-nail": {"s-nail"}, "mutt": {"mutt"}, "rarer": {"other-mtas", "go", "public"},
}

// TestNobodyClaimsTheLinesOfOthers takes the tags off the lines of the corpus:
// no dialect may take a line for its own for words that others have, too.
func TestNobodyClaimsTheLinesOfOthers(t *testing.T) {
	t.Parallel()
	corpus := loadCorpus(t)
	for i := range dialects {
		d := &dialects[i]
		if ownFiles[d.name] == nil {
			continue
		}
		for file, lines := range corpus {
			if slices.Contains(ownFiles[d.name], strings.TrimSuffix(file, ".yaml")) {
				continue
			}
			for _, l := range lines {
				for line := range strings.Lines(l.Line) {
					e := unframe(line)
					if e.program = ""; !e.repeated && d.is(&e) {
						t.Errorf("%s claims a line of %s: %s", d.name, file, line)
					}
				}
			}
		}
	}
}
