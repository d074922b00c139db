package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/scenarios"
)

// certsOptions are the flags of certs.
type certsOptions struct {
	cmdline.Catalogue
	out, hostname string
	force, json   bool
}

func (a *app) certsCommand() *cobra.Command {
	var o certsOptions
	cmd := &cobra.Command{
		Use:   "certs NAME… --out DIR",
		Short: "Write the keys and certificates of scenarios as files",
		Long: a.prose(`Write the PKI of a scenario as files, to use with your own server: the chain and its key, the first certificate alone, the CA file and the
hashed CA directory for clients, the same as PKCS #12 for Java (password ` + certgen.TrustStorePassword + `), and a client certificate. chain.pem holds
everything that the peer sends, its own certificate first (certbot's fullchain.pem). If the peer sends another chain in some sessions, it is in
alternate-chain.pem, with its key in alternate-key.pem. All certificates are new and valid for a few days. The private keys of the CAs are not
written; they are destroyed.

With several scenarios, or all, each gets its own directory, named after it, and DIR holds one CA file for all of them: they share one root.`),
		Example: `  fakemx certs expired --out pki
  fakemx certs all --out pki`,
		Args:              cmdline.SomeNames,
		ValidArgsFunction: o.CompleteNames,
		RunE:              func(_ *cobra.Command, args []string) error { return a.certs(&o, args) },
	}
	flags := cmd.Flags()
	flags.StringVarP(&o.out, "out", "o", "", "`DIR` to write to")
	flags.StringVar(&o.hostname, "hostname", "", "additional host `NAME` in healthy certificates")
	flags.BoolVar(&o.force, "force", false, "write even if the directory is not empty")
	flags.BoolVar(&o.json, "json", false, "print the paths as a JSON object")
	cmdline.MustComplete(cmd, "out", cmdline.CompleteDirectory)
	o.BindFiles(cmd)
	return cmd
}

// certs writes the PKIs of the scenarios that are named.
func (a *app) certs(o *certsOptions, names []string) error {
	chosen, err := o.Named(names)
	if err != nil {
		return err
	}
	if err := checkOut(o.out, o.hostname, o.force); err != nil {
		return err
	}
	dir, err := filepath.Abs(o.out)
	if err != nil {
		return err
	}
	if len(chosen) > 1 {
		return a.certsOfSeveral(o, chosen, dir)
	}
	files, err := writeCerts(new(certgen.Anchors), chosen[0], o.hostname, dir)
	if err != nil {
		return err
	}
	a.warnOfGaps(chosen, []certgen.Files{files})
	if o.json {
		return a.PrintJSON(files)
	}
	return a.Print(fileTable(files))
}

// severalFiles are the paths of what was written of several scenarios. Its JSON
// form is public.
type severalFiles struct {
	certgen.TrustFiles
	Scenarios map[string]certgen.Files `json:"scenarios"`
}

// certsOfSeveral writes a folder for each scenario, and whom to trust.
func (a *app) certsOfSeveral(o *certsOptions, chosen []scenarios.Scenario, dir string) error {
	anchors := new(certgen.Anchors)
	files := make([]certgen.Files, len(chosen))
	errs := make([]error, len(chosen))
	var writing sync.WaitGroup
	for i, s := range chosen {
		writing.Go(func() { files[i], errs[i] = writeCerts(anchors, s, o.hostname, filepath.Join(dir, s.Name)) })
	}
	writing.Wait()
	anchors.Forget()
	if err := firstOf(errs...); err != nil {
		return err
	}
	trust, err := anchors.Write(dir)
	if err != nil {
		return err
	}
	a.warnOfGaps(chosen, files)
	if !o.json {
		return a.Print(fmt.Sprintf("%d scenarios, one directory each\n", len(chosen)) + fileTable(certgen.Files{CA: trust.CA, CADir: trust.CADir, PKCS12: trust.PKCS12}))
	}
	all := severalFiles{trust, map[string]certgen.Files{}}
	for i, s := range chosen {
		all.Scenarios[s.Name] = files[i]
	}
	return a.PrintJSON(all)
}

// writeCerts builds the PKI of a scenario and writes it.
func writeCerts(anchors *certgen.Anchors, s scenarios.Scenario, hostname, dir string) (certgen.Files, error) {
	var names []string
	if hostname != "" {
		names = append(names, hostname)
	}
	pki, err := certgen.Build(s.Peer.PKI, certgen.Options{Vars: s.Vars(names, nil), Anchors: anchors})
	if err != nil {
		return certgen.Files{}, fmt.Errorf("scenario %s: %w", s.Name, err)
	}
	return pki.Write(dir, s.Peer.AlternateSend()...)
}

// checkOut refuses what the user may not mean.
func checkOut(out, hostname string, force bool) error {
	if out == "" {
		return cmdline.Usagef("no directory given; name one with --out DIR")
	}
	if err := checkHostname(hostname); err != nil {
		return err
	}
	entries, err := os.ReadDir(out)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(entries) > 0 && !force:
		return cmdline.Usagef("%s is not empty; choose another directory, or replace what fakemx wrote there with --force", out)
	}
	return nil
}

// fileTable tells a person what is where.
func fileTable(files certgen.Files) string {
	rows := [][2]string{
		{"chain", files.Chain},
		{"certificate", files.Certificate},
		{"key", files.Key},
		{"other chain", files.AlternateChain},
		{"other certificate", files.AlternateCertificate},
		{"other key", files.AlternateKey},
		{"CA file", files.CA},
		{"CA directory", files.CADir},
		{"CA file for Java", files.PKCS12},
		{"client chain", files.ClientChain},
		{"client key", files.ClientKey},
		{"CRL file", files.CRL},
		{"OCSP response", files.OCSP},
	}
	fixed := len(rows)
	for set, path := range files.CASets {
		rows = append(rows, [2]string{"CA file " + set, path})
	}
	slices.SortStableFunc(rows[fixed:], func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	var out strings.Builder
	for _, row := range rows {
		if row[1] != "" {
			fmt.Fprintf(&out, "%-18s%s\n", row[0], row[1])
		}
	}
	return out.String()
}
