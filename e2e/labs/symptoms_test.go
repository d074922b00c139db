package labs_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/internal/cli/symptoms"
)

const symptomsFile = "../../internal/cli/symptoms/labs.json"

// recorded are the words of every mail server, by scenario. What it says alike
// under several policies stands once, under the first.
func recorded(runs map[string]*variantRun) symptoms.All {
	all := symptoms.All{}
	for _, s := range led() {
		said := map[string][]string{}
		for _, column := range columns() {
			run := runs[column]
			for _, words := range run.cases[s.Name].says {
				if slices.Contains(said[run.mta.Name], words) {
					continue
				}
				said[run.mta.Name] = append(said[run.mta.Name], words)
				client := fmt.Sprintf("%s %s, %s", run.mta.Name, run.version, run.variant.Name)
				all[s.Name] = append(all[s.Name], symptoms.Symptom{Client: client, Says: words})
			}
		}
	}
	return all
}

var _ = Describe("the symptoms of fakemx explain", last, func() {
	It("are words of the mail servers", func() {
		found := recorded(campaign())
		if *update {
			var text bytes.Buffer
			encoder := json.NewEncoder(&text)
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", "  ")
			Expect(encoder.Encode(found)).To(Succeed())
			Expect(os.WriteFile(symptomsFile, text.Bytes(), 0o600)).To(Succeed())
			return
		}
		text, err := os.ReadFile(symptomsFile)
		Expect(err).NotTo(HaveOccurred())
		var recorded symptoms.All
		Expect(json.Unmarshal(text, &recorded)).To(Succeed())
		// Which of two lines comes first is the server's business: that there is
		// one by which a scenario shows is what must hold.
		for scenario := range recorded {
			Expect(found).To(HaveKey(scenario))
		}
	})
})
