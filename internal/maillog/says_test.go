package maillog

import "testing"

// The words on which a reason rests are those of the line, so that they can be
// looked for in it.
func TestReasonsRestOnWordsOfTheLine(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"@400000006733a1b2c0ffee0e delivery 31: success: 192.0.2.25_accepted_message./Remote_host_said:_250_2.0.0_Ok/":                                                           "accepted_message",
		"Jul 13 21:20:27 mx maddy[2617]: submission: handler error: EOF":                                                                                                         "EOF",
		"TLS session: (certificate verification failed)":                                                                                                                         "(certificate verification failed)",
		"2024-11-12 12:00:07 1tAbCd-000000001AB-001H H=mx.example.test [192.0.2.9]: Remote host closed connection in response to initial connection":                             "closed connection",
		"Nov 12 09:00:07 mail postfix/smtp[101]: warning: tls_text_name: mx.example.test[192.0.2.25]:25: NULL character in peer subject CN":                                      "NULL character in peer",
		"2017-10-07T04:42:56.804Z,Outbound to Office 365,08D50D3D9730A8D2,16,192.0.2.7:16547,192.0.2.234:25,*,\"CN=*.example.test, OU=Wildcard, O=Example\",Certificate subject": "",
	} {
		if got := Read(1, line).Says; got != want {
			t.Errorf("rests on %q, want %q: %s", got, want, line)
		}
	}
}
