package main

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// folderLayer is a folder seen as an uncompressed layer. Nothing is stored: the archive is written anew for each reader,
// every time with the same bytes.
type folderLayer struct {
	folder string
	digest v1.Hash
	size   int64
}

func newFolderLayer(folder string) (*folderLayer, error) {
	sum, size := sha256.New(), &counter{}
	if err := writeArchive(io.MultiWriter(sum, size), folder); err != nil {
		return nil, err
	}
	return &folderLayer{folder, v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum.Sum(nil))}, size.bytes}, nil
}

func (l *folderLayer) Digest() (v1.Hash, error)            { return l.digest, nil }
func (l *folderLayer) DiffID() (v1.Hash, error)            { return l.digest, nil }
func (l *folderLayer) Size() (int64, error)                { return l.size, nil }
func (l *folderLayer) MediaType() (types.MediaType, error) { return types.OCIUncompressedLayer, nil }
func (l *folderLayer) Compressed() (io.ReadCloser, error)  { return l.Uncompressed() }
func (l *folderLayer) Uncompressed() (io.ReadCloser, error) {
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(writeArchive(writer, l.folder)) }()
	return reader, nil
}

type counter struct{ bytes int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.bytes += int64(len(p))
	return len(p), nil
}

// writeArchive keeps modes, numeric owners, symbolic and hard links; it drops times and owner names, which differ
// between machines.
func writeArchive(out io.Writer, folder string) error {
	archive := tar.NewWriter(out)
	firstName := map[uint64]string{} // inode -> name of its first link
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == folder {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		return writeEntry(archive, path, name, info, firstName)
	})
	if err != nil {
		return fmt.Errorf("layer %s: %w", folder, err)
	}
	return archive.Close()
}

func writeEntry(archive *tar.Writer, path, name string, info fs.FileInfo, firstName map[uint64]string) error {
	target := ""
	switch info.Mode().Type() {
	case 0, fs.ModeDir:
	case fs.ModeSymlink:
		var err error
		if target, err = os.Readlink(path); err != nil {
			return err
		}
	default:
		return fmt.Errorf("%s is a %s; a layer may hold files, folders and links", name, info.Mode().Type())
	}
	header, err := tar.FileInfoHeader(info, target)
	if err != nil {
		return err
	}
	header.Name = name
	if info.IsDir() {
		header.Name += "/"
	}
	header.Uname, header.Gname = "", ""
	header.ModTime, header.AccessTime, header.ChangeTime = time.Unix(0, 0), time.Time{}, time.Time{}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && stat.Nlink > 1 && info.Mode().IsRegular() {
		if first, seen := firstName[stat.Ino]; seen {
			header.Typeflag, header.Linkname, header.Size = tar.TypeLink, first, 0
		} else {
			firstName[stat.Ino] = name
		}
	}
	if err := archive.WriteHeader(header); err != nil || header.Typeflag != tar.TypeReg {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(archive, file)
	return err
}
