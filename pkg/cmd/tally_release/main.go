// Command tally_release makes the files of a release in a folder: `go tool mage package` runs it after the front end's
// build.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"

	"github.com/alecthomas/kingpin/v2"

	"github.com/dataverse-tally/tally/pkg/internal/release"
)

func main() {
	app := kingpin.New("tally_release", "Makes the files of a release of the commit that is checked out.")
	out := app.Flag("out", "Folder to make them in; what it holds is removed first.").Default(filepath.Join("bin", "release")).String()
	host := app.Flag("host-only", "For this machine's platform alone.").Bool()
	kingpin.MustParse(app.Parse(os.Args[1:]))

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	options := release.Options{Root: ".", Out: *out, Log: os.Stdout}
	if *host {
		options.Targets = []release.Target{{OS: runtime.GOOS, Arch: runtime.GOARCH}}
	}
	if err := release.Make(ctx, options); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
