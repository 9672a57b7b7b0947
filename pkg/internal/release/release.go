package release

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/build/utils"
)

// buildManifest is the file in which Grafana's reviewers look for the hashes of all Go files.
const buildManifest = "go_plugin_build_manifest"

// Options of a release.
type Options struct {
	Root    string   // of the repository; the front end is built in its dist
	Out     string   // folder to make the files in; emptied first
	Targets []Target // default all of Targets
	Log     io.Writer
}

// Make makes all files of a release of the commit that is checked out. Its errors say which file they are about, and
// what to run before.
func Make(ctx context.Context, options Options) error {
	if len(options.Targets) == 0 {
		options.Targets = Targets()
	}
	version, err := version(options.Root)
	if err != nil {
		return err
	}
	at, err := commitTime(ctx, options.Root)
	if err != nil {
		return err
	}
	manifest, err := readPluginManifest(options.Root)
	if err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(options.Out), os.MkdirAll(options.Out, 0o755)); err != nil {
		return err
	}
	binaries, err := os.MkdirTemp("", "tally-release-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(binaries) }()

	r := &maker{options, version, at, manifest, binaries, nil}
	return r.all(ctx)
}

// maker makes the files of one release.
type maker struct {
	Options
	version  string
	at       time.Time
	manifest pluginManifest
	binaries string
	built    []string // paths of all binaries, for the bill of materials
}

func (m *maker) all(ctx context.Context) error {
	for _, step := range []func(context.Context) error{m.plugin, m.commands, m.packages} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return errors.Join(m.billOfMaterials(), writeChecksums(m.Out))
}

func (m *maker) say(format string, args ...any) {
	if m.Log != nil {
		_, _ = fmt.Fprintf(m.Log, format+"\n", args...)
	}
}

func (m *maker) build(ctx context.Context, p program, target Target) ([]byte, error) {
	m.say("building %s for %s", p.name, target)
	path, err := p.build(ctx, m.Root, m.binaries, target)
	if err != nil {
		return nil, err
	}
	m.built = append(m.built, path)
	return os.ReadFile(path)
}

// plugin makes the archive that Grafana installs: one folder, named after the plugin's id.
func (m *maker) plugin(ctx context.Context) error {
	files, err := pluginFiles(filepath.Join(m.Root, "dist"), m.manifest, m.version, m.at)
	if err != nil {
		return err
	}
	hashes, err := sourceHashes(m.Root)
	if err != nil {
		return err
	}
	files = append(files, File{Name: m.manifest.ID + "/" + buildManifest, Mode: 0o644, Data: hashes})
	for _, target := range m.Targets {
		p := pluginProgram(m.manifest.Executable, m.manifest.ID, m.version, m.at)
		binary, err := m.build(ctx, p, target)
		if err != nil {
			return err
		}
		files = append(files, File{Name: m.manifest.ID + "/" + target.executable(p.name+"_"+target.String()), Mode: 0o755, Data: binary})
	}
	return writeArchive(filepath.Join(m.Out, m.manifest.ID+"-"+m.version+".zip"), files, m.at)
}

// commands makes an archive of each command for each target.
func (m *maker) commands(ctx context.Context) error {
	documents := map[string][]string{
		"dataverse_exporter": {
			"LICENSE", "CHANGELOG.md", "docs/exporter.md", "packaging/exporter.yml",
			"provisioning/prometheus/prometheus.yml", "provisioning/prometheus/rules.yml",
		},
		"dataverse_emulator": {"LICENSE", "CHANGELOG.md", "docs/emulator.md"},
	}
	for _, name := range []string{"dataverse_exporter", "dataverse_emulator"} {
		for _, target := range m.Targets {
			binary, err := m.build(ctx, commandProgram(name, m.version), target)
			if err != nil {
				return err
			}
			folder := name + "-" + m.version + "." + target.OS + "-" + target.Arch
			files := []File{{Name: folder + "/" + target.executable(name), Mode: 0o755, Data: binary}}
			for _, document := range documents[name] {
				content, err := os.ReadFile(filepath.Join(m.Root, filepath.FromSlash(document)))
				if err != nil {
					return err
				}
				files = append(files, File{Name: folder + "/" + filepath.Base(document), Mode: 0o644, Data: content})
			}
			ending := ".tar.gz"
			if target.OS == "windows" {
				ending = ".zip"
			}
			if err := writeArchive(filepath.Join(m.Out, folder+ending), files, m.at); err != nil {
				return err
			}
		}
	}
	return nil
}

// sourceHashes is the content of the build manifest for the Go files as they are now.
func sourceHashes(root string) ([]byte, error) {
	back, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	if err := os.Chdir(root); err != nil { // the SDK walks the working directory
		return nil, err
	}
	hashes, err := utils.GenerateManifest()
	return []byte(hashes), errors.Join(err, os.Chdir(back))
}

// version is the one in package.json, where the SDK and the front end read it as well.
func version(root string) (string, error) {
	content, err := os.ReadFile(filepath.Join(root, "package.json"))
	if err != nil {
		return "", err
	}
	var manifest struct {
		Version string `json:"version"`
	}
	if err := json.Unmarshal(content, &manifest); err != nil {
		return "", fmt.Errorf("package.json: %w", err)
	}
	if manifest.Version == "" {
		return "", errors.New("package.json: version must be set")
	}
	return manifest.Version, nil
}

// commitTime is when the commit that is checked out was made.
func commitTime(ctx context.Context, root string) (time.Time, error) {
	command := exec.CommandContext(ctx, "git", "log", "-1", "--format=%ct")
	command.Dir = root
	out, err := command.Output()
	if err != nil {
		return time.Time{}, fmt.Errorf("the time of the commit: %w; a release is made in a git checkout", err)
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("the time of the commit: %w", err)
	}
	return time.Unix(seconds, 0).UTC(), nil
}
