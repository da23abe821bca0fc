package main

import (
	"crypto/sha256"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// sources are the texts of a configuration by the paths of their files.
type sources map[string][]byte

// readSources takes a file, or all *.alloy files directly in a folder.
func readSources(path string) (sources, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	files := []string{path}
	if info.IsDir() {
		if files, err = filepath.Glob(filepath.Join(path, "*.alloy")); err != nil {
			return nil, err
		}
	}
	texts := sources{}
	for _, file := range files {
		if texts[file], err = os.ReadFile(file); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// hash is the same for the same texts, in whichever order they were read.
func (s sources) hash() [sha256.Size]byte {
	hash := sha256.New()
	for _, file := range slices.Sorted(maps.Keys(s)) {
		hash.Write(s[file])
	}
	return [sha256.Size]byte(hash.Sum(nil))
}
