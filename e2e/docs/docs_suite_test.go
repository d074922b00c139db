// Package docs_test holds the pages against what they tell of: it runs what
// they show to their readers, and writes the lists that are made of the
// catalogue. What a test needs and the machine lacks is got by e2e/setup.sh;
// without it the test is skipped and says so.
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
