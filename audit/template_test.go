package audit

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTemplate(t *testing.T) {
	t.Parallel()
	values := map[string]string{"host": "localhost", "port": "25", "ca_dir": "/d"}
	for text, want := range map[string]string{
		"sh {host}:{port}":  "sh localhost:25",
		"sh {ca_dir}":       "sh /d",
		"sh {{host}":        "sh {host}",
		"sh {{{host}":       "sh {localhost",
		"sh {A} {} {x-y} }": "sh {A} {} {x-y} }",
		"sh ${HOST}":        "sh ${HOST}",
		"sh":                "sh",
	} {
		template, err := NewTemplate(strings.Fields(text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := template.fill(values); !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// TestWhatTellsACommandOfThePeer: a placeholder, a variable, or a file that has one.
func TestWhatTellsACommandOfThePeer(t *testing.T) {
	t.Parallel()
	write := func(name, text string) string {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	for _, test := range []struct {
		args []string
		want bool // it is not told
	}{
		{[]string{"true"}, true},
		{[]string{"sh", "-c", "exit 3"}, true},
		{[]string{"sh", "-c", "echo {{host}"}, true},
		{[]string{"sh", write("deaf.sh", "exit 3")}, true},
		{[]string{"sh", t.TempDir()}, true},
		{[]string{"sh", "-c", "echo {host}"}, false},
		{[]string{"sh", "-c", "echo {scenario}"}, false},
		{[]string{"sh", "-c", "echo $FAKEMX_PORT"}, false},
		{[]string{"sh", write("script.sh", "echo $FAKEMX_HOST")}, false},
	} {
		template, err := NewTemplate(test.args)
		if err != nil {
			t.Fatal(err)
		}
		run := Command{template}.Deliver(t.Context(), Target{}).run
		if says := strings.Contains(Evidence{Runs: []CommandRun{*run}}.never(), "FAKEMX_HOST is not seen in it"); says != test.want {
			t.Errorf("%q: it says so: %t, want %t", test.args, says, test.want)
		}
	}
}

func TestTemplatesThatCannotBe(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"no command is given":               nil,
		"unknown placeholder {prot}":        {"sh", "{host}:{prot}"},
		"unknown placeholder {nosuch} in":   {"{nosuch}"},
		"the command cannot be started":     {"no-such-program-anywhere"},
		"or {{ for a brace":                 {"awk", "{print}"},
		"unknown placeholder {Host}":        {"sh", "{port} {Host}"},
		"unknown placeholder {ca-dir}":      {"sh", "--ca={ca-dir}"},
		"no command is given; put it after": {""},
	} {
		if _, err := NewTemplate(args); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want an error with %q", args, err, want)
		}
	}
}

func TestEveryPlaceholderHasAValue(t *testing.T) {
	t.Parallel()
	a := &auditor{post: newPostOffice(false, DefaultFrom), dir: t.TempDir()}
	a.Options = withDefaults(Options{Driver: Command{}, DNS: "127.0.0.1:0", PolicyHost: "127.0.0.1:0"})
	p := a.mustOpen(t, "healthy")
	defer p.close()
	values := p.target(p.letters[0], "user", "password").values()
	for _, placeholder := range placeholders {
		if values[placeholder.Name] == "" || placeholder.Meaning == "" {
			t.Errorf("{%s} stands for nothing", placeholder.Name)
		}
	}
	if len(values) != len(placeholders) {
		t.Errorf("%d values for %d placeholders", len(values), len(placeholders))
	}
}

// TestEveryClientIsGivenOneBundle, which grows as peers are opened: what one of
// them trusts, all of them may.
func TestEveryClientIsGivenOneBundle(t *testing.T) {
	t.Parallel()
	for _, kept := range []string{"", t.TempDir()} {
		a := &auditor{post: newPostOffice(false, DefaultFrom), dir: t.TempDir()}
		a.Options = withDefaults(Options{Driver: Command{}, PKIDir: kept})
		want := map[string]int{"healthy": 1, "untrusted-root": 1, "expired-root": 2}
		path := ""
		for _, name := range []string{"healthy", "untrusted-root", "expired-root"} {
			p := a.mustOpen(t, name)
			defer p.close()
			ca := p.target(p.letters[0], "user", "password").CAFile
			text, err := os.ReadFile(ca)
			if err != nil {
				t.Fatal(err)
			}
			if path != "" && ca != path {
				t.Errorf("{ca} is %s, and was %s", ca, path)
			}
			if got := strings.Count(string(text), "BEGIN CERTIFICATE"); got != want[name] {
				t.Errorf("%d certificates are trusted once %s is open, want %d", got, name, want[name])
			}
			path = ca
		}
		if kept != "" && path != filepath.Join(kept, "ca.pem") {
			t.Errorf("{ca} is %s, want ca.pem of %s", path, kept)
		}
	}
}
