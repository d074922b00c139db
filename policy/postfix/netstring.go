package postfix

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// MaxReply is the length of the longest reply that Postfix reads, in octets.
const MaxReply = 100_000

// maxDigits bounds the digits of a length: one more than MaxReply has, so that
// what is too long is told from what is no length.
const maxDigits = 7

// appendNetstring adds text as a netstring: its length, a colon, itself, a comma.
func appendNetstring(to []byte, text string) []byte {
	to = strconv.AppendInt(to, int64(len(text)), 10)
	to = append(to, ':')
	to = append(to, text...)
	return append(to, ',')
}

// readNetstring reads a netstring of at most MaxReply octets. The error is
// [io.EOF] if there is nothing at all.
func readNetstring(r *bufio.Reader) (string, error) {
	length, err := readLength(r)
	if err != nil {
		return "", err
	}
	text := make([]byte, length+1)
	n, err := io.ReadFull(r, text)
	switch {
	case err != nil && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)):
		return "", fmt.Errorf("the reply ends after %d of %d octets: %w", min(n, length), length, io.ErrUnexpectedEOF)
	case err != nil:
		return "", err
	case text[length] != ',':
		return "", fmt.Errorf("the reply is no netstring: %q stands where a comma ends it", text[length])
	}
	return string(text[:length]), nil
}

// readLength reads the length of a netstring, and the colon behind it.
func readLength(r *bufio.Reader) (int, error) {
	var digits []byte
	for {
		c, err := r.ReadByte()
		switch {
		case err != nil && len(digits) == 0:
			return 0, err
		case errors.Is(err, io.EOF):
			return 0, fmt.Errorf("the reply ends in its length: %w", io.ErrUnexpectedEOF)
		case err != nil:
			return 0, err
		case c == ':' && len(digits) > 0:
			return checkedLength(string(digits))
		case c < '0' || c > '9':
			return 0, fmt.Errorf("the reply is no netstring: %q stands in the place of its length", c)
		case len(digits) == maxDigits:
			return 0, fmt.Errorf("the reply is longer than the %d octets that Postfix reads", MaxReply)
		}
		digits = append(digits, c)
	}
}

func checkedLength(digits string) (int, error) {
	n, err := strconv.Atoi(digits)
	if err != nil || n > MaxReply {
		return 0, fmt.Errorf("the reply of %s octets is longer than the %d that Postfix reads", digits, MaxReply)
	}
	return n, nil
}
