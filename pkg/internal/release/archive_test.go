package release

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var committed = time.Date(2026, 3, 1, 12, 30, 15, 0, time.UTC)

func TestAnArchiveDoesNotDependOnTheOrderOfItsFiles(t *testing.T) {
	one := []File{{"a/program", 0o755, []byte("binary")}, {"a/README.md", 0o644, []byte("text")}}
	other := []File{one[1], one[0]}
	for name, write := range map[string]func(io.Writer, []File, time.Time) error{"zip": WriteZip, "tar.gz": WriteTarGz} {
		t.Run(name, func(t *testing.T) {
			var first, second, later bytes.Buffer
			require.NoError(t, write(&first, one, committed))
			require.NoError(t, write(&second, other, committed.In(time.FixedZone("", 3600))))
			require.NoError(t, write(&later, one, committed.Add(time.Hour)))
			assert.Equal(t, first.Bytes(), second.Bytes())
			assert.NotEqual(t, first.Bytes(), later.Bytes(), "the time is in the archive")
		})
	}
}

func TestAnArchiveKeepsNamesModesAndContent(t *testing.T) {
	files := []File{{"a/README.md", 0o644, []byte("text")}, {"a/program", 0o755, []byte("binary")}}
	t.Run("zip", func(t *testing.T) {
		var packed bytes.Buffer
		require.NoError(t, WriteZip(&packed, files, committed))
		archive, err := zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
		require.NoError(t, err)
		var got []File
		for _, entry := range archive.File {
			assert.True(t, entry.Modified.Equal(committed.Truncate(time.Second)), entry.Modified)
			content, err := fs.ReadFile(archive, entry.Name)
			require.NoError(t, err)
			got = append(got, File{entry.Name, entry.Mode(), content})
		}
		assert.Equal(t, files, got)
	})
	t.Run("tar.gz", func(t *testing.T) {
		var packed bytes.Buffer
		require.NoError(t, WriteTarGz(&packed, files, committed))
		plain, err := gzip.NewReader(&packed)
		require.NoError(t, err)
		var got []File
		for archive := tar.NewReader(plain); ; {
			header, err := archive.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			assert.True(t, header.ModTime.Equal(committed), header.ModTime)
			content, err := io.ReadAll(archive)
			require.NoError(t, err)
			got = append(got, File{header.Name, header.FileInfo().Mode(), content})
		}
		assert.Equal(t, files, got)
	})
}

func TestAnArchiveRefusesNamesThatLeaveItOrRepeat(t *testing.T) {
	for name, files := range map[string][]File{
		"../x is not a path": {{Name: "../x"}},
		"/x":                 {{Name: "/x"}},
		"a is there twice":   {{Name: "a"}, {Name: "a"}},
	} {
		assert.ErrorContains(t, WriteZip(io.Discard, files, committed), name[:2])
		assert.ErrorContains(t, WriteTarGz(io.Discard, files, committed), name[:2])
	}
}
