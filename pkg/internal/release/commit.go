package release

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// commit is what a release is made of.
type commit struct {
	revision string // with -modified where files are not as they were committed
	at       time.Time
}

// checkedOut is the commit of a working tree.
func checkedOut(ctx context.Context, root string) (commit, error) {
	said, err := git(ctx, root, "log", "-1", "--format=%H %ct")
	if err != nil {
		return commit{}, fmt.Errorf("the commit: %w; a release is made in a git checkout", err)
	}
	revision, at, _ := strings.Cut(said, " ")
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return commit{}, fmt.Errorf("the time of the commit: %w", err)
	}
	changes, err := git(ctx, root, "status", "--porcelain")
	if err != nil {
		return commit{}, fmt.Errorf("what is not committed: %w", err)
	}
	if changes != "" {
		revision += "-modified"
	}
	return commit{revision, time.Unix(seconds, 0).UTC()}, nil
}

func git(ctx context.Context, root string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, "git", arguments...)
	command.Dir = root
	out, err := command.Output()
	return strings.TrimSpace(string(out)), err
}
