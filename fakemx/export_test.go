package fakemx

import (
	"net"
	"time"
)

// SetPatience sets how long Close waits for functions of the caller.
func (s *Server) SetPatience(d time.Duration) { s.patience = d }

// Serve serves a further listener, until that fails.
func (s *Server) Serve(l net.Listener) { s.serve(l) }
