package house_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/house"
)

const module = "github.com/fakemx/fakemx"

// layers are the parts of the module, lowest first: a folder and what is below
// it, but for a folder below that is a part of its own. The parts of a row know
// nothing of each other. A package imports packages of rows below its own, and
// of its own part. A new room is a new word here.
var layers = [][]string{
	{ // the ground
		"internal/house",
		"internal/addrpattern",
		"internal/atomicfile",
		"internal/maillog",
		"internal/received",
		"internal/shell",
		"internal/terminal",
		"internal/tlsnames",
	},
	{
		"certgen",
		"fakemx/store",
		"mxdns",
		"policy/dane",
		"policy/mtasts",
		"policy/postfix",
		"policy/tlsrpt",
	},
	{"scenarios"},
	{"fakemx"},
	{
		"fakemx/gfakemx",
		"stage",
	},
	{"audit"},
	{
		"internal/cli/cmdline",
		"internal/cli/symptoms",
	},
	{"internal/cli/printing"},
	{"internal/cli/logs"},
	{"internal/cli"},
	{"."},
	{
		"bench",
		"e2e",
	},
}

// A listedPackage is what go list says of a package.
type listedPackage struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func TestImportsRunOneWay(t *testing.T) {
	for _, p := range listPackages(t) {
		part, layer := place(p.ImportPath)
		if part == "" {
			t.Errorf("%s has no place in layers; give it one", p.ImportPath)
			continue
		}
		for _, imported := range p.Imports {
			other, below := place(imported)
			if other != "" && other != part && below >= layer {
				t.Errorf("%s imports %s, which stands above or beside it", p.ImportPath, imported)
			}
		}
	}
}

// A part that is gone would let a package of that name stand where it likes.
func TestEveryPartIsThere(t *testing.T) {
	there := map[string]bool{}
	for _, p := range listPackages(t) {
		part, _ := place(p.ImportPath)
		there[part] = true
	}
	for _, part := range slices.Concat(layers...) {
		if !there[part] {
			t.Errorf("layers names %s, which holds no package", part)
		}
	}
}

func TestNothingImportsTheEndToEndTests(t *testing.T) {
	for _, p := range listPackages(t) {
		if part, _ := place(p.ImportPath); part == "e2e" {
			continue
		}
		for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if part, _ := place(imported); part == "e2e" {
				t.Errorf("%s imports %s; only e2e may", p.ImportPath, imported)
			}
		}
	}
}

// Who imports the library should not get Gomega with it.
func TestOnlyMatchersAndTestsKnowGomega(t *testing.T) {
	for _, p := range listPackages(t) {
		if part, _ := place(p.ImportPath); part == "fakemx/gfakemx" || part == "e2e" {
			continue
		}
		for _, imported := range p.Imports {
			if strings.HasPrefix(imported, "github.com/onsi/") {
				t.Errorf("%s imports %s; only gfakemx, e2e and tests may", p.ImportPath, imported)
			}
		}
	}
}

// place finds the part of the module that a package belongs to, the longest
// that fits, and the number of its row. The part is empty for a package of
// another module, and for one that layers does not know.
func place(importPath string) (part string, layer int) {
	path, inside := strings.CutPrefix(importPath+"/", module+"/")
	if !inside {
		return "", 0
	}
	if path == "" {
		path = "./"
	}
	for row, parts := range layers {
		for _, p := range parts {
			if strings.HasPrefix(path, p+"/") && len(p) > len(part) {
				part, layer = p, row
			}
		}
	}
	return part, layer
}

// listPackages asks go list, which needs no network: it reads import clauses.
func listPackages(t *testing.T) []listedPackage {
	t.Helper()
	list := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	list.Dir = house.Path(t)
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []listedPackage
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listedPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
	if len(packages) < len(layers) {
		t.Fatalf("go list names only %d packages", len(packages))
	}
	return packages
}
