// Command fakemx is a mail exchanger that is wrong on purpose, in exactly one
// way at a time, and that tells you what your mailer did about it.
package main

import (
	"os"

	"github.com/fakemx/fakemx/internal/cli"
)

func main() { os.Exit(cli.Main()) }
