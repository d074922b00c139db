package audit

import (
	"regexp"
	"slices"

	"github.com/fakemx/fakemx/fakemx"
)

// plainLine matches a line of a reply that says success or refuses (RFC 5321
// section 4.2).
var plainLine = regexp.MustCompile(`^[245][0-5][0-9](?:[ -]|$)`)

// fullTranscript is how many lines a transcript has that may lack the last ones.
const fullTranscript = 1000

// verb matches the verb of a command.
var verb = regexp.MustCompile(`^[A-Za-z]{4,}\b`)

// oddReply is the last reply before a client ended the session, if that reply was
// neither a success nor a refusal: one that asks for more, or is malformed. It
// is nil if there was none, or the client did not end the session. Of several
// lines it has the first that is odd.
func oddReply(s fakemx.Session) *fakemx.Reply {
	if s.End.By != fakemx.FromClient || len(s.Transcript) >= fullTranscript {
		return nil
	}
	said := slices.DeleteFunc(slices.Clone(s.Transcript), func(l fakemx.Line) bool { return l.From == fakemx.FromEvent })
	// QUIT is how it ended, not what came of the reply.
	if s.End.How == fakemx.EndQuit {
		said = said[:max(lastBefore(said, len(said), fakemx.FromClient), 0)]
	}
	end := len(said)
	begin := lastBefore(said, end, fakemx.FromClient) + 1
	odd := slices.IndexFunc(said[begin:end], func(l fakemx.Line) bool { return !plainLine.MatchString(l.Text) })
	if odd < 0 {
		return nil
	}
	reply := fakemx.Reply{Text: brief(said[begin+odd].Text)}
	if begin > 0 {
		reply.To = verb.FindString(said[begin-1].Text)
	}
	return &reply
}

// lastBefore is the index of the last line of a party before another; -1 if
// there is none.
func lastBefore(lines []fakemx.Line, end int, from fakemx.Party) int {
	for n := end - 1; n >= 0; n-- {
		if lines[n].From == from {
			return n
		}
	}
	return -1
}
