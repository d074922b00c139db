package maillog

import "strings"

// withoutSubject takes the subject of a message out of a line: what a stranger
// wrote into it is no evidence. Names in certificates, which are called subjects
// too, go with it.
func withoutSubject(text string) string {
	for from := 0; ; {
		at := indexFold(text[from:], "subj")
		if at < 0 {
			return text
		}
		at += from
		begin, end := subjectAt(text, at)
		if begin == end {
			from = at + len("subj")
			continue
		}
		text = text[:begin] + text[end:]
		from = begin
	}
}

// indexFold finds a word of small letters in a text, in letters of any size; -1
// if it is not there.
func indexFold(text, word string) int {
	for at := 0; at+len(word) <= len(text); at++ {
		if text[at]|0x20 == word[0] && strings.EqualFold(text[at:at+len(word)], word) {
			return at
		}
	}
	return -1
}

// subjectAt is where the value of a subject stands whose key begins at a place:
// behind "Subject: ", "subject=", "Subject '", "SUBJ:". It is empty if the key
// is none, as in "subject alternative name".
func subjectAt(text string, at int) (begin, end int) {
	if at > 0 && isWord(text[at-1]) {
		return 0, 0
	}
	const long = "subject"
	end = at + len("subj")
	short := len(text) < at+len(long) || !strings.EqualFold(text[at:at+len(long)], long)
	if !short {
		end = at + len(long)
	}
	rest := text[end:]
	begin = end + len(rest) - len(strings.TrimLeft(rest, ":= \""))
	mark := text[end:begin]
	switch {
	case strings.HasPrefix(text[begin:], "'") && strings.HasSuffix(mark, " "):
		return begin, begin + 1 + closing(text[begin+1:], '\'')
	case strings.HasSuffix(mark, "\""):
		return begin, begin + closing(text[begin:], '"')
	case !strings.ContainsAny(mark, ":="):
		return 0, 0
	case short:
		return begin, len(text)
	}
	for _, stop := range []string{", ", "; ", "\t"} {
		if stopped := strings.Index(text[begin:], stop); stopped >= 0 {
			return begin, begin + stopped
		}
	}
	return begin, len(text)
}

// closing is how far it is to the quote that ends a value, or to the end.
func closing(text string, quote byte) int {
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' {
			i++
		} else if text[i] == quote && (i+1 == len(text) || !isWord(text[i+1])) {
			return i
		}
	}
	return len(text)
}
