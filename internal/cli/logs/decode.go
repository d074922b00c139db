package logs

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
)

// A decodedLog is a log as text: what logrotate compressed is unpacked, and the
// UTF-16 of Windows is turned into UTF-8.
type decodedLog struct {
	in  *bufio.Reader
	out io.Reader
}

func decoded(log io.Reader) io.Reader { return &decodedLog{in: bufio.NewReaderSize(log, blockLength)} }

// Read looks at the beginning of the log first.
func (d *decodedLog) Read(p []byte) (int, error) {
	if d.out == nil {
		out, err := d.decode()
		if err != nil {
			return 0, err
		}
		d.out = out
	}
	return d.out.Read(p)
}

// decode chooses a reader by the first octets, of which there may be few.
func (d *decodedLog) decode() (io.Reader, error) {
	begin, err := d.in.Peek(4)
	if len(begin) < 4 {
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return d.in, err
	}
	switch {
	case bytes.HasPrefix(begin, []byte{0x1f, 0x8b}):
		return gzip.NewReader(d.in)
	case bytes.HasPrefix(begin, []byte("BZh")):
		return bzip2.NewReader(d.in), nil
	case bytes.HasPrefix(begin, []byte{0xfd, '7', 'z', 'X'}):
		return nil, cmdline.Usagef("the log is compressed with xz; run xzcat FILE | fakemx explain --log -")
	case bytes.HasPrefix(begin, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return nil, cmdline.Usagef("the log is compressed with zstd; run zstdcat FILE | fakemx explain --log -")
	case bytes.HasPrefix(begin, []byte{0xff, 0xfe}), bytes.HasPrefix(begin, []byte{0xfe, 0xff}):
		return utf16(d.in, unicode.LittleEndian), nil
	case begin[1] == 0 && begin[3] == 0 && begin[0] != 0 && begin[2] != 0:
		return utf16(d.in, unicode.LittleEndian), nil
	case begin[0] == 0 && begin[2] == 0 && begin[1] != 0 && begin[3] != 0:
		return utf16(d.in, unicode.BigEndian), nil
	}
	return d.in, nil
}

// utf16 decodes UTF-16, in the order of its octets that a byte order mark says,
// or in another one if there is none.
func utf16(in io.Reader, order unicode.Endianness) io.Reader {
	return transform.NewReader(in, unicode.UTF16(order, unicode.UseBOM).NewDecoder())
}
