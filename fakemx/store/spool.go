package store

import (
	"os"
)

// spoolBlock is how the spool is shared out, in octets.
const spoolBlock = 256 << 10

// A spool is a temporary file in blocks that are used again. The file has no
// name, so that it is gone when nobody has it open any more, however the
// process ends; the collector closes it with its store.
type spool struct {
	file    *os.File
	refused bool // there can be none here
	unused  []int64
	blocks  int64 // that the file has
}

// open reports whether there is a file. On systems where a file cannot be
// removed while it is open, and where there is no folder for one, there is
// none.
func (s *spool) open() bool {
	if s.file != nil || s.refused {
		return s.file != nil
	}
	s.refused = true
	f, err := os.CreateTemp("", "fakemx-spool-")
	if err != nil {
		return false
	}
	if os.Remove(f.Name()) != nil {
		_ = f.Close()
		_ = os.Remove(f.Name())
		return false
	}
	s.file = f
	return true
}

// block is one to be written to.
func (s *spool) block() int64 {
	if last := len(s.unused) - 1; last >= 0 {
		b := s.unused[last]
		s.unused = s.unused[:last]
		return b
	}
	s.blocks++
	return s.blocks - 1
}

func (s *spool) free(blocks []int64) { s.unused = append(s.unused, blocks...) }

// read returns the octets in blocks.
func (s *spool) read(blocks []int64, size int64) ([]byte, error) {
	data := make([]byte, size)
	for i, b := range blocks {
		part := data[int64(i)*spoolBlock:]
		if _, err := s.file.ReadAt(part[:min(len(part), spoolBlock)], b*spoolBlock); err != nil {
			return nil, err
		}
	}
	return data, nil
}
