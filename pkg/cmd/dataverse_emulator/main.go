// Command dataverse_emulator runs the embedded Dataverse as a process of its own: an SQL (TDS) endpoint with a
// generated contact center, and a token endpoint beside it.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // --time-zone works where the system has no zones
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	here := surroundings{getenv: os.Getenv, now: time.Now, stdout: os.Stdout, stderr: os.Stderr}
	if err := run(ctx, os.Args[1:], here); err != nil {
		fmt.Fprintln(os.Stderr, "dataverse_emulator:", err)
		os.Exit(1)
	}
}
