package emulator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/replica"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/tds"
)

// Profile is what an emulator stands for: Dataverse's own SQL endpoint, or an engine over a copy of its tables.
type Profile string

// The profiles.
const (
	ProfileDataverse Profile = "dataverse"
	ProfileFabric    Profile = "fabric"  // SQL analytics endpoint over Link to Microsoft Fabric
	ProfileSynapse   Profile = "synapse" // serverless SQL pool over Azure Synapse Link for Dataverse
)

// Profiles lists all profiles.
func Profiles() []Profile { return []Profile{ProfileDataverse, ProfileFabric, ProfileSynapse} }

// ProfileNames are the names of all profiles.
func ProfileNames() []string {
	var names []string
	for _, profile := range Profiles() {
		names = append(names, string(profile))
	}
	return names
}

func (p Profile) check() error {
	if slices.Contains(Profiles(), p) {
		return nil
	}
	return fmt.Errorf("profile: %q is none: use %s", string(p), strings.Join(ProfileNames(), ", "))
}

// isCopy reports whether the emulator stands for an engine over a copy.
func (p Profile) isCopy() bool { return p == ProfileFabric || p == ProfileSynapse }

// schema is that of the tables and the labels.
func (p Profile) schema() *schema.Schema {
	tables := schema.Default()
	if !p.isCopy() {
		return tables
	}
	return replica.Kind(p).Schema(tables.Tables)
}

// copyResource is what the tokens for copies are for: Azure SQL as a whole.
const copyResource = "https://database.windows.net/"

// DefaultDatabase is the database of an emulated copy.
const DefaultDatabase = "dataverse_emulator"

// Audience is what tokens have to be for.
func (e *Emulator) Audience() string {
	if e.options.Profile.isCopy() {
		return copyResource
	}
	return "https://" + e.options.Host + "/"
}

// openStore opens the engine, and the way in which rows get into it.
func (e *Emulator) openStore() (err error) {
	profile := e.options.Profile
	// That the databases of copies have a binary collation is assumed: Fabric's is Latin1_General_100_BIN2_UTF8 unless
	// somebody chose another.
	options := engine.Options{Path: e.options.Path, Clock: e.options.DataClock, Binary: profile.isCopy(), Undocumented: e.options.Undocumented}
	if profile.isCopy() { // an engine of SQL Server's own, of whose dialect Dataverse's page does not speak
		options.Undocumented = dialect.All()
	}
	if e.engine, err = engine.Open(profile.schema(), options); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	e.store = e.engine
	if profile.isCopy() {
		e.store = replica.NewStore(replica.Kind(profile), e.engine, schema.Default(), e.options.DataClock)
	}
	return nil
}

// numberNoDatabase is SQL Server's number of a login to a database that is not there.
const numberNoDatabase = 4060

// wrongDatabase is the refusal of a login to another database than the copy's, or to none: an engine over copies has
// several. What it says without a name is assumed. Dataverse takes any name.
func (e *Emulator) wrongDatabase(name string) error {
	if !e.options.Profile.isCopy() || name == e.options.Database {
		return nil
	}
	return &tds.Error{Number: numberNoDatabase, Class: 11, State: 1,
		Message: fmt.Sprintf("Cannot open database %q requested by the login. The login failed.", name)}
}

// Profile is what the emulator stands for.
func (e *Emulator) Profile() Profile { return e.options.Profile }

// Database is the one that a login to a copy has to name; "" where any name is taken.
func (e *Emulator) Database() string {
	if !e.options.Profile.isCopy() {
		return ""
	}
	return e.options.Database
}
