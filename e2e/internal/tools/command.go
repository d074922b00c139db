package tools

import (
	"fmt"
	"os/exec"
	"path/filepath"

	_ "github.com/fakemx/fakemx/internal/cli" // see Command
	"github.com/fakemx/fakemx/internal/house"
)

// Command builds fakemx into a folder and returns its path. This package
// imports what the command is made of, so that go test does not take the result
// of an earlier run for that of a command which has changed since.
func Command(folder string) (path string, err error) {
	root, err := house.Root()
	if err != nil {
		return "", err
	}
	path = filepath.Join(folder, "fakemx")
	build := exec.Command("go", "build", "-o", path, ".") //nolint:gosec // the folder is a test's
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
}
