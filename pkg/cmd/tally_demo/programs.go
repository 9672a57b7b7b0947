package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// programs are the processes that the demo has started.
type programs struct {
	out     io.Writer
	folder  string
	running []func() // each ends one
	waiting sync.WaitGroup
	ended   chan error // the first program that ends by itself
}

// start starts a program of this project.
func (p *programs) start(ctx context.Context, path string, args ...string) error {
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("%s is not built: run `go tool mage demo`", path)
	}
	return p.launch(ctx, nil, path, args...)
}

// launch starts a program with variables beside those of this process. What it writes goes to a log file in the demo's
// folder, whose end is shown if it fails.
func (p *programs) launch(ctx context.Context, env []string, path string, args ...string) error {
	name := filepath.Base(path)
	log := p.log(name)
	// Programs end with the demo and not with ctx: one signal each, as a second one would keep them from cleaning up.
	own, end := context.WithCancel(context.WithoutCancel(ctx))
	command := exec.CommandContext(own, path, args...)
	command.Stdout, command.Stderr = log, log
	command.Env = append(os.Environ(), env...)
	apart(command)
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = 10 * time.Second
	if err := command.Start(); err != nil {
		end()
		return fmt.Errorf("%s does not start: %w", name, err)
	}
	p.running = append(p.running, end)
	p.waiting.Go(func() {
		err := command.Wait()
		if own.Err() == nil {
			p.ended <- fmt.Errorf("%s has ended (%w); it said:\n%s", name, errors.Join(err, errEnded), tail(p.path(name)))
		}
	})
	return nil
}

var errEnded = errors.New("it should run on")

// wait polls until ready, and ends early when a program ends.
func (p *programs) wait(ctx context.Context, limit time.Duration, ready func() bool) error {
	late := time.After(limit)
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for !ready() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case failure := <-p.ended:
			return failure
		case <-late:
			return fmt.Errorf("no answer within %s", limit)
		case <-poll.C:
		}
	}
	return nil
}

// stop ends all programs, the last one first, and waits for them.
func (p *programs) stop() {
	for _, end := range slices.Backward(p.running) {
		end()
	}
	p.waiting.Wait()
}

func (p *programs) path(name string) string { return filepath.Join(p.folder, name+".log") }

// log opens the log file of a program; it is written until the process ends.
func (p *programs) log(name string) io.Writer {
	file, err := os.OpenFile(p.path(name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return io.Discard
	}
	return file
}

// tail is the end of a log file.
func tail(path string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	return "  " + strings.Join(lines[max(0, len(lines)-5):], "\n  ")
}

// portIsFree says plainly which program cannot start because somebody else listens where it wants to.
func portIsFree(name, address string) error {
	listener, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s, where the %s is to listen, is taken by another program: stop that one, or choose another address (see --help)", address, name)
	}
	if err != nil {
		return fmt.Errorf("the %s cannot listen on %s: %w", name, address, err)
	}
	return listener.Close()
}

func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() > 0
}

func answers(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

// isGood asks a program whether it is ready.
func isGood(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	return answer.Body.Close() == nil && answer.StatusCode == http.StatusOK
}
