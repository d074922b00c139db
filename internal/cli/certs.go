package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx"
)

func (a *app) certsCommand() *cobra.Command {
	var (
		catalogue     catalogue
		out, hostname string
		force, asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "certs NAME --out DIR",
		Short: "Write a scenario's keys and certificates as files",
		Long: a.prose(`Write the PKI of a scenario as files, for a server of your own: the chain and its key, the CA file and the hashed CA directory that a client
is to trust, the same as PKCS #12 for Java (password ` + certgen.TrustStorePassword + `), and a client's certificate. All of it is new and lives for days.`),
		Example:           "  fakemx certs expired --out pki",
		Args:              oneName,
		ValidArgsFunction: catalogue.completeName,
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := catalogue.one(args)
			if err != nil {
				return err
			}
			if err := checkOut(out, hostname, force); err != nil {
				return err
			}
			pki, err := certgen.Build(s.Peer.PKI, certgen.Options{Vars: fakemx.PKIVars(s, hostname)})
			if err != nil {
				return err
			}
			files, err := writeOut(pki, out)
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(files)
			}
			return a.print(fileTable(files))
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&out, "out", "o", "", "the `DIR` to write to")
	flags.StringVar(&hostname, "hostname", "", "a further `NAME` that healthy certificates are for")
	flags.BoolVar(&force, "force", false, "write even if the folder is not empty")
	flags.BoolVar(&asJSON, "json", false, "print the paths as a JSON object")
	mustComplete(cmd, "out", completeDirectory)
	catalogue.bind(cmd, "know your own scenarios too")
	return cmd
}

// checkOut refuses what the user may not mean.
func checkOut(out, hostname string, force bool) error {
	if out == "" {
		return badUsage("no folder given; say where to write with --out DIR")
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
		return badUsage("%s is not empty; choose another folder, or replace what fakemx wrote there with --force", out)
	}
	return nil
}

// writeOut writes the PKI and returns absolute paths.
func writeOut(pki *certgen.PKI, out string) (certgen.Files, error) {
	dir, err := filepath.Abs(out)
	if err != nil {
		return certgen.Files{}, err
	}
	return pki.Write(dir)
}

// fileTable tells a person what is where.
func fileTable(files certgen.Files) string {
	rows := [][2]string{
		{"chain", files.Chain},
		{"certificate", files.Certificate},
		{"key", files.Key},
		{"CA file", files.CA},
		{"CA directory", files.CADir},
		{"CA file for Java", files.PKCS12},
		{"client chain", files.ClientChain},
		{"client key", files.ClientKey},
	}
	for set, path := range files.CASets {
		rows = append(rows, [2]string{"CA file " + set, path})
	}
	slices.SortStableFunc(rows[8:], func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	var out strings.Builder
	for _, row := range rows {
		if row[1] != "" {
			fmt.Fprintf(&out, "%-18s%s\n", row[0], row[1])
		}
	}
	return out.String()
}
