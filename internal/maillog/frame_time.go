package maillog

import "strings"

// cutTime takes off a time stamp: that of syslog, of RFC 3339 with its many
// relatives, of ctime and of multilog. It reports whether there was one.
func (e *entry) cutTime() bool {
	text := e.text
	open := strings.HasPrefix(text, "[")
	if open {
		text = text[1:]
	}
	end := timeEnd(text)
	if end == 0 {
		return false
	}
	stamp, rest := text[:end], text[end:]
	if open {
		var ok bool
		if rest, ok = strings.CutPrefix(rest, "]"); !ok {
			return false
		}
	}
	rest = strings.TrimLeft(rest, ":,")
	if rest != "" && rest[0] != ' ' && rest[0] != '[' && rest[0] != '\t' {
		return false
	}
	if e.time == "" {
		e.time = stamp
	}
	e.text = strings.TrimLeft(rest, " \t")
	return true
}

// timeEnd is how long the time stamp is with which a text begins; 0 if it
// begins with none.
func timeEnd(text string) int {
	if end := isoEnd(text); end > 0 {
		return end
	}
	if end := syslogEnd(text); end > 0 {
		return end
	}
	if len(text) > 17 && like(text[:17], "dd.dd.dd dd:dd:dd") {
		return 17
	}
	for _, day := range []string{"Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun "} {
		if rest, ok := strings.CutPrefix(text, day); ok {
			if end := syslogEnd(rest); end > 0 {
				return len(day) + end
			}
			if end := isoEnd(rest); end > 0 {
				return len(day) + end + namedZoneEnd(rest[end:])
			}
		}
	}
	if end := secondsEnd(text); end > 0 {
		return end
	}
	if strings.HasPrefix(text, "@4000000") && len(text) > 25 && text[25] == ' ' {
		return 25
	}
	return 0
}

// isoEnd is for 2024-12-30T12:16:32.064246+01:00, 2016/09/08 21:00:48.662909
// and the like, or a date alone.
func isoEnd(text string) int {
	if len(text) < 10 || !like(text[:10], "dddd-dd-dd") && !like(text[:10], "dddd/dd/dd") {
		return 0
	}
	if len(text) < 19 || !like(text[11:19], "dd:dd:dd") || text[10] != 'T' && text[10] != ' ' {
		return 0
	}
	at := 19
	if at < len(text) && (text[at] == '.' || text[at] == ',') {
		for at++; at < len(text) && isDigit(text[at]); at++ {
			continue
		}
	}
	return at + zoneEnd(text[at:])
}

// zoneEnd is the length of a time zone.
func zoneEnd(text string) int {
	switch {
	case strings.HasPrefix(text, "Z"):
		return 1
	case strings.HasPrefix(text, " UTC"):
		return 4
	case len(text) >= 6 && (text[0] == '+' || text[0] == '-') && like(text[1:6], "dd:dd"):
		return 6
	case len(text) >= 6 && text[0] == ' ' && (text[1] == '+' || text[1] == '-') && like(text[2:6], "dddd"):
		return 6
	case len(text) >= 5 && (text[0] == '+' || text[0] == '-') && like(text[1:5], "dddd"):
		return 5
	}
	return 0
}

// namedZoneEnd is the length of a time zone's name as journalctl writes it.
func namedZoneEnd(text string) int {
	at := 1
	for at < len(text) && text[at] >= 'A' && text[at] <= 'Z' {
		at++
	}
	if at < 4 || at > 5 || text[0] != ' ' || at == len(text) || text[at] != ' ' {
		return 0
	}
	return at
}

// secondsEnd is for seconds with six digits behind the point, since 1970 or
// since the machine was started.
func secondsEnd(text string) int {
	at := len(text) - len(strings.TrimLeft(text, " "))
	begin := at
	for at < len(text) && isDigit(text[at]) {
		at++
	}
	if at == begin || len(text) < at+8 || text[at] != '.' || !isDigits(text[at+1:at+7]) || text[at+7] != ' ' && text[at+7] != ']' {
		return 0
	}
	return at + 7
}

// syslogEnd is for "Jan  2 19:58:51" (RFC 3164 section 4.1.2), with a year or
// fractions of a second where a daemon adds them.
func syslogEnd(text string) int {
	if len(text) < 14 || !isMonth(text[:3]) || text[3] != ' ' {
		return 0
	}
	at := 4
	for at < len(text) && text[at] == ' ' {
		at++
	}
	day := at
	for at < len(text) && isDigit(text[at]) {
		at++
	}
	if at == day || at > day+2 || at == len(text) || text[at] != ' ' {
		return 0
	}
	at++
	if len(text) > at+5 && like(text[at:at+4], "dddd") && text[at+4] == ' ' {
		at += 5
	}
	if len(text) < at+8 || !like(text[at:at+8], "dd:dd:dd") {
		return 0
	}
	at += 8
	if len(text) > at+1 && text[at] == '.' && isDigit(text[at+1]) {
		for at++; at < len(text) && isDigit(text[at]); at++ {
			continue
		}
	}
	if len(text) >= at+5 && text[at] == ' ' && like(text[at+1:at+5], "dddd") && (len(text) == at+5 || text[at+5] == ' ') {
		at += 5
	}
	return at
}

func isMonth(s string) bool {
	switch s {
	case "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec":
		return true
	}
	return false
}

// like compares a text with a form in which d stands for a digit.
func like(text, form string) bool {
	if len(text) != len(form) {
		return false
	}
	for i := range len(text) {
		if form[i] == 'd' && !isDigit(text[i]) || form[i] != 'd' && form[i] != text[i] {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
