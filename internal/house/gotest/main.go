// Command gotest runs go test with its arguments, as
//
//	go run ./internal/house/gotest -short -race ./...
//
// and prints what go test would. It also prints every few seconds how far the
// tests are, since go test says nothing of a package before its end. Its exit
// code is that of go test.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// pause is how long nothing is printed at most.
const pause = 8 * time.Second

func main() {
	code, err := run(os.Args[1:], os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "gotest:", err)
	}
	os.Exit(code)
}

// run returns the exit code of go test.
func run(args []string, out io.Writer) (int, error) {
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...) //nolint:gosec // it runs what the caller asks for
	cmd.Stderr = os.Stderr
	events, err := cmd.StdoutPipe()
	if err != nil {
		return 1, err
	}
	if err := cmd.Start(); err != nil {
		return 1, err
	}
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	err = follow(events, out, time.Now(), ticker.C)
	var failed *exec.ExitError
	if ended := cmd.Wait(); errors.As(ended, &failed) {
		return failed.ExitCode(), err
	} else if err = errors.Join(err, ended); err != nil {
		return 1, err
	}
	return 0, nil
}
