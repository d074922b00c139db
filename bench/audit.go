package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/fakemx/fakemx/audit"
)

// beyondGo is what a client in Go fails: crypto/tls takes no RSA keys above
// 8,192 bits.
const beyondGo = "rsa-16384"

// auditRounds is less than the rounds of other measures, since one takes
// seconds.
const auditRounds = 3

// auditAll measures the audit of a correct client against the whole catalogue.
func auditAll(ctx context.Context, o options) (result, error) {
	const kind = "all"
	r := result{
		Name: "audit", Title: "audit of a verifying client with the whole catalogue", Unit: "audit", Call: "audit", Servers: []string{kind},
		Samples: map[string][]sample{},
	}
	self, err := os.Executable()
	if err != nil {
		return r, err
	}
	dir, err := os.MkdirTemp("", "fakemx-bench-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	for round := range min(o.rounds, auditRounds) {
		file := filepath.Join(dir, fmt.Sprintf("report%d.json", round)) // none is taken for that of another round
		//nolint:gosec // the user's choice
		cmd := exec.CommandContext(ctx, o.fakemx, "audit", "--policy", "verify", "--report", "json="+file,
			"--", self, deliverWord, "{host}", "{port}", "{ca}", "{from}", "{to}")
		began := time.Now()
		out, failed := cmd.CombinedOutput()
		took := time.Since(began)
		verdicts, err := checkAudit(file)
		if err != nil {
			return r, fmt.Errorf("%w: %s", errors.Join(err, failed), out)
		}
		r.Note = fmt.Sprintf("a new process of the client for each scenario; scenarios that stall take the client's patience of %.0f s; %s", deliverPatience.Seconds(), verdicts)
		r.Samples[kind] = append(r.Samples[kind], sample{P50: took, CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()})
	}
	return r, nil
}

// checkAudit wants the verdicts that a verifying client in Go deserves, and
// counts them: an audit that is fast and wrong is no audit.
func checkAudit(file string) (verdicts string, err error) {
	text, err := os.Open(file) //nolint:gosec // our own
	if err != nil {
		return "", err
	}
	defer func() { _ = text.Close() }() // it was only read
	report, err := audit.ReadReport(text)
	if err != nil {
		return "", err
	}
	if report.Partial || len(report.Items) == 0 {
		return "", errors.New("the audit was broken off")
	}
	for _, i := range report.Items {
		if i.Failed() && i.Scenario != beyondGo {
			return "", fmt.Errorf("%s: %s", i.Scenario, i.Reason)
		}
	}
	s := report.Summary
	return fmt.Sprintf("%d pass, %d may, %d unclear, and %d fails, where crypto/tls takes no key so long", s.Pass, s.May, s.Unclear, s.Fail), nil
}
