package audit_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A fence is what stands between two lines of ``` in a document.
type fence struct{ language, text string }

var fences = regexp.MustCompile("(?ms)^```([^\n]*)\n(.*?)^```$")

// TestDocumentedAudits runs every example of docs/audit.md, against a part of
// the catalogue where it names none. A text fence behind an example has what it
// prints.
func TestDocumentedAudits(t *testing.T) {
	text, err := os.ReadFile("../../docs/audit.md")
	if err != nil {
		t.Fatal(err)
	}
	var list []fence
	for _, m := range fences.FindAllStringSubmatch(string(text), -1) {
		list = append(list, fence{m[1], m[2]})
	}
	path := commandPath(t)
	ran := 0
	for i, f := range list {
		if f.language != "sh" {
			continue
		}
		prints := ""
		if i+1 < len(list) && list[i+1].language == "text" {
			prints = list[i+1].text
		}
		ran++
		t.Run(fmt.Sprintf("example %d", ran), func(t *testing.T) { playExample(t, path, f.text, prints) })
	}
	if ran < 10 {
		t.Errorf("%d examples were found, want more", ran)
	}
}

// lacking are the words in an example that need something, and what tells
// whether it is there.
var lacking = map[string]func() (string, error){
	"nodemailer": nodemailer, "phpmailer": phpmailer, "Jakarta": jakarta, "gomail": goProgram("gomail"),
	"nullmailer": unpacked(anyUser, "nullmailer", "usr/lib/nullmailer/smtp"),
}

func playExample(t *testing.T, path, script, prints string) {
	t.Helper()
	for word, there := range lacking {
		if !strings.Contains(script, word) {
			continue
		}
		if _, err := there(); err != nil {
			t.Skip(err)
		}
	}
	for _, program := range []string{"curl", "swaks", "msmtp", "python3", "node", "php", "java"} {
		if _, err := exec.LookPath(program); err != nil && strings.Contains(script, program+" ") {
			t.Skip(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "bash", "-euc", script)
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "PATH="+path, "LC_ALL=C.UTF-8")
	cmd.WaitDelay = time.Minute
	out, err := cmd.CombinedOutput()
	if fails := strings.Contains(prints, "fail "); (err != nil) != fails {
		t.Errorf("it ends with %v, want a failure: %t\n%s\n%s", err, fails, script, out)
	}
	for line := range strings.Lines(prints) {
		if !strings.Contains(string(out), strings.TrimSuffix(line, "\n")) {
			t.Errorf("it prints\n%s\nwant in it %s", out, line)
		}
	}
}

// narrow runs fakemx audit against a part of the catalogue, unless its
// arguments choose one.
const narrow = `#!/bin/sh
test "$1" = audit && shift || exit 2
case " $* " in
  *" --scenario "*|*" --family "*) exec "%[1]s" audit "$@" ;;
esac
exec "%[1]s" audit --scenario healthy,expired,hostname-mismatch,starttls-stripped,response-injection "$@"
`

// commandPath is a PATH with such a fakemx in front.
func commandPath(t *testing.T) string {
	t.Helper()
	program, err := fakemxProgram()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	script := fmt.Sprintf(narrow, program)
	if err := os.WriteFile(filepath.Join(dir, "fakemx"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return dir + string(os.PathListSeparator) + os.Getenv("PATH")
}
