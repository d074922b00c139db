package trace

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/scenarios"
)

// Every form that a scenario may ask for has a dialect, and every dialect a form.
func TestEveryFormHasADialect(t *testing.T) {
	for form := range dialects {
		if err := withForm(form).Validate(); err != nil {
			t.Errorf("no scenario may ask for the dialect %s: %v", form, err)
		}
	}
	_, forms, _ := strings.Cut(withForm("qmail").Validate().Error(), `"qmail" is not one of `)
	for form := range strings.SplitSeq(forms, ", ") {
		if _, ok := dialects[scenarios.TraceForm(form)]; !ok {
			t.Errorf("a scenario may ask for the form %q, which has no dialect", form)
		}
	}
}

func withForm(form scenarios.TraceForm) scenarios.Scenario {
	return scenarios.MustGet("healthy").With(func(p *scenarios.Peer) { p.Trace.Form = form })
}
