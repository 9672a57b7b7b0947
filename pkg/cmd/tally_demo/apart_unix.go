//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// apart keeps a program out of the terminal's group: Ctrl-C is for the demo, which then ends it with one signal.
func apart(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
