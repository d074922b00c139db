package front

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/fakemx/fakemx/scenarios"
)

// Limits on lines, in octets with the line end. RFC 5321 section 4.5.3.1.4
// asks for 512 and extensions add to it; RFC 4954 section 4 asks for 12288.
const (
	commandLimit = 4096
	authLimit    = 12288 + 2
	garbageLimit = 1 << 20 // of a line without end, before we hang up
	maxStumbles  = 10
)

// known are the commands that are go-smtp's to answer, and where they can be
// struck by a fault.
var known = map[string]scenarios.Point{
	"EHLO": scenarios.AtEHLO, "HELO": scenarios.AtHELO,
	"MAIL": scenarios.AtMAIL, "RCPT": scenarios.AtRCPT,
	"DATA": scenarios.AtDATA, "BDAT": scenarios.AtDATA,
	"AUTH": scenarios.AtAUTH, "QUIT": scenarios.AtQUIT,
	"STARTTLS": scenarios.AtSTARTTLS,
	"RSET":     "", "NOOP": "", "VRFY": "", "EXPN": "", "HELP": "",
}

// A command is one line of the client.
type command struct {
	line []byte // as it came
	verb string // in upper case
	arg  string
	at   scenarios.Point
}

func parse(line []byte) command {
	text := strings.TrimRight(string(line), "\r\n")
	verb, arg, _ := strings.Cut(text, " ")
	verb = strings.ToUpper(verb)
	at, ok := known[verb]
	if !ok {
		verb = ""
	}
	return command{line: line, verb: verb, arg: strings.TrimSpace(arg), at: at}
}

// readCommand reads commands until there is one for go-smtp.
func (c *Conn) readCommand() error {
	line, err := c.readLine(commandLimit)
	if errors.Is(err, errLineTooLong) && bytes.EqualFold(c.in.bytes()[:4], []byte("AUTH")) {
		line, err = c.readLine(authLimit)
	}
	switch {
	case errors.Is(err, errLineTooLong):
		return c.refuseLine()
	case errors.Is(err, errTLSRecord):
		c.refuseTLS()
		return nil
	case err != nil:
		return err
	}
	cmd := parse(line)
	c.see(cmd)
	return c.obey(cmd)
}

// readLine waits for a whole line.
func (c *Conn) readLine(limit int) ([]byte, error) {
	if line, err := c.in.line(limit); line != nil || err != nil {
		return line, err
	}
	c.deadline()
	for {
		if err := c.fill(); err != nil {
			return nil, err
		}
		if c.tls == nil && beginsTLS(c.in.bytes()) {
			return nil, errTLSRecord
		}
		if line, err := c.in.line(limit); line != nil || err != nil {
			return line, err
		}
	}
}

var errTLSRecord = errors.New("a TLS record in clear text")

// beginsTLS reports whether b starts with the record of a ClientHello (RFC 8446
// section 5.1), which no command does.
func beginsTLS(b []byte) bool {
	return len(b) >= 3 && b[0] == 22 && b[1] == 3 && b[2] <= 4
}

// refuseTLS answers a client that begins TLS where SMTP is spoken. There is no
// way back for it; what else it sends is nobody's command.
func (c *Conn) refuseTLS() {
	c.s.see.Text(Client, "[a TLS record]")
	c.say("500 5.5.2 TLS has not begun here")
	c.end(scenarios.DoStall)
}

// refuseLine says that a line is too long.
func (c *Conn) refuseLine() error {
	c.s.see.Text(Client, "[a line that is too long]")
	whole, err := c.skipLine()
	if whole {
		c.say("500 5.5.2 Line too long")
		c.stumble()
	}
	return err
}

