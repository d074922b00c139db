package policyhost

import (
	"io"
	"net/http"
	"strings"
)

// take answers a request to a host that takes what is posted to it. text is where
// the request comes from, of which its body is the rest.
func (v *visit) take(request *http.Request, text *io.LimitedReader) {
	switch {
	case canonical(hostOnly(request.Host)) != canonical(v.site.Name):
		v.send(reply{status: http.StatusMisdirectedRequest})
		return
	case request.Method != http.MethodPost:
		v.send(reply{status: http.StatusMethodNotAllowed, header: "Allow: POST"})
		return
	}
	if strings.EqualFold(request.Header.Get("Expect"), "100-continue") {
		_, _ = v.conn.Write([]byte("HTTP/1.1 100 Continue\r\n\r\n")) // an error shows in the next read
	}
	text.N = 2 * maxPosted // chunks have lengths before them
	body, err := io.ReadAll(io.LimitReader(request.Body, maxPosted+1))
	switch {
	case len(body) > maxPosted:
		_, _ = io.Copy(io.Discard, request.Body) // within limits, so that the client reads the answer
		v.send(reply{status: http.StatusRequestEntityTooLarge})
	case err != nil:
		v.send(reply{status: http.StatusBadRequest})
	default:
		answer := v.site.Take(v.fetch.Client, request, body)
		r := reply{status: answer.Status, body: answer.Text}
		if answer.Location != "" {
			r.header = "Location: " + answer.Location
		}
		v.untold = true
		v.send(r)
	}
}
