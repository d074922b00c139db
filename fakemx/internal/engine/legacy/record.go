package legacy

import (
	"bufio"
	"errors"
	"io"

	"golang.org/x/crypto/cryptobyte"
)

// recordType is the ContentType of RFC 5246 section 6.2.1.
type recordType uint8

const (
	typeChangeCipherSpec recordType = 20
	typeAlert            recordType = 21
	typeHandshake        recordType = 22
	typeApplicationData  recordType = 23
)

// Limits of RFC 5246 section 6.2, and ours on records that bring nothing.
const (
	recordHeaderLen = 5
	maxPlaintext    = 1 << 14
	maxCiphertext   = maxPlaintext + 2048
	// maxIdle is how many records without content, warnings included, may
	// follow one another. TLS 1.0 clients send an empty one before each write.
	maxIdle = 16
)

// A recordReader reads the client's records. A read that ends with a timeout
// loses nothing and can be repeated.
type recordReader struct {
	src        *bufio.Reader
	version    uint16 // zero until it is agreed on
	protection protection
}

func newRecordReader(src io.Reader) *recordReader {
	return &recordReader{src: bufio.NewReaderSize(src, recordHeaderLen+maxCiphertext), protection: unprotected{}}
}

// next returns the content of the next record, which is not shared with the
// reader's buffer. io.EOF means that the client closed between two records.
func (r *recordReader) next() (recordType, []byte, error) {
	head, err := r.peek(recordHeaderLen)
	if err != nil {
		return 0, nil, err
	}
	typ, version, n, err := r.parseHeader(head)
	if err != nil {
		return 0, nil, err
	}
	whole, err := r.peek(recordHeaderLen + n)
	if err != nil {
		return 0, nil, err
	}
	fragment := append([]byte(nil), whole[recordHeaderLen:]...)
	if _, err := r.src.Discard(len(whole)); err != nil {
		return 0, nil, err
	}
	content, err := r.protection.open(typ, version, fragment)
	if err != nil {
		return 0, nil, fatal(alertBadRecordMAC, "%w", err)
	}
	if len(content) > maxPlaintext {
		return 0, nil, fatal(alertRecordOverflow, "expected at most %d octets in a record, got %d", maxPlaintext, len(content))
	}
	return typ, content, nil
}

func (r *recordReader) peek(n int) ([]byte, error) {
	b, err := r.src.Peek(n)
	if errors.Is(err, io.EOF) && len(b) > 0 {
		return nil, io.ErrUnexpectedEOF
	}
	return b, err
}

func (r *recordReader) parseHeader(head []byte) (recordType, uint16, int, error) {
	var typ uint8
	var version, n uint16
	s := cryptobyte.String(head)
	if !s.ReadUint8(&typ) || !s.ReadUint16(&version) || !s.ReadUint16(&n) {
		return 0, 0, 0, fatal(alertDecodeError, "expected a record header, got %x", head)
	}
	switch {
	case version>>8 != 3:
		return 0, 0, 0, fatal(alertProtocolVersion, "expected a TLS record, got %q", head)
	case r.version != 0 && version != r.version:
		return 0, 0, 0, fatal(alertProtocolVersion, "expected records of version %#04x, got %#04x", r.version, version)
	case typ < uint8(typeChangeCipherSpec) || typ > uint8(typeApplicationData):
		return 0, 0, 0, fatal(alertUnexpectedMessage, "unknown record type %d", typ)
	case n > maxCiphertext:
		return 0, 0, 0, fatal(alertRecordOverflow, "expected a record of at most %d octets, got %d", maxCiphertext, n)
	}
	return recordType(typ), version, int(n), nil
}

// A recordWriter gathers the server's records until they are flushed, so that
// a flight goes out in one piece.
type recordWriter struct {
	dst        io.Writer
	version    uint16
	protection protection
	// fragment bounds the content of handshake records; zero for maxPlaintext.
	fragment int
	pending  []byte
}

func newRecordWriter(dst io.Writer) *recordWriter {
	return &recordWriter{dst: dst, version: VersionTLS10, protection: unprotected{}}
}

// add puts content into records, at least one.
func (w *recordWriter) add(typ recordType, content []byte) error {
	limit := maxPlaintext
	if typ == typeHandshake && w.fragment > 0 {
		limit = min(limit, w.fragment)
	}
	for {
		n := min(len(content), limit)
		fragment, err := w.protection.seal(typ, w.version, content[:n])
		if err != nil {
			return err
		}
		b := cryptobyte.NewBuilder(w.pending)
		b.AddUint8(uint8(typ))
		b.AddUint16(w.version)
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(fragment) })
		if w.pending, err = b.Bytes(); err != nil {
			return err
		}
		if content = content[n:]; len(content) == 0 {
			return nil
		}
	}
}

func (w *recordWriter) flush() error {
	_, err := w.dst.Write(w.pending)
	w.pending = w.pending[:0]
	return err
}