// skipLine passes over a line that is too long. If it seems to have no end, the
// session has one: then it is not whole.
func (c *Conn) skipLine() (whole bool, err error) {
	c.deadline()
	for skipped := 0; skipped <= garbageLimit; {
		p := c.in.bytes()
		if i := bytes.IndexByte(p, '\n'); i >= 0 {
			c.in.skip(i + 1)
			return true, nil
		}
		skipped += len(p)
		c.in.skip(len(p))
		if err := c.fill(); err != nil {
			return false, err
		}
	}
	c.say("421 4.7.0 Line without end, closing connection")
	c.bye(Us)
	return false, nil
}

// see keeps a command in the transcript, without secrets. Behind an AUTH that
// was refused a client may go on with its secret, in a line that looks like an
// unknown command; and what is meant for an AUTH may be too malformed to be one.
func (c *Conn) see(cmd command) {
	switch {
	case cmd.verb == "" && (c.exchanged || cmd.resemblesAuth()):
		c.exchanged = true
		c.s.see.Text(Client, fmt.Sprintf("[%d octets that are no command, withheld for fear of a secret]", len(cmd.line)))
	case cmd.verb == "AUTH":
		c.exchanged = true
		text := "AUTH " + cmd.mechanism()
		if cmd.initialResponse() {
			text += " [initial response withheld]"
		}
		c.s.see.Text(Client, strings.TrimSpace(text))
	default:
		c.s.see.Text(Client, strings.TrimRight(string(cmd.line), "\r\n"))
	}
}

func (cmd command) resemblesAuth() bool {
	const auth = "AUTH"
	text := bytes.TrimLeftFunc(cmd.line, func(r rune) bool { return r < 'A' })
	return len(text) >= len(auth) && strings.EqualFold(string(text[:len(auth)]), auth)
}

// mechanism is the name behind AUTH, in upper case. What is no mechanism that
// anybody has heard of may be a secret in the wrong place.
func (cmd command) mechanism() string {
	name, _, _ := strings.Cut(cmd.arg, " ")
	name = strings.ToUpper(name)
	if name == "" || registered[name] {
		return name
	}
	return "[unknown mechanism withheld]"
}

func (cmd command) initialResponse() bool {
	_, response, _ := strings.Cut(cmd.arg, " ")
	response = strings.TrimSpace(response)
	return response != "" && response != "="
}

// obey answers a command or hands it to go-smtp.
func (c *Conn) obey(cmd command) error {
	switch {
	case cmd.verb == "":
		c.say("500 5.5.2 Command unrecognized")
		c.stumble()
		return nil
	case c.state.closed554 && cmd.verb != "QUIT":
		c.say("503 5.5.1 Bad sequence of commands, only QUIT is taken")
		return nil
	case c.wantsTLSFirst(cmd):
		c.say("530 5.7.0 Must issue a STARTTLS command first")
		return nil
	case cmd.verb == "AUTH" && !c.authTaken(cmd):
		return nil
	case cmd.at != "" && !c.amidChunks(cmd) && c.strike(cmd.at):
		return c.refused(cmd)
	}
	switch cmd.verb {
	case "STARTTLS":
		return c.startTLS(cmd)
	case "EHLO", "HELO":
		return c.hello(cmd)
	case "DATA":
		if c.takesData(cmd) {
			return nil
		}
	case "BDAT":
		return c.startChunk(cmd)
	case "QUIT":
		c.s.see.Ended(Client)
	case "RSET":
		c.afterMessage(func() { c.hand(cmd.line) })
		return nil
	}
	c.hand(cmd.line)
	return nil
}

// wantsTLSFirst: RFC 3207 section 4 lets a server insist on TLS before all but
// these commands.
func (c *Conn) wantsTLSFirst(cmd command) bool {
	if c.tls != nil || !c.f.o.Peer.SMTP.RequireTLS {
		return false
	}
	switch cmd.verb {
	case "NOOP", "EHLO", "HELO", "STARTTLS", "QUIT", "RSET":
		return false
	}
	return true
}

