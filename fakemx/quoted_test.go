package fakemx_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/scenarios"
)

// A mailbox is kept as the client sent it, wherever it goes.
func TestQuotedMailbox(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ from, to, sender, recipient string }{
		"an at sign":       {`<"a@b"@x.test>`, `<"c@d"@y.test>`, `"a@b"@x.test`, `"c@d"@y.test`},
		"an escape":        {`<"a\"b\\"@x.test> SIZE=1`, `<"c\>d"@y.test>`, `"a\"b\\"@x.test`, `"c\>d"@y.test`},
		"without need":     {`<"john"@x.test>`, `<"john"@y.test>`, `"john"@x.test`, `"john"@y.test`},
		"a source route":   {`<@r.test:"a b"@x.test>`, `<@r.test:"c:d"@y.test>`, `"a b"@x.test`, `"c:d"@y.test`},
		"no quotes":        {`<a@x.test>`, `<c@y.test>`, `a@x.test`, `c@y.test`},
		"a quote far away": {`<>`, `<c@y.test> ORCPT=rfc822;"d"@z.test`, ``, `c@y.test`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := play(t, func(p *scenarios.Peer) { p.SMTP.Extensions = append(p.SMTP.Extensions, "DSN") })
			c := dial(t, s)
			c.ehlo()
			c.say("MAIL FROM:"+tt.from, 250)
			c.say("RCPT TO:"+tt.to, 250)
			c.say("DATA", 354)
			c.say("x\r\n.", 250)
			c.quit()
			sent, kept := only(t, s).Transactions[0], s.Messages()[0]
			if sent.From != tt.sender || !slices.Equal(sent.To, []string{tt.recipient}) {
				t.Errorf("the record has %s and %s, want %s and %s", sent.From, sent.To, tt.sender, tt.recipient)
			}
			if kept.From != tt.sender || !slices.Equal(kept.To, []string{tt.recipient}) {
				t.Errorf("the envelope has %s and %s, want %s and %s", kept.From, kept.To, tt.sender, tt.recipient)
			}
			if !strings.Contains(string(kept.Data), "for <"+tt.recipient+">") {
				t.Errorf("want for <%s> in %s", tt.recipient, kept.Data)
			}
		})
	}
}

// What is quoted once is not quoted for the next.
func TestQuotedMailboxOfSeveral(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	maildir, err := store.NewMaildir(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := play(t, nil, func(c *fakemx.Config) { c.Store = maildir })
	c := dial(t, s)
	c.ehlo()
	for _, path := range []string{`"c d"@y.test`, `c@y.test`} {
		c.say(`MAIL FROM:<"a@b"@x.test>`, 250)
		c.say("RCPT TO:<"+path+">", 250)
		c.send("BDAT 1 LAST\r\nx")
		c.want(250)
	}
	c.quit()
	var text strings.Builder
	files, err := filepath.Glob(filepath.Join(dir, "new", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(data)
	}
	if stored := text.String(); !strings.Contains(stored, `for <"c d"@y.test>`) || !strings.Contains(stored, "for <c@y.test>") {
		t.Errorf("in the Maildir is %s", stored)
	}
	if to := only(t, s).Transactions[1].To; !slices.Equal(to, []string{"c@y.test"}) {
		t.Errorf("the second recipient is %s", to)
	}
}
