// Package progress says how far a Ginkgo suite is, which go test takes for one
// test.
package progress

import (
	"fmt"
	"io"
	"time"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/fakemx/fakemx/internal/house"
)

// pause is how long nothing is said at least.
const pause = 4 * time.Second

// Tell has the suite say every few seconds how many of its specs are through.
// Call it once, where the containers of the suite are declared.
func Tell(out io.Writer) bool {
	var through, of int
	var told time.Time
	ReportBeforeSuite(func(report Report) { of = report.PreRunStats.SpecsThatWillRun })
	ReportAfterEach(func(spec SpecReport) {
		if spec.State.Is(types.SpecStateSkipped|types.SpecStatePending) && spec.NumAttempts == 0 {
			return // it was never to run
		}
		through++
		if now := time.Now(); now.Sub(told) >= pause || through == of {
			told = now
			fmt.Fprintf(out, "\n%s%d of %d specs\n", house.Progress, through, of)
		}
	})
	return true
}
