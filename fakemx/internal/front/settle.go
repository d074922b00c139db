package front

import "context"

// Settle waits until ctx ends for the sessions that are about to end: those whose
// clients have closed their side, or have sent something that is not yet read.
// Where that cannot be seen, every session is waited for. Clients that are
// connected and silent are not.
func (f *Front) Settle(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.ended.Broadcast()
	})
	defer stop()
	f.mu.Lock()
	defer f.mu.Unlock()
	for ctx.Err() == nil && f.unsettled() {
		f.ended.Wait()
	}
}

func (f *Front) unsettled() bool {
	for s := range f.sessions {
		if seen, known := peek(s.raw); !known || seen != present {
			return true
		}
	}
	return false
}
