// Package maillog reads the logs of mailers as those who wrote them do: a line
// is a frame around what one program says, in its dialect, of one event; the
// event has a side, a stage and a reason, whose names are the same for all.
package maillog
