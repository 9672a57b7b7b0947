package release

import (
	"cmp"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
)

// module is one whose code is in a program.
type module struct {
	path, version string
	licence       string // SPDX identifier
	folder        string // with the module's files
}

// standardLibrary is the module of Go itself. Not every distribution of Go has the licence beside its files, but that of
// goTools is the same text.
const (
	standardLibrary = "std"
	goTools         = "golang.org/x/sys"
)

// modulesIn are the modules that the linker put into any of some binaries, sorted, Go's own library among them.
func modulesIn(root string, binaries []string) ([]module, error) {
	versions := map[string]string{}
	for _, path := range binaries {
		info, err := buildinfo.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		versions[standardLibrary] = info.GoVersion
		for _, linked := range info.Deps {
			if linked.Replace != nil {
				linked = linked.Replace
			}
			versions[linked.Path] = linked.Version
		}
	}
	return licensed(root, versions)
}

// licensed looks up the licences of modules and refuses those that may not be distributed.
func licensed(root string, versions map[string]string) ([]module, error) {
	folders, err := moduleFolders(root, versions)
	if err != nil {
		return nil, err
	}
	folders[standardLibrary] = folders[goTools]
	var modules []module
	for path, version := range versions {
		licence, err := licenceIn(folders[path])
		if err != nil {
			return nil, fmt.Errorf("the licence of %s: %w", path, err)
		}
		if err := allowed(path, licence); err != nil {
			return nil, err
		}
		modules = append(modules, module{path, version, licence, folders[path]})
	}
	slices.SortFunc(modules, func(a, b module) int { return cmp.Compare(a.path, b.path) })
	return modules, nil
}

// moduleFolders are the folders that hold the modules' files.
func moduleFolders(root string, versions map[string]string) (map[string]string, error) {
	arguments := []string{"list", "-m", "-mod=readonly", "-json=Path,Dir", goTools}
	for path := range versions {
		if path != standardLibrary && path != goTools {
			arguments = append(arguments, path)
		}
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
		var listed struct{ Path, Dir string }
		if err := decoder.Decode(&listed); errors.Is(err, io.EOF) {
			return folders, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list -m: %w", err)
		}
		folders[listed.Path] = listed.Dir
	}
}
