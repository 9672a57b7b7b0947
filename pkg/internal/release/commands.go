package release

import (
	"context"
	"os"
	"path/filepath"
)

// The commands of a release.
const (
	exporter = "dataverse_exporter"
	emulator = "dataverse_emulator"
)

// documents are what an archive of a command has beside it.
var documents = map[string][]string{
	exporter: {
		"LICENSE", "CHANGELOG.md", "docs/exporter.md", "packaging/exporter.yml",
		"provisioning/prometheus/prometheus.yml", "provisioning/prometheus/rules.yml",
	},
	emulator: {"LICENSE", "CHANGELOG.md", "docs/emulator.md"},
}

// commands makes an archive of each command for each target.
func (m *maker) commands(context.Context) error {
	for _, p := range m.programs[1:] {
		texts, err := m.notices(p.name)
		if err != nil {
			return err
		}
		shared := []File{{Name: noticesName, Mode: 0o644, Data: texts}}
		for _, document := range documents[p.name] {
			content, err := os.ReadFile(filepath.Join(m.Root, filepath.FromSlash(document)))
			if err != nil {
				return err
			}
			shared = append(shared, File{Name: filepath.Base(document), Mode: 0o644, Data: content})
		}
		for _, target := range m.Targets {
			if err := m.command(p, target, shared); err != nil {
				return err
			}
		}
	}
	return nil
}

// command makes the archive of a command for a target: one folder with the command and its documents.
func (m *maker) command(p program, target Target, shared []File) error {
	binary, err := os.ReadFile(m.binary(p.name, target))
	if err != nil {
		return err
	}
	folder := p.name + "-" + m.version + "." + target.platform()
	files := []File{{Name: folder + "/" + target.executable(p.name), Mode: 0o755, Data: binary}}
	for _, file := range shared {
		file.Name = folder + "/" + file.Name
		files = append(files, file)
	}
	ending := ".tar.gz"
	if target.OS == "windows" {
		ending = ".zip"
	}
	return writeArchive(filepath.Join(m.Out, folder+ending), files, m.commit.at)
}
