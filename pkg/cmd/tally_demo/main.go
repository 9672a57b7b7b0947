// Command tally_demo shows Tally on one machine, without a tenant: it starts the embedded Dataverse with a month of
// history and live traffic, the exporter, and the built plugin binary as Grafana would, asks the plugin for the
// bot conversations of the last 24 hours, and says where to look further. It runs until it is interrupted.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "tally_demo:", err)
		os.Exit(1)
	}
}
