package maillog

import "testing"

// The frames of loggers around one and the same text. The forms are those of
// RFC 3164, RFC 5424, systemd's journalctl(1), Docker, the Kubernetes log
// format, Exim's log files and the documentation of each logger.
func TestFramesAreTakenOff(t *testing.T) {
	t.Parallel()
	const said = "certificate verification failed for mx.example.test: self-signed certificate"
	for name, c := range map[string]struct{ line, program, pid, text string }{
		"no frame":                 {said, "", "", said},
		"RFC 3164":                 {"Jan  2 19:58:51 mx postfix/smtp[63116]: " + said, "postfix/smtp", "63116", said},
		"RFC 3164 with priority":   {"<22>Jan  2 19:58:51 mx postfix/smtp[63116]: " + said, "postfix/smtp", "63116", said},
		"RFC 3164 without a host":  {"Jan  2 19:58:51 postfix/smtp[63116]: " + said, "postfix/smtp", "63116", said},
		"RFC 3164 without a pid":   {"Jan  2 19:58:51 mx msmtp: " + said, "msmtp", "", said},
		"with a year":              {"Jan 2 2024 19:58:51 mx postfix/smtp[63116]: " + said, "postfix/smtp", "63116", said},
		"Solaris":                  {"Jan  2 19:58:51 mx sm-mta[63116]: [ID 702911 mail.notice] " + said, "sm-mta", "63116", said},
		"RFC 5424":                 {"<22>1 2024-01-02T19:58:51.003Z mx postfix/smtp 63116 - - " + said, "postfix/smtp", "63116", said},
		"RFC 5424 with data":       {`<22>1 2024-01-02T19:58:51.003Z mx postfix/smtp 63116 - [meta sequenceId="1"] ` + said, "postfix/smtp", "63116", said},
		"RFC 5424 with two":        {`<22>1 2024-01-02T19:58:51.003Z mx postfix/smtp 63116 ID47 [a b="c"][d e="f"] ` + said, "postfix/smtp", "63116", said},
		"RFC 5424 with a bracket":  {`<22>1 2024-01-02T19:58:51.003Z mx postfix/smtp 63116 - [a b="x\] y ] z"] ` + said, "postfix/smtp", "63116", said},
		"RFC 5424 with a BOM":      {"<22>1 2024-01-02T19:58:51.003Z mx postfix/smtp 63116 - - \ufeff" + said, "postfix/smtp", "63116", said},
		"RFC 5424 without a pri":   {"1 2024-01-02T19:58:51.003Z mx postfix/smtp 63116 - - " + said, "postfix/smtp", "63116", said},
		"ISO date":                 {"2024-01-02T19:58:51.064246+01:00 mx postfix/smtp[63116]: " + said, "postfix/smtp", "63116", said},
		"ISO date without a colon": {"2024-01-02T19:58:51+0100 mx postfix/smtp[63116]: " + said, "postfix/smtp", "63116", said},
		"ISO date with a level":    {"2024-01-02T19:58:51.064246+01:00 INFO postfix/smtp[63116]: " + said, "postfix/smtp", "63116", said},
		"repeated with the text":   {"Jan  2 19:58:51 mx postfix/smtp[63116]: message repeated 3 times: [ " + said + "]", "postfix/smtp", "63116", said},
		"journalctl short":         {"Jan 02 19:58:51 mx postfix/smtp[63116]: " + said, "postfix/smtp", "63116", said},
		"journalctl short-precise": {"Jan 02 19:58:51.064246 mx postfix/smtp[63116]: " + said, "postfix/smtp", "63116", said},
		"journalctl short-full":    {"Tue 2024-01-02 19:58:51 CET mx postfix/smtp[63116]: " + said, "postfix/smtp", "63116", said},
		"journalctl short-unix":    {"1704221931.064246 mx postfix/smtp[63116]: " + said, "postfix/smtp", "63116", said},
		"journalctl monotonic":     {"[ 1234.064246] mx postfix/smtp[63116]: " + said, "postfix/smtp", "63116", said},
		"journal export": {`{"__REALTIME_TIMESTAMP":"1704221931064246","SYSLOG_IDENTIFIER":"postfix/smtp","_PID":"63116","_COMM":"smtp","_CMDLINE":"smtp -t unix -u","PRIORITY":"6","MESSAGE":"` + said + `"}`,
			"postfix/smtp", "63116", said},
		"compose":             {"mx-1  | Jan  2 19:58:51 mx postfix/smtp[63116]: " + said, "postfix/smtp", "63116", said},
		"compose without":     {"mx | " + said, "", "", said},
		"docker's JSON":       {`{"log":"Jan  2 19:58:51 mx postfix/smtp[63116]: ` + said + `\n","stream":"stdout","time":"2024-01-02T19:58:51.06Z"}`, "postfix/smtp", "63116", said},
		"kubectl --prefix":    {"[pod/mx-0/postfix] Jan  2 19:58:51 mx postfix/smtp[63116]: " + said, "postfix/smtp", "63116", said},
		"kubectl both":        {"[pod/mx-0/postfix] 2024-01-02T19:58:51.06Z Jan  2 19:58:51 mx postfix/smtp[63116]: " + said, "postfix/smtp", "63116", said},
		"CRI":                 {"2024-01-02T19:58:51.064246001Z stdout F Jan  2 19:58:51 mx postfix/smtp[63116]: " + said, "postfix/smtp", "63116", said},
		"CRI of a part":       {"2024-01-02T19:58:51.064246001Z stderr P " + said, "", "", said},
		"Exim's main log":     {"2024-01-02 19:58:51 1rKabc-0001Xy-2a " + said, "", "", "1rKabc-0001Xy-2a " + said},
		"Exim's with a pid":   {"2024-01-02 19:58:51.123 [4711] 1rKabc-0001Xy-2a " + said, "", "4711", "1rKabc-0001Xy-2a " + said},
		"Exim's with a zone":  {"2024-01-02 19:58:51 +0100 1rKabc-0001Xy-2a " + said, "", "", "1rKabc-0001Xy-2a " + said},
		"logfmt":              {`time=2024-01-02T19:58:51Z level=error msg="cannot send" err="` + said + `"`, "", "", "cannot send; " + said},
		"logfmt, bare words":  {"level=error msg=failed err=" + said, "", "", "failed; " + said + "; certificate"},
		"logfmt behind a tag": {`Jan  2 19:58:51 mx grafana[12]: t=2024-01-02T19:58:51Z lvl=eror msg="` + said + `"`, "grafana", "12", said},
		"slog":                {`{"time":"2024-01-02T19:58:51.06Z","level":"ERROR","msg":"cannot send","err":"` + said + `"}`, "", "", "cannot send; " + said},
		"zap":                 {`{"level":"error","ts":1704221931.06,"caller":"mail/send.go:12","msg":"cannot send","error":"` + said + `"}`, "", "", "cannot send; " + said},
		"pino":                {`{"level":50,"time":1704221931064,"pid":7,"hostname":"mx","err":{"type":"Error","message":"` + said + `"},"msg":"cannot send"}`, "", "", "cannot send; " + said},
		"bunyan":              {`{"name":"app","hostname":"mx","pid":7,"level":50,"err":{"message":"` + said + `","name":"Error"},"msg":"cannot send","time":"2024-01-02T19:58:51.06Z","v":0}`, "", "", "cannot send; " + said},
		"winston":             {`{"level":"error","message":"` + said + `","timestamp":"2024-01-02T19:58:51.06Z"}`, "", "", said},
		"logrus":              {`{"error":"` + said + `","level":"error","msg":"cannot send","time":"2024-01-02T19:58:51Z"}`, "", "", "cannot send; " + said},
		"serilog, compact":    {`{"@t":"2024-01-02T19:58:51.06Z","@mt":"Cannot send to {Rcpt}","@m":"cannot send","@l":"Error","@x":"` + said + `"}`, "", "", "cannot send; " + said},
		"serilog":             {`{"Timestamp":"2024-01-02T19:58:51.06","Level":"Error","MessageTemplate":"cannot {X}","RenderedMessage":"cannot send","Exception":"` + said + `"}`, "", "", "cannot send; " + said},
		"log4j":               {`{"thread":"main","level":"ERROR","loggerName":"app.Mail","message":"cannot send","thrown":{"name":"javax.mail.MessagingException","message":"` + said + `"}}`, "", "", "cannot send; " + said},
		"monolog":             {`{"message":"cannot send","context":{"exception":{"class":"E","message":"` + said + `","file":"/a/b.php:12"}},"level":400,"channel":"app"}`, "", "", "cannot send; " + said},
	} {
		e := unframe(c.line)
		if e.program != c.program || e.pid != c.pid || e.text != c.text {
			t.Errorf("%s: %q is of %q[%s] and says\n %q, want %q[%s]\n %q", name, c.line, e.program, e.pid, e.text, c.program, c.pid, c.text)
		}
	}
}

