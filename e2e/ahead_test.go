package e2e_test

import (
	"context"
	"slices"
	"sync"

	. "github.com/onsi/ginkgo/v2"
)

// lookahead is how many scenarios are played ahead of the one whose turn it is.
const lookahead = 8

// An ahead plays the scenarios of a table before their turn comes. Specs run
// one after the other, and where clients only wait, the machine would too.
type ahead struct {
	// order are the names of the table's entries.
	order []string
	// play has clients meet a scenario.
	play func(ctx context.Context, name string) ([]sighting, error)

	mu    sync.Mutex
	begun map[string]*performance
}

// A performance is a scenario that clients meet.
type performance struct {
	done chan struct{} // closed at the end
	seen []sighting
	err  error
}

// performances are those that have begun; the end of the suite ends them.
var (
	performances      sync.WaitGroup
	playing, endPlays = context.WithCancel(context.Background())
)

var _ = AfterSuite(func() {
	endPlays()
	performances.Wait()
})

// of returns what was seen of a scenario, and begins the next ones.
func (a *ahead) of(ctx context.Context, name string) ([]sighting, error) {
	i := slices.Index(a.order, name)
	a.mu.Lock()
	for _, next := range a.order[i:min(len(a.order), i+1+a.reach())] {
		a.begin(next)
	}
	p := a.begun[name]
	a.mu.Unlock()
	select {
	case <-p.done:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	return p.seen, p.err
}

// reach is how far to look ahead: not at all where nobody may ask for the next.
func (a *ahead) reach() int {
	suite, _ := GinkgoConfiguration()
	filtered := suite.LabelFilter != "" || len(suite.FocusStrings)+len(suite.FocusFiles)+len(suite.SkipStrings)+len(suite.SkipFiles) > 0
	if filtered || suite.RandomizeAllSpecs || suite.ParallelTotal > 1 {
		return 0
	}
	return lookahead
}

func (a *ahead) begin(name string) {
	if a.begun[name] != nil {
		return
	}
	if a.begun == nil {
		a.begun = map[string]*performance{}
	}
	p := &performance{done: make(chan struct{})}
	a.begun[name] = p
	performances.Go(func() {
		defer close(p.done)
		p.seen, p.err = a.play(playing, name)
	})
}
