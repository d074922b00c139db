package certgen

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
)

// writableByOthers is the permission of whoever is neither the owner nor in the
// group.
const writableByOthers fs.FileMode = 0o002

// checkKeeper refuses a folder to keep keys in where everybody on the machine can
// put keys of their own in their place. One that is not there is made as it
// should be.
func checkKeeper(dir string) error {
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) || runtime.GOOS == "windows" { // where modes say nothing
		return nil
	}
	if err == nil && info.Mode()&writableByOthers != 0 {
		err = fmt.Errorf("%s is writable by every user (mode %s), so its keys cannot be trusted; run chmod go-w %[1]s, or use another directory",
			dir, info.Mode())
	}
	return err
}
