package emulator

import (
	"log/slog"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/entra"
)

// Options of an emulator. The zero value of a field means its default.
type Options struct {
	// Address of the SQL endpoint. Default 127.0.0.1:0, a free port.
	Address string
	// ControlAddress of the HTTP page that injects faults, see Control. It must be loopback. Default none: no page.
	ControlAddress string
	// TokenAddress of the OAuth2 token endpoint. Default 127.0.0.1:0, a free port.
	TokenAddress string
	// AllowRemote allows addresses that are not loopback.
	AllowRemote bool
	// Host is the name in the server's certificate and in the audience of tokens, https://<host>/. Default localhost. The
	// audience of tokens for a copy is https://database.windows.net/.
	Host string
	// Profile is what to stand for. Default Dataverse itself.
	Profile Profile
	// Database is the one that a login to a copy has to name. Default DefaultDatabase.
	Database string
	// Undocumented are the constructs of T-SQL to run although the documentation of Dataverse's endpoint is silent about
	// them; the copies run all. Default none: they are refused, as is what is documented as unsupported.
	Undocumented dialect.Set
	// Data to begin with. Default none: the tables are empty.
	Data *contactcenter.Dataset
	// Path of the store's SQLite file. It is emptied unless KeepStore is set. Default a temporary file. One emulator at
	// a time can use a file: Start refuses one that is in use.
	Path string
	// KeepStore leaves the rows in the store's file, for Generate to use.
	KeepStore bool
	// Clock is the emulator's now: of tokens, of faults and of the times in errors. Certificates follow the machine's own
	// clock, as clients do. Default time.Now.
	Clock func() time.Time
	// DataClock is what GETUTCDATE and its kin answer, where the rows live in another time. Default Clock.
	DataClock func() time.Time
	// Logger takes what a person who runs the emulator wants to know. Default none.
	Logger *slog.Logger
	// Authority signs the server's certificate. Default a new one.
	Authority *Authority
	// Credentials are what the token endpoint takes. What is empty is made up.
	Credentials Credentials
	// TokenLifetime is how long tokens are good, those of TokenURL and of Token. Default an hour, about Entra's.
	TokenLifetime time.Duration
	// TimeScale stretches or shrinks the time that statements may run: with 0.01, a statement with a JOIN is ended after
	// 1.2 seconds and not after 2 minutes. The error's text names Dataverse's own limit all the same. Default 1.
	TimeScale float64
	// StatementLog is the number of statements that Statements remembers. Default 1000.
	StatementLog int
}

type (
	// Credentials are those of the application that may log in.
	Credentials = entra.Credentials
	// TokenOptions describe an access token, see Emulator.Token.
	TokenOptions = entra.TokenOptions
)

func (o Options) withDefaults() Options {
	if o.Address == "" {
		o.Address = "127.0.0.1:0"
	}
	if o.TokenAddress == "" {
		o.TokenAddress = "127.0.0.1:0"
	}
	if o.Host == "" {
		o.Host = "localhost"
	}
	if o.Profile == "" {
		o.Profile = ProfileDataverse
	}
	if o.Database == "" {
		o.Database = DefaultDatabase
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.DataClock == nil {
		o.DataClock = o.Clock
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.TokenLifetime <= 0 {
		o.TokenLifetime = time.Hour
	}
	if o.TimeScale <= 0 {
		o.TimeScale = 1
	}
	if o.StatementLog <= 0 {
		o.StatementLog = 1000
	}
	return o
}
