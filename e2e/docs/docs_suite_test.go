// Package docs_test runs the commands that documents show to their readers, on
// hosts that are made for it. What a test needs and the machine lacks is got by
// e2e/setup.sh; without it the test is skipped and says so.
package docs_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestDocuments(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "documents")
}
