package maillog

import "testing"

// The formats are those of usr.sbin/smtpd of OpenSMTPD 5.4 to 7.8.
var openSMTPDLines = []lineTest{
	{"smtp-out: Server certificate verification failed on session 4a6f3c1d2e5b7a90", "fault client verify not-verified"},
	{"smtp-out: Started TLS on session 4a6f3c1d2e5b7a90: version=TLSv1.2, cipher=ECDHE-RSA-AES256-GCM-SHA384, bits=256", "other client handshake tls-established"},
	{"smtp-out: Error on session 4a6f3c1d2e5b7a90: IO Error: Connection reset by peer", "fault client data connection-reset"},
	{"relay: TempFail for 1c2b3a4d5e6f7a8b: session=4a6f3c1d2e5b7a90, from=<b@example.test>, to=<a@example.test>, rcpt=<->, source=192.0.2.1, relay=192.0.2.9 (mx.example.test), delay=1s, stat=451 4.7.1 Greylisted", "other client rcpt greylisted"},
	{"delivery: Ok for 1c2b3a4d5e6f7a8b: from=<b@example.test>, to=<a@example.test>, user=a, method=maildir, delay=0s, stat=Delivered", "other - data delivered"},
	{`4a6f3c1d2e5b7a90 mta event=error reason="IO Error: handshake failed: error:14094410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure"`, "fault client handshake alert-handshake-failure"},
	{"4a6f3c1d2e5b7a90 mta error reason=IO Error: handshake failed: error:030000EA:digital envelope routines::provider signature failure", "fault client handshake handshake-signature"},
	{"4a6f3c1d2e5b7a90 mta error reason=BANNER rejected: 554 5.7.1 mx.example.test ESMTP not accepting messages: your address has a poor reputation", "other client greeting blocked"},
	{"4a6f3c1d2e5b7a90 mta error reason=BANNER rejected: 421 4.3.2 mx.example.test try again later", "fault client greeting greeting-busy"},
	{`4a6f3c1d2e5b7a90 mta cert-check result="unverified" fingerprint="SHA256:1f0c"`, "fault client verify not-verified"},
	{`4a6f3c1d2e5b7a90 mta delivery evpid=1c2b3a4d5e6f7a8b from=<b@example.test> to=<a@example.test> rcpt=<-> source="-" relay="example.test" delay=2s result="TempFail" stat="Network error on destination MXs"`, "other client connect smtp-rejected"},
	{"4a6f3c1d2e5b7a90 smtp disconnected reason=\"io-error: Connection reset by peer\"", "harmless server data connection-reset"},
	{`4a6f3c1d2e5b7a90 smtp failed-command command="MAIL FROM:<a@example.test>" result="530 5.5.1 Invalid command: Must issue a STARTTLS command first"`, "other server mail tls-demanded"},
	{"4a6f3c1d2e5b7a90 smtp event=closed address=192.0.2.1 host=client.example.test reason=quit", "other server quit chatter"},
	{"smtp-in: Failed command on session 4a6f3c1d2e5b7a90: \"RCPT TO:<a@example.test>\" => 550 Invalid recipient", "other server rcpt user-unknown"},
	{"smtp-in: Disconnecting session 4a6f3c1d2e5b7a90: IO error: error:14094418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca", "fault own handshake own-certificate-refused"},
	{"smtp-in: No PKI entry for requested SNI \"mx.example.test\" on session 4a6f3c1d2e5b7a90", "fault own connect own-configuration"},
}

func TestOpenSMTPDLines(t *testing.T) {
	t.Parallel()
	for _, l := range openSMTPDLines {
		l.run(t, "Nov 12 10:00:00 mail smtpd[71]: ")
	}
}

func TestOpenSMTPDTellsHowAMessageWent(t *testing.T) {
	t.Parallel()
	const id = "4a6f3c1d2e5b7a90 mta "
	const connected = id + "connecting address=smtp://192.0.2.9:25 host=mx.example.test\n" + id + "connected\n"
	const tls = id + "tls ciphers=TLSv1.3:TLS_AES_128_GCM_SHA256:128\n" + id + `cert-check result="unverified" fingerprint="SHA256:1f0c"` + "\n"
	const sent = id + `delivery evpid=1c2b3a4d5e6f7a8b from=<b@example.test> to=<a@example.test> rcpt=<-> source="192.0.2.1" relay="192.0.2.9 (mx.example.test)" delay=0s result="Ok" stat="250 2.0.0 OK"` + "\n"
	const fallback = "smtp-out: Error on session 4a6f3c1d2e5b7a90: opportunistic TLS failed, downgrading to plain\n"
	for name, test := range map[string]struct{ log, want string }{
		"in TLS":     {connected + tls + sent + sent, "sent tls mx.example.test, sent tls mx.example.test"},
		"in clear":   {connected + sent, "sent clear mx.example.test"},
		"fallback":   {connected + fallback + connected + sent, "sent clear mx.example.test"},
		"to mailbox": {"4a6f3c1d2e5b7a90 mda delivery evpid=1c2b3a4d5e6f7a8b from=<b@example.test> to=<a@example.test> rcpt=<-> user=a delay=0s result=Ok stat=Delivered", ""},
	} {
		if got := deliveries(test.log); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// That nobody asked whether a certificate is good is no failure of a session
// that goes on.
func TestOpenSMTPDUnverifiedIsNoFailureWhereNobodyAsked(t *testing.T) {
	t.Parallel()
	const check = `4a6f3c1d2e5b7a90 mta cert-check result="unverified" fingerprint="SHA256:1f0c"`
	for end, want := range map[string]Class{
		"4a6f3c1d2e5b7a90 mta disconnected reason=quit messages=0":         Harmless,
		"4a6f3c1d2e5b7a90 mta error reason=Connection closed unexpectedly": Fault,
	} {
		var first Event
		log := NewLog(func(ev Event) {
			if ev.At == 1 {
				first = ev
			}
		}, nil)
		log.Add(1, check)
		log.Add(2, end)
		log.Flush()
		if first.Class != want {
			t.Errorf("before %q it is %s, want %s", end, first.Class, want)
		}
	}
}
