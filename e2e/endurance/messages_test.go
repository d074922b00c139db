package endurance_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// text is the message with a number. It follows from the number alone, so that
// one that was stored can be held against it.
func text(number int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%d\r\nSubject: endurance\r\n\r\n", numberField, number)
	for line := range sizeOf(number) / 64 {
		fmt.Fprintf(&b, ".%09d %09d %s\r\n", number, line, "0123456789abcdefghijklmnopqrstuvwxyz.")
	}
	return b.String()
}

const numberField = "X-Number: "

// sizeOf is about how long a message is: most are small, some are large.
func sizeOf(number int) int {
	switch {
	case number%97 == 0:
		return 1 << 20
	case number%7 == 0:
		return 64 << 10
	}
	return 1 << 10 * (1 + number%5)
}

// stuffed is a message as DATA carries it.
func stuffed(text string) string {
	return strings.ReplaceAll("\r\n"+text, "\r\n.", "\r\n..")[2:] + ".\r\n"
}

// A stock counts the messages found in Maildirs by their numbers.
type stock map[int]int

// collect counts what is in the new of a Maildir. A message that is not whole
// is an error. With remove they are gone afterwards.
func (s stock) collect(maildir string, remove bool) (found int, err error) {
	dir := filepath.Join(maildir, "new")
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	var problems []error
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		data, err := os.ReadFile(path)
		if err != nil {
			return 0, err
		}
		number, err := numberOf(data)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", entry.Name(), err))
		}
		s[number]++
		if remove {
			if err := os.Remove(path); err != nil {
				return 0, err
			}
		}
	}
	return len(entries), errors.Join(problems...)
}

// numberOf finds the number of a stored message and holds it against the text.
func numberOf(data []byte) (int, error) {
	at := bytes.Index(data, []byte(numberField))
	if at < 0 {
		return -1, fmt.Errorf("%d octets without a number", len(data))
	}
	line, _, _ := bytes.Cut(data[at+len(numberField):], []byte("\r\n"))
	number, err := strconv.Atoi(string(line))
	if err != nil {
		return -1, err
	}
	if at > 0 && !bytes.HasPrefix(data, []byte("Received: from ")) {
		return number, fmt.Errorf("message %d begins with %.100q", number, data)
	}
	if want := text(number); string(data[at:]) != want {
		return number, fmt.Errorf("message %d is not whole: %d of %d octets", number, len(data)-at, len(want))
	}
	return number, nil
}

// checkStock wants every message whole, every answered one there, and none
// twice. It returns how many there are, and how many are not.
func checkStock(t *testing.T, maildir string, answered map[int]bool) (there, lost int) {
	t.Helper()
	found := stock{}
	if _, err := found.collect(maildir, false); err != nil {
		t.Error(err)
	}
	for number, times := range found {
		if times > 1 {
			t.Errorf("message %d is there %d times", number, times)
		}
	}
	for number := range answered {
		if found[number] == 0 {
			lost++
			t.Errorf("message %d was answered 250 and is lost", number)
		}
	}
	return len(found), lost
}

// halfWritten is how many files a Maildir has in tmp.
func halfWritten(t *testing.T, maildir string) int {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(maildir, "tmp"))
	if err != nil {
		t.Error(err)
	}
	return len(entries)
}
