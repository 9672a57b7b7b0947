package release

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const bundled = `{"sources": [
	"webpack://id/./src/module.ts", "webpack://id/./node_modules/plain/a.js", "webpack://id/./node_modules/plain/lib/b.js",
	"webpack://id/./node_modules/other/node_modules/@scope/name/index.js", "webpack://id/external amd \"react\"",
	"webpack://id/./node_modules/grafana-public-path.js"
]}`

func TestPackagesAreReadFromTheSourceMap(t *testing.T) {
	const installed = `{"packages": {
		"node_modules/@scope/name": {"version": "1.0.0", "license": "GPL-3.0-only"},
		"node_modules/other": {"version": "2.0.0", "license": "MIT"},
		"node_modules/other/node_modules/@scope/name": {"version": "3.0.0", "license": "ISC"},
		"node_modules/plain": {"version": "4.0.0", "license": "LICENCE"}
	}}`
	for _, test := range []struct{ name, licence, want string }{
		{"allowed", "MIT", ""},
		{"not allowed", "GPL-3.0-only", `plain is under "GPL-3.0-only"`},
		{"not known", "", `plain is under ""`},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			write(t, filepath.Join(root, "dist", "module.js.map"), bundled)
			write(t, filepath.Join(root, "package-lock.json"), strings.Replace(installed, "LICENCE", test.licence, 1))
			packages, err := bundledPackages(root)
			if test.want != "" {
				require.ErrorContains(t, err, test.want)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, []module{
				{"@scope/name", "3.0.0", "ISC", filepath.Join(root, "node_modules", "other", "node_modules", "@scope", "name")},
				{"plain", "4.0.0", "MIT", filepath.Join(root, "node_modules", "plain")},
			}, packages)
		})
	}
	t.Run("not installed", func(t *testing.T) {
		root := t.TempDir()
		write(t, filepath.Join(root, "dist", "module.js.map"), bundled)
		write(t, filepath.Join(root, "package-lock.json"), `{}`)
		_, err := bundledPackages(root)
		require.ErrorContains(t, err, "is in module.js but not in package-lock.json")
	})
}
