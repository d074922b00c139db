// Package e2e_test holds fakemx against real clients: light ones against every
// scenario of the catalogue, a real sendmail against the scenarios that the
// field reports are about, and the built command from outside. What a test
// needs and the machine lacks is got by setup.sh; without it the test is
// skipped and says so.
package e2e_test

import (
	"os"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/e2e/internal/progress"
)

func TestEndToEnd(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "fakemx end to end")
}

var _ = progress.Tell(os.Stdout)
