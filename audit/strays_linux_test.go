package audit

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A process that has left its command's process group ends with the command.
// While it lives it holds a pipe open, whose end tells of its own.
func TestStraysEndWithTheirCommand(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("setsid"); err != nil {
		t.Skip("setsid is not installed")
	}
	for name, script := range map[string]string{
		"a session of its own": `setsid sh -c 'echo here >&3; exec sleep 1000' 3>"$0" & wait`,
		"a daemon":             `(setsid sh -c 'echo here >&3; sleep 1000; true' 3>"$0" &) ; sleep 1000`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "fifo")
			if err := syscall.Mkfifo(path, 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			template, err := NewTemplate([]string{"/bin/sh", "-c", script, path})
			if err != nil {
				t.Fatal(err)
			}
			ran := make(chan Attempt, 1)
			go func() { ran <- Command{template}.Deliver(ctx, Target{}) }()
			pipe, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer pipe.Close()
			reader := bufio.NewReader(pipe)
			if line, err := reader.ReadString('\n'); line != "here\n" {
				t.Fatalf("%q, %v", line, err)
			}
			cancel()
			if attempt := <-ran; !attempt.run.TimedOut {
				t.Errorf("%+v", attempt.run)
			}
			if _, err := io.Copy(io.Discard, reader); err != nil { // until it has ended
				t.Error(err)
			}
		})
	}
}

// A kick is not marked, so that the MTA which it may start lives on.
func TestAKickIsNotMarked(t *testing.T) {
	t.Parallel()
	run := runCommand(t.Context(), []string{"/bin/sh", "-c", "env"}, nil, concealer{})
	if run.Exit != 0 || strings.Contains(run.Output, markVariable) {
		t.Errorf("%+v", run)
	}
}