// amidChunks: a further BDAT of a message is no new point of the session.
func (c *Conn) amidChunks(cmd command) bool { return cmd.verb == "BDAT" && c.state.chunking }

// refused deals with what follows a command that a fault answered: the chunk
// of a BDAT comes whatever the answer.
func (c *Conn) refused(cmd command) error {
	c.awaited = awaited{}
	if cmd.verb == "BDAT" && !c.over {
		c.skipChunk(cmd)
	}
	return nil
}

// hand gives octets to go-smtp and expects an ordinary reply.
func (c *Conn) hand(line []byte) { c.inward[0] = line }

// stumble counts what was no command; a client that sends nothing else is
// sent away.
func (c *Conn) stumble() {
	c.stumbles++
	if c.stumbles >= maxStumbles && !c.over {
		c.say("421 4.7.0 Too many errors, closing connection")
		c.bye(Us)
	}
}

// bye ends the session after what has been said.
func (c *Conn) bye(by Party) {
	c.flush()
	c.s.see.Ended(by)
	if half, ok := c.wire.(interface{ CloseWrite() error }); ok && c.tls != nil {
		_ = half.CloseWrite() // close_notify
	}
	c.hangUp()
}

func (c *Conn) hello(cmd command) error {
	esmtp := cmd.verb == "EHLO"
	if esmtp && !c.f.o.Peer.SMTP.ESMTP {
		c.say("502 5.5.1 EHLO is not implemented")
		return nil
	}
	kind := awaitHELO
	if esmtp {
		kind = awaitEHLO
	}
	name, _, _ := strings.Cut(cmd.arg, " ")
	c.afterMessage(func() {
		c.awaited = awaited{kind: kind, name: name}
		c.hand(cmd.line)
	})
	return nil
}

// afterMessage does what ends a message that stands between two of its chunks,
// after that message.
func (c *Conn) afterMessage(do func()) {
	if !c.state.chunking {
		do()
		return
	}
	c.state.chunking = false
	c.abandon(do)
}

// abandon lets go-smtp end a message that is not to be stored, and then goes
// on. go-smtp's own way to break a message off does not wait for whoever stores
// it, whose late result would be taken for that of the next message.
func (c *Conn) abandon(then func()) {
	c.abandoned.Store(true)
	c.awaited = awaited{kind: awaitAbandoned, then: then}
	c.hand([]byte("BDAT 0 LAST\r\n"))
}

const tooLarge = "552 5.3.4 Max message size exceeded\r\n"

// outgrows reports whether a message that go-smtp has begun would get too large
// with size more octets. One that begins too large go-smtp refuses by itself.
func (c *Conn) outgrows(size int64) bool {
	return c.carried > 0 && c.carried+size > c.f.o.MaxMessageBytes
}

// startChunk lets a BDAT through with the octets behind it (RFC 3030).
func (c *Conn) startChunk(cmd command) error {
	if !c.offers("CHUNKING") {
		c.say("502 5.5.1 BDAT is not implemented")
		c.skipChunk(cmd)
		return nil
	}
	size, last, ok := chunkSize(cmd.arg)
	if !c.state.chunking {
		c.struck, c.carried = 0, 0
	}
	if c.state.chunking && c.outgrows(size) {
		c.afterMessage(func() {
			c.sayRaw([]byte(tooLarge))
			c.skipChunk(cmd)
		})
		return nil
	}
	if ok {
		c.carried += size
		c.chunk = size
		c.mode = modeChunk
		c.in.enlarge()
		c.awaited = awaited{kind: awaitChunk, last: last}
		c.s.see.Text(Client, fmt.Sprintf("[chunk of %d octets]", size))
	}
	c.hand(bytes.Clone(cmd.line))
	return nil
}