func TestRepetitionsSayNothingNew(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		"Jan  2 19:58:51 mx last message repeated 3 times":                                  true,
		"Jan  2 19:58:51 mx postfix/smtp[1]: last message repeated 3 times":                 true,
		"Jan  2 19:58:51 mx postfix/smtp[1]: message repeated 2 times":                      true,
		"Jan  2 19:58:51 mx postfix/smtp[1]: message repeated 2 times: [ lost connection ]": false,
	} {
		if e := unframe(line); e.repeated != want {
			t.Errorf("%q repeats the line before: %v, want %v", line, e.repeated, want)
		}
	}
}

// A field before, behind or around what is said hides none of it, and what a
// logger writes in whatever form is found.
func TestNoFieldHidesWhatIsSaid(t *testing.T) {
	t.Parallel()
	const said = "certificate has expired"
	for _, line := range []string{
		"foo=1 " + said, said + " foo=1", "foo=1 " + said + " bar=2", `foo="a b" ` + said, "level=error " + said, `level=error msg="cannot send" detail="` + said + `"`,
		"level=error err=timeout " + said, "msg=failed error=" + said, "level=warn msg=x " + said + " host=mx.example.test",
		`{"msg":"cannot send","detail":"` + said + `"}`, `{"msg":"cannot send","why":"the ` + said + `"}`, `{"a":{"b":{"message":"` + said + `"}}}`,
		`[2024-01-02T19:58:51.064246+00:00] app.ERROR: cannot send {"exception":"[object] (Symfony\\Component\\Mailer\\Exception\\TransportException(code: 0): ` + said + ` at /app/vendor/a.php:12)"} []`,
		`[2024-01-02 19:58:51] production.ERROR: cannot send {"exception":"[object] (ErrorException(code: 0): ` + said + ` at /app/vendor/a.php:12)"}`,
		"E, [2024-01-02T19:58:51.064246 #12] ERROR -- : [ActiveJob] OpenSSL::SSL::SSLError (" + said + "):",
		"[2024-01-02 19:58:51,123] ERROR [django.request:241] Internal Server Error: " + said,
		"ERROR 2024-01-02 19:58:51,123 mail 12 139 " + said,
		"2024-01-02 19:58:51.064 ERROR 1 --- [nio-8080-exec-1] app.Mail : " + said,
		`time="2024-01-02T19:58:51Z" level=error msg="cannot send: ` + said + `"`,
	} {
		if got := Read(1, line); got.Reason != Expired || got.Class != Fault {
			t.Errorf("%q is %s %s, want that it is a fault and expired", line, got.Class, got.Reason)
		}
	}
}

// unframe is what is left of a line without its frames.
func unframe(line string) entry {
	var e entry
	e.unframe(line)
	return e
}
