// Package lang holds what is known of each language: a folder per language, named by its
// ISO 639-1 code, a text file per dimension. A folder is a language.
package lang

import (
	"embed"
	"io/fs"
)

//go:embed */*.txt
var files embed.FS

// FS returns the folders as they were when the program was built.
func FS() fs.FS { return files }
