package audit

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// killStrays ends the processes that a command has started and that have left
// its process group, as setsid and daemons do. They are known by the mark in the
// environment that they inherited. One that clears its environment is not found.
func killStrays(mark string) {
	for range 10 { // who forks meanwhile is found in the next round
		if !killMarked([]byte(mark)) {
			return
		}
	}
}

// killMarked ends the processes of which the environment has a line, and reports
// whether there were any.
func killMarked(mark []byte) (found bool) {
	environments, _ := filepath.Glob("/proc/[0-9]*/environ") // the pattern is well formed
	for _, path := range environments {
		variables, err := os.ReadFile(path) //nolint:gosec // it is a file of /proc
		if err != nil || !bytes.Contains(append([]byte{0}, variables...), append(append([]byte{0}, mark...), 0)) {
			continue // it has ended, or belongs to somebody else
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err == nil && syscall.Kill(pid, syscall.SIGKILL) == nil {
			found = true
		}
	}
	return found
}
