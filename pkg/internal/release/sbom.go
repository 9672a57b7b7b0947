package release

import (
	"cmp"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/uuid"
)

// billOfMaterials writes what is in the release, as CycloneDX: the Go modules that the linker put into any of the
// binaries, read from the binaries themselves, and the packages that the bundler put into module.js, read from its
// source map.
func (m *maker) billOfMaterials() error {
	modules, goVersion, err := linked(m.built)
	if err != nil {
		return err
	}
	bundled, err := bundledPackages(m.Root)
	if err != nil {
		return err
	}
	components := []cyclonedx.Component{{
		Type: cyclonedx.ComponentTypeLibrary, Name: "std", Version: goVersion,
		PackageURL: "pkg:golang/std@" + goVersion, Licenses: licences("BSD-3-Clause"),
	}}
	folders, err := moduleFolders(m.Root, modules)
	if err != nil {
		return err
	}
	for _, module := range modules {
		licence, err := licenceIn(folders[module.Path])
		if err != nil {
			return fmt.Errorf("the licence of %s: %w", module.Path, err)
		}
		if !slices.Contains(Licences, licence) {
			return fmt.Errorf("%s is under %s, which is not among %s", module.Path, licence, strings.Join(Licences, ", "))
		}
		components = append(components, cyclonedx.Component{
			Type: cyclonedx.ComponentTypeLibrary, Name: module.Path, Version: module.Version,
			PackageURL: "pkg:golang/" + module.Path + "@" + module.Version, Licenses: licences(licence),
		})
	}
	components = append(components, bundled...)
	for i := range components {
		components[i].BOMRef = components[i].PackageURL
	}
	bill := cyclonedx.NewBOM()
	bill.SerialNumber = uuid.NewSHA1(uuid.NameSpaceURL, []byte(m.manifest.ID+"@"+m.version+"@"+m.at.Format(time.RFC3339))).URN()
	bill.Metadata = &cyclonedx.Metadata{
		Timestamp: m.at.Format(time.RFC3339),
		Component: &cyclonedx.Component{Type: cyclonedx.ComponentTypeApplication, Name: "tally", Version: m.version, Licenses: licences("Apache-2.0")},
	}
	bill.Components = &components
	return m.writeBill(bill)
}

func (m *maker) writeBill(bill *cyclonedx.BOM) (err error) {
	out, err := os.Create(filepath.Join(m.Out, "tally-"+m.version+".cdx.json"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	return cyclonedx.NewBOMEncoder(out, cyclonedx.BOMFileFormatJSON).SetPretty(true).Encode(bill)
}

func licences(id string) *cyclonedx.Licenses {
	return &cyclonedx.Licenses{{License: &cyclonedx.License{ID: id}}}
}

// linked are the modules in some binaries, each once, and the version of Go that made them.
func linked(binaries []string) (modules []debug.Module, goVersion string, err error) {
	seen := map[string]bool{}
	for _, path := range binaries {
		info, err := buildinfo.ReadFile(path)
		if err != nil {
			return nil, "", fmt.Errorf("%s: %w", path, err)
		}
		goVersion = info.GoVersion
		for _, module := range info.Deps {
			if module.Replace != nil {
				module = module.Replace
			}
			if !seen[module.Path] {
				seen[module.Path] = true
				modules = append(modules, *module)
			}
		}
	}
	slices.SortFunc(modules, func(a, b debug.Module) int { return cmp.Compare(a.Path, b.Path) })
	return modules, goVersion, nil
}

// moduleFolders are the folders that hold the modules' files.
func moduleFolders(root string, modules []debug.Module) (map[string]string, error) {
	arguments := []string{"list", "-m", "-mod=readonly", "-json=Path,Dir"}
	for _, module := range modules {
		arguments = append(arguments, module.Path)
	}
	command := exec.Command("go", arguments...)
	command.Dir = root
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go list -m: %w", err)
	}
	folders := map[string]string{}
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var module struct{ Path, Dir string }
		if err := decoder.Decode(&module); errors.Is(err, io.EOF) {
			return folders, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list -m: %w", err)
		}
		folders[module.Path] = module.Dir
	}
}

// bundledPackages are the npm packages whose code is in module.js. Those that Grafana provides are not.
func bundledPackages(root string) ([]cyclonedx.Component, error) {
	var sources struct {
		Sources []string `json:"sources"`
	}
	if err := readJSON(filepath.Join(root, "dist", "module.js.map"), &sources); err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct {
			Version string `json:"version"`
			License string `json:"license"`
		} `json:"packages"`
	}
	if err := readJSON(filepath.Join(root, "package-lock.json"), &lock); err != nil {
		return nil, err
	}
	var components []cyclonedx.Component
	for _, name := range packageNames(sources.Sources) {
		installed, ok := lock.Packages["node_modules/"+name]
		if !ok { // made up by a plugin of the bundler
			continue
		}
		components = append(components, cyclonedx.Component{
			Type: cyclonedx.ComponentTypeLibrary, Name: name, Version: installed.Version,
			PackageURL: "pkg:npm/" + strings.Replace(name, "@", "%40", 1) + "@" + installed.Version, Licenses: licences(installed.License),
		})
	}
	return components, nil
}

// packageNames are the names of the packages that some source files of a bundle belong to, sorted.
func packageNames(sources []string) []string {
	var names []string
	for _, source := range sources {
		i := strings.LastIndex(source, "/node_modules/")
		if i < 0 {
			continue
		}
		parts := strings.Split(source[i+len("/node_modules/"):], "/")
		name := parts[0]
		if strings.HasPrefix(name, "@") && len(parts) > 1 {
			name += "/" + parts[1]
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func readJSON(path string, into any) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
