package audit

import "regexp"

// dumpLine matches a line of a dump in hexadecimal: an offset, up to 16 octets,
// and what they are in ASCII.
var dumpLine = regexp.MustCompile(`(?m)^[ \t<>|]*[0-9A-Fa-f]{4,8}(?::| -|) +((?:[0-9A-Fa-f]{2}[ -]{0,2}){1,16})[^\n]*\n?`)

// inDumps returns where passwords are in dumps in hexadecimal: all of the lines
// that hold one, since the octets are there twice.
func (c concealer) inDumps(text []byte) []span {
	if len(c.passwords) == 0 {
		return nil
	}
	var found []span
	var d dump
	for _, at := range dumpLine.FindAllSubmatchIndex(text, -1) {
		if at[0] != d.end {
			found = append(found, c.inDump(d)...)
			d = dump{}
		}
		d.add(text, at)
	}
	return append(found, c.inDump(d)...)
}

// A dump is the octets of lines that follow upon each other, and for each octet
// what of its line is to be hidden.
type dump struct {
	octets []byte
	at     []span
	end    int // of its last line, the line break included
}

// add takes a match of dumpLine.
func (d *dump) add(text []byte, at []int) {
	line := span{at[2], at[1]}
	if line.to > line.from && text[line.to-1] == '\n' {
		line.to--
	}
	for n := at[2]; n+1 < at[3]; n++ {
		if octet := hexPair(text[n:at[3]]); octet >= 0 {
			d.octets, d.at = append(d.octets, byte(octet)), append(d.at, line) //nolint:gosec // two hexadecimal digits
			n++
		}
	}
	d.end = at[1]
}

func (c concealer) inDump(d dump) []span {
	var found []span
	for _, s := range c.direct(d.octets) {
		found = append(found, span{d.at[s.from].from, d.at[s.to-1].to})
	}
	return found
}
