package cmdline

import (
	"net"
	"strconv"
)

// ParseAddress reads the value of an address flag, HOST:PORT.
func ParseAddress(flag, value string) (host string, port int, err error) {
	host, digits, err := net.SplitHostPort(value)
	if err != nil {
		return "", 0, Usagef("--%s expects HOST:PORT, such as 127.0.0.1:2525 or [::1]:0, not %q", flag, value)
	}
	port, err = strconv.Atoi(digits)
	if err != nil || port < 0 || port > 65535 {
		return "", 0, Usagef("--%s expects a port from 0 to 65535, not %q", flag, digits)
	}
	return host, port, nil
}

// Addresses returns addresses with the ports that are so many steps behind the
// One given; port 0, which lets the system pick, is repeated.
func Addresses(flag, first string, steps []int) ([]string, error) {
	host, port, err := ParseAddress(flag, first)
	if err != nil {
		return nil, err
	}
	needed := 1
	for _, step := range steps {
		needed = max(needed, step+1)
	}
	if port > 0 && port+needed-1 > 65535 {
		return nil, Usagef("--%s %s leaves no ports for %d scenarios; start at %d or below", flag, first, needed, 65536-needed)
	}
	list := make([]string, len(steps))
	for i, step := range steps {
		if port == 0 {
			step = 0
		}
		list[i] = net.JoinHostPort(host, strconv.Itoa(port+step))
	}
	return list, nil
}

// OnLoopback says whether only this machine can reach an address that
// ParseAddress accepts. A name other than localhost may be anywhere.
func OnLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Reachable turns the address of a listener into one a client on this machine
// can dial: one that stands for all addresses is reached by way of loopback.
// Go's [::] takes IPv4 as well.
func Reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
