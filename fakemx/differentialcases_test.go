package fakemx

import "strings"

const comparedEnvelope = "MAIL FROM:<a@example.test>\r\nRCPT TO:<b@example.test>\r\n"

// comparedStreams are whole sessions that a careless server reads otherwise.
var comparedStreams = map[string]string{
	"plain":                          inData("Subject: x\r\n\r\nhello\r\n.\r\n"),
	"HELO":                           "HELO a\r\n" + comparedEnvelope + "DATA\r\n.\r\nQUIT\r\n",
	"stuffed dots":                   inData("..\r\n..a\r\n...\r\n.b\r\n.\r\n"),
	"bare LF":                        inData("a\nb\n.\nc\r\n.\r\n"),
	"bare CR":                        inData("a\rb\r.\rc\r\n.\r\n"),
	"smuggled behind LF dot CRLF":    inData("a\n.\r\nMAIL FROM:<x@example.test>\r\nRCPT TO:<y@example.test>\r\nDATA\r\nz\r\n.\r\n"),
	"smuggled behind LF dot LF":      inData("a\n.\nMAIL FROM:<x@example.test>\nRCPT TO:<y@example.test>\nDATA\nz\n.\n\r\n.\r\n"),
	"smuggled behind CRLF dot LF":    inData("a\r\n.\nMAIL FROM:<x@example.test>\r\nRCPT TO:<y@example.test>\r\nDATA\r\nz\r\n.\r\n"),
	"smuggled behind CR dot CR":      inData("a\r.\rMAIL FROM:<x@example.test>\rRCPT TO:<y@example.test>\rDATA\rz\r\n.\r\n"),
	"smuggled behind a NUL":          inData("a\r\n\x00.\r\nMAIL FROM:<x@example.test>\r\n.\x00\r\n.\r\n"),
	"NULs and 8-bit":                 inData("\x00\x01\xff\xfe\r\n\x00.\r\n.\r\n"),
	"NULs in commands":               "EHLO \x00\r\nNO\x00OP\r\nMAIL FROM:<a\x00@b>\r\nMAIL FROM:<a@b>\r\nRCPT TO:<\x00>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n.\r\n",
	"bare LF behind commands":        "EHLO a\nMAIL FROM:<a@b>\nRCPT TO:<c@d>\nDATA\nx\r\n.\r\nQUIT\n",
	"two messages, pipelined":        inData("x\r\n.\r\n"+comparedEnvelope+"DATA\r\ny\r\n.\r\n") + "MAIL FROM:<late@example.test>\r\n",
	"chunks":                         inChunks("BDAT 3\r\na\n.BDAT 0\r\nBDAT 4 LAST\r\n\r\n.\r"),
	"chunks that look like commands": inChunks("BDAT 6\r\nRSET\r\nBDAT 14 LAST\r\nBDAT 0 LAST\r\nQ"),
	"a chunk that breaks off":        inChunks("BDAT 100 LAST\r\nx"),
	"RSET between chunks":            inChunks("BDAT 1\r\nxRSET\r\n" + comparedEnvelope + "DATA\r\ny\r\n.\r\n"),
	"EHLO between chunks":            inChunks("BDAT 0\r\nEHLO b\r\n" + comparedEnvelope + "DATA\r\ny\r\n.\r\n"),
	"EHLO that is refused":           inChunks("BDAT 1\r\nxEHLO\r\nMAIL FROM:<c@d>\r\nBDAT 1 LAST\r\ny"),
	"DATA between chunks":            inChunks("BDAT 1\r\nxDATA\r\nBDAT 1 LAST\r\ny"),
	"a chunk too large":              inChunks("BDAT 65537 LAST\r\n" + strings.Repeat("RSET\r\n", 100)),
	"chunks too large together":      inChunks("BDAT 65000\r\n" + strings.Repeat("x", 60_000)),
	"a chunk without a recipient":    "EHLO a\r\nMAIL FROM:<a@b>\r\nBDAT 6\r\nQUIT\r\nRCPT TO:<c@d>\r\nBDAT 1 LAST\r\nx",
	"malformed chunks":               inChunks("BDAT -1\r\nBDAT x LAST\r\nBDAT 1 2 3\r\nBDAT 1  LAST\r\nx"),
	"a nested MAIL":                  "EHLO a\r\n" + comparedEnvelope + comparedEnvelope + "DATA\r\nx\r\n.\r\n",
	"a nested MAIL of no use":        "EHLO a\r\n" + comparedEnvelope + "MAIL FROM:<c@d> XYZZY\r\nMAIL FROM:<c@d> SIZE=99999999\r\nDATA\r\nx\r\n.\r\n",
	"DATA with an argument":          "EHLO a\r\n" + comparedEnvelope + "DATA now\r\nDATA\r\nx\r\n.\r\n",
	"DATA too early":                 "EHLO a\r\nDATA\r\nMAIL FROM:<a@b>\r\nDATA\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n.\r\n",
	"too many recipients":            "EHLO a\r\n" + comparedEnvelope + strings.Repeat("RCPT TO:<c@example.test>\r\n", 4) + "DATA\r\nx\r\n.\r\n",
	"a transaction that is reset":    "EHLO a\r\n" + comparedEnvelope + "RSET\r\nDATA\r\n" + comparedEnvelope + "EHLO b\r\nDATA\r\n" + comparedEnvelope + "DATA\r\nx\r\n.\r\n",
	"parameters":                     "EHLO a\r\nMAIL FROM:<> SIZE=9 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=x\r\nRCPT TO:<c@d> NOTIFY=NEVER\r\nDATA\r\nx\r\n.\r\n",
	"text that breaks off":           inData("x\r\n.\r"),
	"mail behind QUIT":               "EHLO a\r\nQUIT\r\n" + comparedEnvelope + "DATA\r\nx\r\n.\r\n",
	"odd paths":                      "EHLO a\r\nMAIL FROM:<@x,@y:a@b>\r\nRCPT TO:<\"a b\"@[127.0.0.1]>\r\nRCPT TO:<Postmaster>\r\nRCPT TO:<ü@d>\r\nDATA\r\nx\r\n.\r\n",
}

func inData(text string) string { return "EHLO a\r\n" + comparedEnvelope + "DATA\r\n" + text }

func inChunks(chunks string) string { return "EHLO a\r\n" + comparedEnvelope + chunks }
