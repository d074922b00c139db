package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/fakemx"
)

// dotsNames: the client sends a server_name with a dot at its end. The peers
// tolerate that where they can, real servers may not.
func dotsNames(items []Item) string {
	n := count(items, func(i Item) bool { return slices.ContainsFunc(i.Sessions, sentDot) })
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("the client's SNI ends in a dot, against RFC 6066 section 3 (in %s): some servers end such sessions with decode_error", scenariosWord(n))
}

func sentDot(s fakemx.Session) bool {
	return s.TLS != nil && s.TLS.ClientHello != nil && strings.HasSuffix(s.TLS.ClientHello.ServerName, ".")
}
