package release

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// noticesName is the file beside a program with the texts that the licences of its modules want to be kept.
const noticesName = "THIRD-PARTY-NOTICES.txt"

var (
	noticeFile = regexp.MustCompile(`(?i)licen[cs]e|copying|copyright|notice`)
	sourceFile = regexp.MustCompile(`(?i)\.(go|js|json|ts|sh|py|tmpl)$`)
)

// notices are the texts of modules, each text once below the names of all modules that have it.
func notices(program string, modules []module) ([]byte, error) {
	var texts []string
	names := map[string][]string{}
	for _, module := range modules {
		text, err := noticesIn(module.folder)
		if err != nil {
			return nil, fmt.Errorf("the notices of %s: %w", module.path, err)
		}
		if names[text] == nil {
			texts = append(texts, text)
		}
		names[text] = append(names[text], fmt.Sprintf("%s %s (%s)\n", module.path, module.version, module.licence))
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s contains code of these modules, under the licences that follow them.\n", program)
	for _, text := range texts {
		fmt.Fprintf(&out, "\n%s\n%s\n%s", strings.Repeat("=", 80), strings.Join(names[text], ""), text)
	}
	return out.Bytes(), nil
}

// noticesIn is the content of a folder's files of licences and notices.
func noticesIn(folder string) (string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", err
	}
	var texts strings.Builder
	for _, entry := range entries {
		if !entry.Type().IsRegular() || !noticeFile.MatchString(entry.Name()) || sourceFile.MatchString(entry.Name()) {
			continue
		}
		content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&texts, "%s\n", strings.TrimSpace(strings.ReplaceAll(string(content), "\r\n", "\n")))
	}
	return texts.String(), nil
}
