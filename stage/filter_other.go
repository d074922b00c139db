//go:build !linux

package stage

import (
	"errors"
	"net/netip"
)

// dropConnections needs a queue that drops what does not fit.
func dropConnections(netip.AddrPort) (filter, error) {
	return nil, errors.New("an address that drops connections needs Linux; leave this scenario out")
}
