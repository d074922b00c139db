package front

import "testing"

func TestQuotedMailbox(t *testing.T) {
	for arg, want := range map[string]string{
		`FROM:<a@x.test>`:                       ``,
		`FROM:<>`:                               ``,
		`FROM:<"a@b"@x.test>`:                   `"a@b"@x.test`,
		`FROM:<"a b"@x.test> SIZE=1`:            `"a b"@x.test`,
		`FROM: <"a>b"@x.test> BODY=8BITMIME`:    `"a>b"@x.test`,
		`FROM:<"a\"b\\"@x.test>`:                `"a\"b\\"@x.test`,
		`FROM:<"john"@x.test>`:                  `"john"@x.test`,
		`TO:<@r.test,@s.test:"a:b"@x.test>`:     `"a:b"@x.test`,
		`TO:"a b"@x.test NOTIFY=NEVER`:          `"a b"@x.test`,
		`TO:<""@x.test>`:                        `""@x.test`,
		`TO:<"a@x.test>`:                        ``,
		`TO:<"a\`:                               ``,
		`TO:<"a"b@x.test>`:                      ``,
		`TO:<"a"`:                               ``,
		`TO:<a@x.test> ORCPT=rfc822;"b"@y.test`: ``,
		`TO`:                                    ``,
		``:                                      ``,
	} {
		if got := (command{arg: arg}).quotedMailbox(); got != want {
			t.Errorf("%s has %s, want %s", arg, got, want)
		}
	}
}
