package main_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// machineWords are what ties a file to one machine: the hosts of package
// registries, which a user may have mirrors of, and paths of somebody's own.
// The brackets keep this file from naming them.
var machineWords = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`(proxy|sum|index)[.]golang[.]org`,
	`registry[.]npmjs[.]org`,
	`(deb|security|ftp)[.]debian[.]org`,
	`(registry-1|index)[.]docker[.]io`,
	`(files[.]pythonhosted|pypi)[.]org`,
	`(^|[^\w./])/(home|root|Users|work|farm)/\w`,
	`[.]library/`,
}, "|"))

// elsewhere are folders that hold nothing of the project.
var elsewhere = map[string]bool{".git": true, "bin": true, "e2e/.tools": true}

func TestNoFileNamesARegistryOrAMachine(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && elsewhere[filepath.ToSlash(path)] {
			return filepath.SkipDir
		}
		if !entry.Type().IsRegular() || path == "go.sum" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for number, line := range bytes.Split(text, []byte("\n")) {
			if word := machineWords.Find(line); word != nil {
				t.Errorf("%s:%d names %q", path, number+1, word)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
