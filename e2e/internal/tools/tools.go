// Package tools finds what e2e/setup.sh got for the end-to-end tests.
package tools

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/fakemx/fakemx/internal/house"
)

// Hint says how to get what is missing.
const Hint = "run e2e/setup.sh"

// Path returns the absolute path of something below e2e/.tools, whether or not
// it is there. It is found from the working directory, which for a test is its
// own folder.
func Path(elements ...string) (string, error) {
	root, err := house.Root()
	if err != nil {
		return "", err
	}
	return filepath.Join(append([]string{root, "e2e", ".tools"}, elements...)...), nil
}

// Program returns the path of a program below e2e/.tools, or an error that
// says how to get it.
func Program(elements ...string) (string, error) {
	path, err := Path(elements...)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err != nil {
		return "", errors.New(filepath.Base(path) + " is not unpacked; " + Hint)
	}
	return path, nil
}

// Python returns the path of Python itself, as python3 on the path may be a
// script that looks for it anew at every start. An error says how to get it.
var Python = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		return "", fmt.Errorf("python3 does not run: %w; %s", err, Hint)
	}
	return strings.TrimSpace(string(out)), nil
})

// Version returns the upstream version of an unpacked tree, such as "3.7.11";
// empty if it is not known.
func Version(tree string) string {
	path, err := Path(tree, "version")
	if err != nil {
		return ""
	}
	text, err := os.ReadFile(path) //nolint:gosec // the folder is ours
	if err != nil {
		return ""
	}
	upstream, _, _ := strings.Cut(strings.TrimSpace(string(text)), "-")
	if _, behind, epoch := strings.Cut(upstream, ":"); epoch {
		return behind
	}
	return upstream
}

// SharedLibraries returns LD_LIBRARY_PATH for the programs of an unpacked tree:
// every folder of it that holds shared libraries, in a stable order.
func SharedLibraries(tree string) string {
	var folders []string
	for _, pattern := range []string{"lib/*", "usr/lib/*", "lib", "usr/lib"} {
		libraries, err := filepath.Glob(filepath.Join(tree, pattern, "*.so*"))
		if err != nil {
			continue // the pattern is a constant and is sound
		}
		for _, library := range libraries {
			folders = append(folders, filepath.Dir(library))
		}
	}
	slices.Sort(folders)
	return strings.Join(slices.Compact(folders), ":")
}
