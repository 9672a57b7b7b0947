package release

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/build/utils"
)

// buildManifest is the file in which Grafana's reviewers look for the hashes of all Go files.
const buildManifest = "go_plugin_build_manifest"

// pluginManifest is what a release has to know of plugin.json.
type pluginManifest struct {
	ID         string `json:"id"`
	Executable string `json:"executable"`
}

func readPluginManifest(root string) (pluginManifest, error) {
	var manifest pluginManifest
	if err := readJSON(filepath.Join(root, "plugin.json"), &manifest); err != nil {
		return manifest, err
	}
	if manifest.ID == "" || manifest.Executable == "" {
		return manifest, fmt.Errorf("plugin.json: id and executable must be set")
	}
	return manifest, nil
}

// plugin makes the archive that Grafana installs: one folder, named after the plugin's id.
func (m *maker) plugin(context.Context) error {
	files, err := pluginFiles(filepath.Join(m.Root, "dist"), m.manifest, m.version, m.commit.at)
	if err != nil {
		return err
	}
	hashes, err := sourceHashes(m.Root)
	if err != nil {
		return err
	}
	bundled, err := bundledPackages(m.Root)
	if err != nil {
		return err
	}
	p := m.programs[0]
	texts, err := m.notices(p.name, bundled...)
	if err != nil {
		return err
	}
	files = append(files,
		File{Name: m.manifest.ID + "/" + buildManifest, Mode: 0o644, Data: hashes},
		File{Name: m.manifest.ID + "/" + noticesName, Mode: 0o644, Data: texts})
	for _, target := range m.Targets {
		binary, err := os.ReadFile(m.binary(p.name, target))
		if err != nil {
			return err
		}
		files = append(files, File{Name: m.manifest.ID + "/" + target.executable(p.name+"_"+target.String()), Mode: 0o755, Data: binary})
	}
	return writeArchive(filepath.Join(m.Out, m.manifest.ID+"-"+m.version+".zip"), files, m.commit.at)
}

// frontEnd are the files of dist that belong into a release, by the endings of their names or by their folders; each
// must be there.
var frontEnd = []string{
	"module.js", "module.js.map", "plugin.json", "README.md", "CHANGELOG.md", "LICENSE", "img/*", "dashboards/*.json",
}

// optional are those of dist that may be there as well.
var optional = []string{"*.js", "*.js.map", "*.LICENSE.txt", "img/*/*"}

// pluginFiles are the files of the plugin's folder but for its binaries: what the front end's build has put into dist,
// less what earlier builds of the back end have left there. A file that nobody expects is an error: an archive is
// checked by Grafana file by file.
func pluginFiles(dist string, manifest pluginManifest, version string, at time.Time) ([]File, error) {
	var files []File
	seen := map[string]bool{}
	err := filepath.WalkDir(dist, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(dist, path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(relative)
		if name == buildManifest || strings.HasPrefix(name, manifest.Executable+"_") {
			return nil
		}
		known := false
		for _, pattern := range slices.Concat(frontEnd, optional) {
			if ok, _ := filepath.Match(pattern, name); ok {
				known, seen[pattern] = true, true
			}
		}
		if !known {
			return fmt.Errorf("dist/%s does not belong into a release: run go tool mage clean and build again", name)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files = append(files, File{Name: manifest.ID + "/" + name, Mode: 0o644, Data: content})
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, pattern := range frontEnd {
		if !seen[pattern] {
			return nil, fmt.Errorf("dist/%s is missing: run go tool mage build:frontend", pattern)
		}
	}
	return stamped(files, manifest, version, at)
}

// stamped gives plugin.json the commit's date in place of the day of the front end's build, and checks its version.
func stamped(files []File, manifest pluginManifest, version string, at time.Time) ([]File, error) {
	for i := range files {
		if files[i].Name != manifest.ID+"/plugin.json" {
			continue
		}
		var built struct {
			Info struct {
				Version string `json:"version"`
				Updated string `json:"updated"`
			} `json:"info"`
		}
		if err := json.Unmarshal(files[i].Data, &built); err != nil {
			return nil, fmt.Errorf("dist/plugin.json: %w", err)
		}
		if built.Info.Version != version {
			return nil, fmt.Errorf("dist/plugin.json is of version %q and package.json of %q: run go tool mage build:frontend", built.Info.Version, version)
		}
		from, to := `"updated": "`+built.Info.Updated+`"`, `"updated": "`+at.UTC().Format(time.DateOnly)+`"`
		if strings.Count(string(files[i].Data), from) != 1 {
			return nil, fmt.Errorf("dist/plugin.json: %s is not there exactly once", from)
		}
		files[i].Data = []byte(strings.Replace(string(files[i].Data), from, to, 1))
	}
	return files, nil
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
