// Package maillog reads the logs of mailers as those who wrote them do. A line
// goes through steps, each of which is pure:
//
//   - frame*.go take off what loggers put around a line: syslog, journald, JSON,
//     logfmt, containers. What is left is an entry.
//   - A dialect knows how one program writes: dialect_*.go, with a row each in
//     read.go and programs.go; generic.go is for what any application may log. It
//     makes an Event of the entry, with a side, a stage and an outcome.
//   - vocabulary*.go is the table of reasons: a row for each, with every
//     library's spelling of it and where that stands; kinds.go says what a reason
//     amounts to. A dialect asks it for what it does not know itself.
//   - log.go and part.go join events into stories, whose ends decide what their
//     lines amount to, and make failures of them.
//
// Which scenarios show a reason is no business of this package: see package
// symptoms.
package maillog
