package release

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// packaged is what packaging/nfpm.yaml names beside the binary.
var packaged = []string{"LICENSE", "CHANGELOG.md", "docs", "packaging", "provisioning"}

// packages makes the deb and the rpm of the exporter for the Linux targets on which servers run. nfpm takes the time of
// all files from SOURCE_DATE_EPOCH.
func (m *maker) packages(ctx context.Context) error {
	found, err := exec.CommandContext(ctx, "go", "tool", "-n", "nfpm").Output()
	if err != nil {
		return fmt.Errorf("go tool -n nfpm: %w", err)
	}
	texts, err := m.notices(exporter)
	if err != nil {
		return err
	}
	for _, target := range m.Targets {
		if target.OS != "linux" || target.Arch == "arm" {
			continue
		}
		stage, err := m.stage(target, texts)
		if err != nil {
			return err
		}
		for _, packager := range []string{"deb", "rpm"} {
			command := exec.CommandContext(ctx, strings.TrimSpace(string(found)), "package",
				"--config", "packaging/nfpm.yaml", "--packager", packager, "--target", m.Out)
			command.Dir = stage
			command.Env = append(os.Environ(), "VERSION="+m.version, "GOARCH="+target.Arch, "SOURCE_DATE_EPOCH="+strconv.FormatInt(m.commit.at.Unix(), 10))
			if out, err := command.CombinedOutput(); err != nil {
				return fmt.Errorf("packing the %s for %s: %w\n%s", packager, target, err, out)
			}
		}
	}
	return nil
}

// stage is a folder in which the paths of packaging/nfpm.yaml lead to the files of one target and to the notices.
func (m *maker) stage(target Target, notices []byte) (string, error) {
	stage := filepath.Join(m.binaries, "stage_"+target.String())
	for _, name := range packaged {
		from, to := filepath.Join(m.Root, name), filepath.Join(stage, name)
		info, err := os.Stat(from)
		if err != nil {
			return "", err
		}
		if info.IsDir() {
			err = os.CopyFS(to, os.DirFS(from))
		} else {
			err = copyFile(from, to, 0o644)
		}
		if err != nil {
			return "", err
		}
	}
	built := filepath.Join(stage, "bin")
	return stage, errors.Join(
		copyFile(m.binary(exporter, target), filepath.Join(built, exporter), 0o755),
		os.WriteFile(filepath.Join(built, noticesName), notices, 0o644),
	)
}

func copyFile(from, to string, mode os.FileMode) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, content, mode)
}
