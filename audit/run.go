package audit

import "time"

// A Run is one run of the user's command.
type Run struct {
	// Args is the command as it was run, its placeholders filled in.
	Args []string `json:"args"`
	// Started and Ended bound it.
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	// Exit is the exit code; -1 if there is none.
	Exit int `json:"exit"`
	// Signal is the name of the signal that ended it; empty if none did.
	Signal string `json:"signal"`
	// TimedOut: it was still running when its time was up, and was ended with
	// its process group.
	TimedOut bool `json:"timed_out"`
	// Output is what it wrote, both streams, its beginning and its end.
	Output string `json:"output"`
	// Error is why it could not be run; empty if it was.
	Error string `json:"error"`
}
