package release

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

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
	var err error
	if options.Root, err = filepath.Abs(options.Root); err != nil { // tools run in other folders
		return err
	}
	if options.Out, err = filepath.Abs(options.Out); err != nil {
		return err
	}
	version, err := version(options.Root)
	if err != nil {
		return err
	}
	commit, err := checkedOut(ctx, options.Root)
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

	m := &maker{Options: options, version: version, commit: commit, manifest: manifest, binaries: binaries, programs: []program{
		pluginProgram(manifest.Executable, manifest.ID, version, commit),
		commandProgram(exporter, version, commit),
		commandProgram(emulator, version, commit),
	}}
	return m.all(ctx)
}

// maker makes the files of one release.
type maker struct {
	Options
	version  string
	commit   commit
	manifest pluginManifest
	binaries string    // folder that they are built in
	programs []program // the plugin, then the commands
}

func (m *maker) all(ctx context.Context) error {
	m.say("%s of commit %s", m.version, m.commit.revision)
	for _, step := range []func(context.Context) error{m.build, m.plugin, m.commands, m.packages} {
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

// build makes all programs for all targets.
func (m *maker) build(ctx context.Context) error {
	for _, p := range m.programs {
		for _, target := range m.Targets {
			m.say("building %s for %s", p.name, target)
			if err := p.build(ctx, m.Root, m.binary(p.name, target), target); err != nil {
				return err
			}
		}
	}
	return nil
}

// binary is the path of a program that was built.
func (m *maker) binary(name string, target Target) string {
	return filepath.Join(m.binaries, target.executable(name+"_"+target.String()))
}

// built are the paths of a program for all targets.
func (m *maker) built(name string) []string {
	var paths []string
	for _, target := range m.Targets {
		paths = append(paths, m.binary(name, target))
	}
	return paths
}

// notices are the licences of the modules of a program, and of further ones.
func (m *maker) notices(name string, further ...module) ([]byte, error) {
	modules, err := modulesIn(m.Root, m.built(name))
	if err != nil {
		return nil, err
	}
	return notices(name, append(modules, further...))
}

// version is the one in package.json, where the SDK and the front end read it as well.
func version(root string) (string, error) {
	var manifest struct {
		Version string `json:"version"`
	}
	if err := readJSON(filepath.Join(root, "package.json"), &manifest); err != nil {
		return "", err
	}
	if manifest.Version == "" {
		return "", errors.New("package.json: version must be set")
	}
	return manifest.Version, nil
}
