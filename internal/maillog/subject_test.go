package maillog

import "testing"

func TestSubjectsAreNoEvidence(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ line, want string }{
		{"Info: MID 1 Subject 'Your SSL certificate has expired'", "Info: MID 1 Subject '"},
		{"Info: MID 1 Subject 'It's expired' ready 1 bytes", "Info: MID 1 Subject ' ready 1 bytes"},
		{"SZ:18402 SUBJ:Register Now! TLS certificate expired", "SZ:18402 SUBJ:"},
		{`from=a subject="certificate has expired" status=sent`, `from=a subject="" status=sent`},
		{`subject="a \" certificate has expired", x`, `subject="", x`},
		{"Subject: certificate has expired", "Subject: "},
		{"subject=/CN=a, error: certificate has expired", "subject=, error: certificate has expired"},
		{"no alternative certificate subject name matches target host name", "no alternative certificate subject name matches target host name"},
		{"No subject alternative DNS name matching a found", "No subject alternative DNS name matching a found"},
		{"cert-subject=/CN=a, verifymsg=certificate has expired", "cert-subject=, verifymsg=certificate has expired"},
		{"SubjectMismatch", "SubjectMismatch"},
		{"subjective: x", "subjective: x"},
		{"subj", "subj"}, {"subject", "subject"}, {"", ""},
	} {
		if got := withoutSubject(test.line); got != test.want {
			t.Errorf("%q is without its subject %q, want %q", test.line, got, test.want)
		}
		if ev := Read(1, test.line); test.want == "Subject: " && ev.Class == Fault {
			t.Errorf("%q is a fault, %s", test.line, ev.Reason)
		}
	}
	for _, line := range []string{
		"Mar  5 14:21:04 mx scan[1]: MID 64855 Subject 'Your SSL certificate has expired'",
		`Mar  5 14:21:04 mx cPanel-exim[1]: 2024-03-11 08:14:02 1rjabc-0001ab-1a <= a@example.test H=mx.example.test [192.0.2.9] P=esmtps X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no S=2211 T="Your SSL certificate has expired"`,
	} {
		if ev := Read(1, line); ev.Class == Fault {
			t.Errorf("%q is a fault, %s", line, ev.Reason)
		}
	}
}
