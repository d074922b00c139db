package house_test

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/house"
)

// machineDirs are directories of one machine, or of somebody's own.
var machineDirs = []string{"home", "root", "users", "work", "farm"}

// machineWords are what ties a file to one machine: the hosts of package
// registries, which a user may have mirrors of, and paths of somebody's own.
// The brackets keep this file from naming them.
var machineWords = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`(proxy|sum|index)[.]golang[.]org`,
	`registry[.]npmjs[.]org`,
	`(deb|security|ftp)[.]debian[.]org`,
	`(registry-1|index)[.]docker[.]io`,
	`(files[.]pythonhosted|pypi)[.]org`,
	`(^|[^\w./])/(` + strings.Join(machineDirs, "|") + `)/\w`,
	`[.]library/`,
}, "|"))

// machineHints are parts of the words: only a line with one of them, in small
// letters, is looked at more closely, as the expression is slow.
var machineHints = func() []string {
	hints := []string{"golang.org", "npmjs", "debian.org", "docker.io", "pythonhosted", "pypi.", "library/"}
	for _, dir := range machineDirs {
		hints = append(hints, "/"+dir+"/")
	}
	return hints
}()

func TestNoFileNamesARegistryOrAMachine(t *testing.T) {
	for _, path := range house.Files(t) {
		if path == "go.sum" {
			continue
		}
		text, err := os.ReadFile(house.Path(t, path))
		if err != nil {
			t.Fatal(err)
		}
		if !hinted(text) {
			continue
		}
		for number, line := range bytes.Split(text, []byte("\n")) {
			if !hinted(line) {
				continue
			}
			if word := machineWords.Find(line); word != nil {
				t.Errorf("%s:%d names %q", path, number+1, word)
			}
		}
	}
}

func hinted(text []byte) bool {
	text = bytes.ToLower(text)
	return slices.ContainsFunc(machineHints, func(hint string) bool { return bytes.Contains(text, []byte(hint)) })
}
