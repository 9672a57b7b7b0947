package release

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnArchiveOfACommandIsNamedAfterWhatRunsIt(t *testing.T) {
	m := &maker{Options: Options{Out: t.TempDir()}, version: "1.2.3", commit: commit{"abc", committed}, binaries: t.TempDir()}
	for target, want := range map[Target]string{
		{"linux", "arm"}:     "dataverse_exporter-1.2.3.linux-armv7.tar.gz",
		{"linux", "arm64"}:   "dataverse_exporter-1.2.3.linux-arm64.tar.gz",
		{"windows", "amd64"}: "dataverse_exporter-1.2.3.windows-amd64.zip",
	} {
		write(t, m.binary(exporter, target), "binary")
		require.NoError(t, m.command(program{name: exporter}, target, nil))
		assert.FileExists(t, filepath.Join(m.Out, want))
		assert.Contains(t, environment(target), "GOARM=7")
	}
}

// Beside an archive there is no unit that hands over a credential.
func TestTheConfigurationInArchivesIsNotThatOfTheUnit(t *testing.T) {
	assert.Contains(t, documents[exporter], "packaging/exporter.yml")
	for _, document := range documents[exporter] {
		content, err := os.ReadFile(filepath.Join(top, filepath.FromSlash(document)))
		require.NoError(t, err)
		assert.NotContains(t, string(content), "/run/credentials", document)
	}
}
