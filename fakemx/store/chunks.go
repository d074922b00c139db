package store

// Bounds of what unusedChunks keep: small messages come in thousands, and what
// is kept of them beyond the limits of the store must be next to nothing.
const (
	maxUnusedChunks = 32
	maxUnusedOctets = 16 << 10 // of one
)

// unusedChunks are the chunks of the last messages that were evicted or given
// up, to be used again: where a store is full, every message would otherwise
// leave its octets to the collector, whose work would be the most of keeping a
// message.
type unusedChunks [][]byte

// put takes a chunk that nobody has any more; nil is none.
func (u *unusedChunks) put(c []byte) {
	if c != nil && len(*u) < maxUnusedChunks && cap(c) <= maxUnusedOctets {
		*u = append(*u, c[:0])
	}
}

// get returns an empty chunk with room for n octets and not for twice as many,
// or nil if the last one that was put is not like that.
func (u *unusedChunks) get(n int) []byte {
	last := len(*u) - 1
	if last < 0 {
		return nil
	}
	c := (*u)[last]
	(*u)[last] = nil
	*u = (*u)[:last]
	if cap(c) < n || cap(c) >= 2*n {
		return nil
	}
	return c
}
