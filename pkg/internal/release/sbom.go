package release

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/uuid"
)

// billOfMaterials writes what is in the release, as CycloneDX: the Go modules that the linker put into any of the
// binaries, read from the binaries themselves, and the packages that the bundler put into module.js, read from its
// source map.
func (m *maker) billOfMaterials() error {
	var binaries []string
	for _, p := range m.programs {
		binaries = append(binaries, m.built(p.name)...)
	}
	modules, err := modulesIn(m.Root, binaries)
	if err != nil {
		return err
	}
	packages, err := bundledPackages(m.Root)
	if err != nil {
		return err
	}
	var components []cyclonedx.Component
	for _, module := range modules {
		components = append(components, cyclonedx.Component{
			Type: cyclonedx.ComponentTypeLibrary, Name: module.path, Version: module.version,
			PackageURL: golangURL(module), Licenses: licences(module.licence),
		})
	}
	for _, bundled := range packages {
		components = append(components, cyclonedx.Component{
			Type: cyclonedx.ComponentTypeLibrary, Name: bundled.path, Version: bundled.version,
			PackageURL: "pkg:npm/" + strings.Replace(bundled.path, "@", "%40", 1) + "@" + bundled.version, Licenses: licences(bundled.licence),
		})
	}
	for i := range components {
		components[i].BOMRef = components[i].PackageURL
	}
	bill := cyclonedx.NewBOM()
	bill.SerialNumber = uuid.NewSHA1(uuid.NameSpaceURL, []byte(m.manifest.ID+"@"+m.version+"@"+m.commit.at.Format(time.RFC3339))).URN()
	bill.Metadata = &cyclonedx.Metadata{
		Timestamp: m.commit.at.Format(time.RFC3339),
		Component: &cyclonedx.Component{Type: cyclonedx.ComponentTypeApplication, Name: "tally", Version: m.version, Licenses: licences("Apache-2.0")},
	}
	bill.Components = &components
	return m.writeBill(bill)
}

func (m *maker) writeBill(bill *cyclonedx.BOM) (err error) {
	out, err := os.Create(filepath.Join(m.Out, "tally-"+m.version+".cdx.json"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	return cyclonedx.NewBOMEncoder(out, cyclonedx.BOMFileFormatJSON).SetPretty(true).Encode(bill)
}

// golangURL is the package URL of a Go module, in which a version has no go in front and no plus sign.
func golangURL(m module) string {
	return "pkg:golang/" + m.path + "@" + strings.ReplaceAll(strings.TrimPrefix(m.version, "go"), "+", "%2B")
}

func licences(id string) *cyclonedx.Licenses {
	return &cyclonedx.Licenses{{License: &cyclonedx.License{ID: id}}}
}
