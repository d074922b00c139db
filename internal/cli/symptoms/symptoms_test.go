package symptoms

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/fakemx/fakemx/scenarios"
)

func TestLoadMergesFiles(t *testing.T) {
	t.Parallel()
	all, err := Load(fstest.MapFS{
		"b.json":   {Data: []byte(`{"expired": [{"client": "exim 4", "says": "invalid"}]}`)},
		"a.json":   {Data: []byte(`{"expired": [{"client": "curl 8", "says": "has expired"}]}`)},
		"notes.md": {Data: []byte(`none of these`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	said := all["expired"]
	if len(said) != 2 || said[0].Client != "curl 8" || said[1].Client != "exim 4" {
		t.Errorf("got %v, want curl's, then exim's", said)
	}
	if len(all["healthy"]) != 0 {
		t.Errorf("of a scenario nobody was recorded with: %v", all["healthy"])
	}
}

func TestLoadRefusesBrokenFiles(t *testing.T) {
	t.Parallel()
	_, err := Load(fstest.MapFS{"a.json": {Data: []byte("[")}})
	if err == nil || !strings.Contains(err.Error(), "a.json") {
		t.Errorf("got %v, want an error that names the file", err)
	}
}

func TestRecordingIsOfTheCatalogue(t *testing.T) {
	t.Parallel()
	all, err := Recorded()
	if err != nil {
		t.Fatal(err)
	}
	for scenario, said := range all {
		if _, err := scenarios.Get(scenario); err != nil {
			t.Errorf("%v; make symptoms", err)
		}
		for _, s := range said {
			if s.Client == "" || s.Says == "" {
				t.Errorf("%s: somebody says nothing: %+v", scenario, s)
			}
		}
	}
}
