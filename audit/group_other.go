//go:build !unix

package audit

import "os/exec"

// ownGroup does nothing where there are no process groups: only the command
// itself is ended when its time is up.
func ownGroup(*exec.Cmd) {}

// killGroup ends the command.
func killGroup(cmd *exec.Cmd) error { return cmd.Process.Kill() }
