package received

import (
	"regexp"
	"strconv"
	"strings"
)

// Software is a program that writes Received fields.
type Software string

// The programs that can be told apart by their fields.
const (
	Unrecognised Software = "unknown"
	Exim         Software = "exim"
	Sendmail     Software = "sendmail"
	// Proofpoint's servers write sendmail's comment without sendmail's name.
	Proofpoint Software = "proofpoint"
	Postfix    Software = "postfix"
	Qmail      Software = "qmail"
	Microsoft  Software = "microsoft" // Exchange, and what the company runs itself
	Gmail      Software = "gmail"
	OpenSMTPD  Software = "opensmtpd"
	Haraka     Software = "haraka"
	Mox        Software = "mox"
	Chasquid   Software = "chasquid"
	Courier    Software = "courier"
)

// signatures are how the comments begin in which programs name themselves.
var signatures = []struct {
	start    string
	software Software
}{
	{"Exim", Exim}, {"Postfix", Postfix}, {"OpenSMTPD", OpenSMTPD}, {"Haraka", Haraka}, {"chasquid", Chasquid}, {"qmail ", Qmail},
}

var (
	sendmailVersion = regexp.MustCompile(`^8\.(\d+)(?:\.(\d+))?\S*/\S`)
	sendmailComment = regexp.MustCompile(`^version=\S+ cipher=\S+ bits=\d+ verify=\S+$`)
	gmailComment    = regexp.MustCompile(`^version=\S+ cipher=\S+ bits=\d+/\d+$`)
	gmailID         = regexp.MustCompile(`^[0-9a-z-]+(?:sm|so|sor|si|mr|csp)\d{5,}[a-z0-9]*(?:\.\d+)*$`)
	proofpointID    = regexp.MustCompile(`^[0-9a-z]{10}-\d+$`)
	eximID          = regexp.MustCompile(`^[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4}$`)
	courierID       = regexp.MustCompile(`^[0-9A-F]{8,16}\.[0-9A-F]{8,16}\.[0-9A-F]{8}$`)
	moxID           = regexp.MustCompile(`^[0-9A-Za-z_-]{22}$`)
)

// writer tells who wrote a field. Names of hosts are no evidence, and neither
// are comments before by, where a client's words stand, but for Postfix's.
func writer(f *Field) Software {
	before, behind := f.Comments[:f.behindFrom], f.Comments[f.behindFrom:]
	for _, comment := range f.Comments {
		if strings.HasPrefix(comment, "qmail ") {
			return Qmail
		}
	}
	for _, comment := range behind {
		for _, s := range signatures {
			if strings.HasPrefix(comment, s.start) {
				return s.software
			}
		}
		if sendmailVersion.MatchString(comment) {
			return Sendmail
		}
	}
	for _, comment := range before {
		if strings.HasPrefix(comment, "using ") && strings.Contains(comment, " with cipher ") {
			return Postfix
		}
	}
	if s := byProtocol(f); s != Unrecognised {
		return s
	}
	return byForm(f, behind)
}

// byProtocol goes by what stands behind with and via.
func byProtocol(f *Field) Software {
	switch {
	case strings.HasPrefix(f.With, "Microsoft "), f.With == "mapi", f.Via == "Frontend Transport", f.Via == "Mailbox Transport":
		return Microsoft
	case f.Via == "tcp" && moxID.MatchString(f.ID):
		return Mox
	case courierID.MatchString(f.ID):
		return Courier
	case gmailID.MatchString(f.ID):
		return Gmail
	case eximID.MatchString(f.ID) && f.With != "" && f.With == strings.ToLower(f.With):
		return Exim
	}
	return Unrecognised
}

// byForm goes by the comment about TLS, and by the form of the whole field.
func byForm(f *Field, behind []string) Software {
	for _, comment := range behind {
		switch {
		case gmailComment.MatchString(comment):
			return Gmail
		case sendmailComment.MatchString(comment) && proofpointID.MatchString(f.ID):
			return Proofpoint
		case sendmailComment.MatchString(comment):
			return Sendmail
		}
	}
	if len(f.Comments) > 0 && strings.HasPrefix(f.Comments[0], "HELO ") && f.ID == "" && strings.HasSuffix(f.Text, " -0000") {
		return Qmail
	}
	return Unrecognised
}

// olderSendmail is true for a sendmail older than 8.15.1 of December 2014: its
// release notes say that from then on the keyword tells of TLS and AUTH (RFC
// 3848), and that the version is no longer that of a family.
func olderSendmail(f *Field, r remark) bool {
	for _, comment := range f.Comments[f.behindFrom:] {
		if m := sendmailVersion.FindStringSubmatch(comment); m != nil {
			minor, _ := strconv.Atoi(m[1])
			return minor < 15
		}
	}
	return r.version == familyVersion
}

// olderExim is true for an Exim older than 4.
func olderExim(f *Field) bool {
	for _, comment := range f.Comments[f.behindFrom:] {
		if strings.HasPrefix(comment, "Exim 3.") {
			return true
		}
	}
	return false
}
