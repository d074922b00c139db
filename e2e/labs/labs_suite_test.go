// Package labs_test delivers with real mail servers, in containers, to every
// scenario of the catalogue. It needs Docker and images that labs/setup.sh
// makes, so it runs only when asked to: make labs, or FAKEMX_LABS=1.
package labs_test

import (
	"flag"
	"os"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// With -update, what is generated from the labs is written instead of compared.
var update = flag.Bool("update", false, "write "+matrixFile+", "+symptomsFile+" and the logs of "+healthyFolder)

// smoke is the label of what shows in minutes that every lab works.
const smoke = "smoke"

func TestLabs(t *testing.T) {
	if os.Getenv("FAKEMX_LABS") == "" {
		t.Skip("the labs are skipped: make labs, or FAKEMX_LABS=1 after labs/setup.sh, runs them")
	}
	RegisterFailHandler(Fail)
	RunSpecs(t, "the labs", Label("labs"))
}

// What takes long begins at once, in the background, unless only some of the
// specs are wanted: then it begins when it is.
var _ = BeforeSuite(func() {
	if config, _ := GinkgoConfiguration(); len(config.FocusStrings) == 0 && config.LabelFilter == "" {
		go campaign()
		go audits()
	}
})
