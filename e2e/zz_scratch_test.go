package e2e_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/e2e/internal/clients"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

func TestScratch(t *testing.T) {
	names := strings.Split(os.Getenv("NAMES"), ",")
	only := os.Getenv("ONLY")
	for _, n := range names {
		sc := scenarios.MustGet(n)
		model := fakemx.Start(t, sc)
		f, _ := model.Files()
		var cs []clients.Client
		here, _ := clients.Available()
		for _, c := range here {
			if only == "" || strings.Contains(","+only+",", ","+c.Name+",") {
				cs = append(cs, c)
			}
		}
		for _, s := range (watch{sc, model.PKI(), f.CA}).all(context.Background(), cs) {
			fmt.Printf("== %s %s: %s err=%v outcome=%s\n", n, s.client.Name, s.conduct(), s.err, s.session.Outcome)
			for _, l := range s.result.Errors {
				fmt.Println("    ", l)
			}
			if os.Getenv("OUT") != "" {
				fmt.Println(s.result.Output)
			}
		}
	}
}