func chunkSize(arg string) (size int64, last, ok bool) {
	fields := strings.Fields(arg)
	if len(fields) == 0 || len(fields) > 2 {
		return 0, false, false
	}
	last = len(fields) == 2
	if last && !strings.EqualFold(fields[1], "LAST") {
		return 0, false, false
	}
	// go-smtp reads a size of 32 bits and no chunk behind one it cannot read.
	n, err := strconv.ParseUint(fields[0], 10, 32)
	return int64(n), last, err == nil //nolint:gosec // 32 bits fit
}

// skipChunk passes over the chunk of a BDAT that has been answered: it comes
// whatever the answer.
func (c *Conn) skipChunk(cmd command) {
	c.chunk, _, _ = chunkSize(cmd.arg)
	c.mode = modeSkip
}

// readChunk hands on what there is of a chunk.
func (c *Conn) readChunk() error {
	piece, err := c.nextOfChunk()
	if err != nil || len(piece) == 0 {
		return err
	}
	if c.struckInMessage(len(piece)) {
		return errGone
	}
	c.inward[0] = piece
	return nil
}

func (c *Conn) readSkipped() error {
	_, err := c.nextOfChunk()
	return err
}

// nextOfChunk takes what there is of a chunk. It is empty at the chunk's end,
// behind which stands a command.
func (c *Conn) nextOfChunk() ([]byte, error) {
	if c.chunk == 0 {
		c.mode = modeCommand
		c.in.shrink()
		return nil, nil
	}
	if c.in.len() == 0 {
		c.deadline()
		if err := c.fill(); err != nil {
			return nil, err
		}
	}
	piece := c.in.bytes()[:min(c.chunk, int64(c.in.len()))]
	c.in.skip(len(piece))
	c.chunk -= int64(len(piece))
	return piece, nil
}

// takesData starts to carry the text of DATA inward as chunks, which go-smtp
// reads in spans where it reads DATA octet by octet. When go-smtp would refuse
// DATA it is left to do so.
func (c *Conn) takesData(cmd command) bool {
	if cmd.arg != "" || c.state.recipients == 0 || c.state.binary || c.state.chunking {
		return false
	}
	c.say("354 Go ahead. End your data with <CR><LF>.<CR><LF>")
	c.mode, c.data, c.refusal = modeData, unstuffer{}, nil
	c.struck, c.carried = 0, 0
	c.in.enlarge()
	return true
}

// readData carries the next span of the message.
func (c *Conn) readData() error {
	for {
		message, used := c.data.next(c.in.bytes())
		c.in.skip(used)
		switch {
		case c.data.done:
			return c.endData(message)
		case c.refusal == nil && len(message) > 0:
			if c.struckInMessage(len(message)) {
				return errGone
			}
			c.handChunk(message, false)
			return nil
		}
		c.deadline()
		if err := c.fill(); err != nil {
			return err
		}
	}
}

func (c *Conn) endData(message []byte) error {
	c.mode = modeCommand
	c.s.see.Text(Client, "[message]")
	if c.refusal != nil {
		c.in.shrink()
		c.sayRaw(c.refusal)
		return nil
	}
	if c.struckInMessage(len(message)) {
		return errGone
	}
	c.handChunk(message, true)
	return nil
}

// handChunk gives go-smtp a span of the message as a chunk.
func (c *Conn) handChunk(message []byte, last bool) {
	if c.outgrows(int64(len(message))) {
		c.abandon(func() { c.endSpan(awaited{last: last}, false, []byte(tooLarge)) })
		return
	}
	c.carried += int64(len(message))
	end := "\r\n"
	if last {
		end = " LAST\r\n"
	}
	c.inward[0] = []byte("BDAT " + strconv.Itoa(len(message)) + end)
	c.inward[1] = message
	c.awaited = awaited{kind: awaitSpan, last: last}
}

// struckInMessage plays a fault in the midst of a message, once its first
// octets have come.
func (c *Conn) struckInMessage(n int) bool {
	first := c.struck == 0
	c.struck += n
	return n > 0 && first && c.strike(scenarios.AtMessage)
}
