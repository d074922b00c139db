package postfix

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// DefaultMap is the name of the map in a request if an [Endpoint] has none.
const DefaultMap = "postfix"

// An Endpoint is where a daemon listens, and the name of one of its maps.
type Endpoint struct {
	// Network is "tcp" or "unix", and Address host:port or a path.
	Network, Address string
	// Map is the name in the requests. If empty, DefaultMap.
	Map string
}

// endpointForms are the forms that ParseEndpoint reads.
const endpointForms = "inet:HOST:PORT, inet:HOST:PORT:MAP, unix:PATH or unix:PATH:MAP"

// ParseEndpoint reads an endpoint as it stands in main.cf, with or without the
// name of the map: inet:host:port:name or unix:path:name. The word socketmap: may
// stand before it. An IPv6 address stands in brackets.
func ParseEndpoint(text string) (Endpoint, error) {
	kind, rest, _ := strings.Cut(strings.TrimPrefix(text, "socketmap:"), ":")
	var e Endpoint
	var err error
	switch kind {
	case "inet":
		e, err = parseInet(rest)
	case "unix":
		e, err = parseUnix(rest)
	default:
		err = errors.New("expected " + endpointForms)
	}
	switch {
	case err != nil:
		return Endpoint{}, fmt.Errorf("%q is no address of a policy daemon: %w", text, err)
	case strings.ContainsAny(e.Map, " \t\r\n"):
		return Endpoint{}, fmt.Errorf("%q is no address of a policy daemon: the name of a map has no blanks", text)
	}
	return e, nil
}

// parseInet reads HOST:PORT or HOST:PORT:MAP.
func parseInet(text string) (Endpoint, error) {
	host, rest, found := strings.Cut(text, ":")
	if strings.HasPrefix(text, "[") {
		inner, behind, closed := strings.Cut(text[1:], "]")
		host, rest, found = inner, strings.TrimPrefix(behind, ":"), closed && strings.HasPrefix(behind, ":")
	}
	port, name, named := strings.Cut(rest, ":")
	n, err := strconv.ParseUint(port, 10, 16)
	switch {
	case !found || host == "" || named && name == "":
		return Endpoint{}, errors.New("expected " + endpointForms)
	case strings.Contains(name, ":"):
		return Endpoint{}, errors.New("an IPv6 address stands in brackets: inet:[::1]:8461")
	case err != nil || n == 0:
		return Endpoint{}, fmt.Errorf("%q is no port; expected 1 to 65535", port)
	}
	return Endpoint{Network: "tcp", Address: net.JoinHostPort(host, port), Map: name}, nil
}

// parseUnix reads PATH or PATH:MAP. The name of a map has no slash.
func parseUnix(text string) (Endpoint, error) {
	e := Endpoint{Network: "unix", Address: text}
	if i := strings.LastIndexByte(text, ':'); i >= 0 && !strings.Contains(text[i:], "/") {
		e.Address, e.Map = text[:i], text[i+1:]
		if e.Map == "" {
			return Endpoint{}, errors.New("expected " + endpointForms)
		}
	}
	if e.Address == "" {
		return Endpoint{}, errors.New("expected " + endpointForms)
	}
	return e, nil
}

// String returns the endpoint as main.cf has it, with the name of the map.
func (e Endpoint) String() string {
	kind := "inet"
	if e.Network == "unix" {
		kind = "unix"
	}
	return kind + ":" + e.Address + ":" + e.mapName()
}

func (e Endpoint) mapName() string {
	if e.Map == "" {
		return DefaultMap
	}
	return e.Map
}
