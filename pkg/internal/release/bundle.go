package release

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// madeUp is a module that the bundler's configuration writes itself, in place of a package.
const madeUp = "grafana-public-path.js"

// bundledPackages are the npm packages whose code is in module.js, sorted. Those that Grafana provides are not.
func bundledPackages(root string) ([]module, error) {
	var bundle struct {
		Sources []string `json:"sources"`
	}
	if err := readJSON(filepath.Join(root, "dist", "module.js.map"), &bundle); err != nil {
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
	var packages []module
	for _, folder := range packageFolders(bundle.Sources) {
		installed, ok := lock.Packages[folder]
		if !ok {
			return nil, fmt.Errorf("%s is in module.js but not in package-lock.json", folder)
		}
		_, name, _ := cutLast(folder, "node_modules/")
		if err := allowed(name, installed.License); err != nil {
			return nil, err
		}
		packages = append(packages, module{name, installed.Version, installed.License, filepath.Join(root, filepath.FromSlash(folder))})
	}
	return packages, nil
}

// packageFolders are the folders of the packages that some source files of a bundle belong to, as package-lock.json
// names them, sorted.
func packageFolders(sources []string) []string {
	var folders []string
	for _, source := range sources {
		before, path, found := cutLast(source, "/node_modules/")
		if !found || path == madeUp {
			continue
		}
		parts := strings.SplitN(path, "/", 3)
		name := parts[0]
		if strings.HasPrefix(name, "@") && len(parts) > 1 {
			name += "/" + parts[1]
		}
		outer := ""
		if i := strings.Index(before, "/node_modules/"); i >= 0 {
			outer = before[i+1:] + "/"
		}
		folders = append(folders, outer+"node_modules/"+name)
	}
	slices.Sort(folders)
	return slices.Compact(folders)
}

// cutLast is strings.Cut around the last of several separators.
func cutLast(s, separator string) (before, after string, found bool) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(separator):], true
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
