package release

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"
)

// File is one entry of an archive.
type File struct {
	Name string // with slashes, relative to the archive's root
	Mode fs.FileMode
	Data []byte
}

// ordered checks the names of an archive's files and sorts them, so that the order of a folder on disk does not show.
func ordered(files []File) ([]File, error) {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	for i, file := range files {
		if !fs.ValidPath(file.Name) || file.Name == "." {
			return nil, fmt.Errorf("archive: %q is not a path inside an archive", file.Name)
		}
		if i > 0 && files[i-1].Name == file.Name {
			return nil, fmt.Errorf("archive: %s is there twice", file.Name)
		}
	}
	return files, nil
}

// WriteZip writes files as a zip archive in which every entry has the given time.
func WriteZip(w io.Writer, files []File, modified time.Time) error {
	files, err := ordered(files)
	if err != nil {
		return err
	}
	archive := zip.NewWriter(w)
	for _, file := range files {
		header := &zip.FileHeader{Name: file.Name, Method: zip.Deflate, Modified: modified.UTC()}
		header.SetMode(file.Mode)
		entry, err := archive.CreateHeader(header)
		if err != nil {
			return fmt.Errorf("archive: %s: %w", file.Name, err)
		}
		if _, err := entry.Write(file.Data); err != nil {
			return fmt.Errorf("archive: %s: %w", file.Name, err)
		}
	}
	return archive.Close()
}

// WriteTarGz writes files as a compressed tar archive in which every entry has the given time and belongs to root.
func WriteTarGz(w io.Writer, files []File, modified time.Time) error {
	files, err := ordered(files)
	if err != nil {
		return err
	}
	packed, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	archive := tar.NewWriter(packed)
	for _, file := range files {
		header := &tar.Header{
			Typeflag: tar.TypeReg, Name: file.Name, Mode: int64(file.Mode.Perm()), Size: int64(len(file.Data)),
			ModTime: modified.UTC().Truncate(time.Second), Format: tar.FormatUSTAR, Uname: "root", Gname: "root",
		}
		if err := archive.WriteHeader(header); err != nil {
			return fmt.Errorf("archive: %s: %w", file.Name, err)
		}
		if _, err := archive.Write(file.Data); err != nil {
			return fmt.Errorf("archive: %s: %w", file.Name, err)
		}
	}
	return errors.Join(archive.Close(), packed.Close())
}

// writeArchive writes files to a path, as what the path's ending says.
func writeArchive(path string, files []File, modified time.Time) error {
	write := WriteTarGz
	if strings.HasSuffix(path, ".zip") {
		write = WriteZip
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(out, files, modified), out.Close())
}
