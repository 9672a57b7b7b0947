package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/prometheus/common/promslog"
	promslogflag "github.com/prometheus/common/promslog/flag"
	"github.com/prometheus/common/version"
)

// flags are what the command line says.
type flags struct {
	listenAddress, tokenListenAddress, controlListenAddress, host string
	allowRemote                                                   bool
	profile, database                                             string

	dataDir, caFile, caKeyFile, tokenFile, secretFile, storePath string

	tenantID, clientID string
	tokenLifetime      time.Duration

	seed                uint64
	days                int
	conversationsPerDay float64
	location            *time.Location
	until               time.Time // zero: now
	live                bool
	liveInterval        time.Duration
	liveSpeed           float64
	scenario            *contactcenter.Scenario
	importDir           string
	exportDir           string // of the export command; "" when it serves

	timeScale    float64
	undocumented dialect.Set
	faults       []emulator.Fault

	log *promslog.Config
}

const program = "dataverse_emulator"

// parse reads the command line. done says that it asked for help or the version, which has been written.
func parse(args []string, stdout, stderr io.Writer) (f flags, done bool, err error) {
	f.log = &promslog.Config{Writer: stderr}
	app := kingpin.New(program, "An embedded Dataverse: its SQL (TDS) endpoint over a generated contact center, and a token endpoint.")
	app.UsageWriter(stdout).ErrorWriter(stderr).Terminate(func(int) { done = true })
	app.Version(version.Print(program))
	app.HelpFlag.Short('h')

	app.Flag("listen-address", "Address of the SQL endpoint.").Default("127.0.0.1:14330").StringVar(&f.listenAddress)
	app.Flag("token-listen-address", "Address of the OAuth2 token endpoint.").Default("127.0.0.1:14331").StringVar(&f.tokenListenAddress)
	app.Flag("control-listen-address", "Loopback address of an HTTP page that injects and clears faults, for example 127.0.0.1:14332. Default: no page.").StringVar(&f.controlListenAddress)
	app.Flag("allow-remote", "Allow addresses that other machines reach.").BoolVar(&f.allowRemote)
	app.Flag("host", "Host name in the certificate and in the audience of tokens, https://<host>/.").Default("localhost").StringVar(&f.host)

	app.Flag("profile", "What to stand for: dataverse, or an engine over a copy of its tables, fabric (Link to Microsoft Fabric) or synapse (Azure Synapse Link).").Default(string(emulator.ProfileDataverse)).EnumVar(&f.profile, emulator.ProfileNames()...)
	app.Flag("database", "Database that a login to a copy has to name.").Default(emulator.DefaultDatabase).StringVar(&f.database)

	app.Flag("data-dir", "Directory of the files below.").Default("dataverse-emulator").StringVar(&f.dataDir)
	app.Flag("ca-file", "Certificate of the authority that clients have to trust; made unless it exists. Default: ca.pem in the data directory.").StringVar(&f.caFile)
	app.Flag("ca-key-file", "Its private key; made unless it exists. Default: ca-key.pem in the data directory.").StringVar(&f.caKeyFile)
	app.Flag("token-file", "Where a ready access token is written. Default: token in the data directory.").StringVar(&f.tokenFile)
	app.Flag("token-lifetime", "How long that token is good for.").Default("24h").DurationVar(&f.tokenLifetime)
	app.Flag("client-secret-file", "Client secret that the token endpoint takes; made unless it exists. The environment variable "+secretVariable+" wins. Default: client-secret in the data directory.").StringVar(&f.secretFile)
	app.Flag("client-id", "Client (application) id that the token endpoint takes.").Default("22222222-2222-4222-8222-222222222222").StringVar(&f.clientID)
	app.Flag("tenant-id", "Tenant (directory) id in the path of the token endpoint.").Default("11111111-1111-4111-8111-111111111111").StringVar(&f.tenantID)
	app.Flag("store.path", "SQLite file of the rows, which is used again when it has a history of the same settings. Default: a temporary one.").StringVar(&f.storePath)

	var given givenFlags
	app.Flag("seed", "Seed of the contact center: with the same seed and settings, a moment has the same rows.").Default("1").IsSetByUser(&given.seed).Uint64Var(&f.seed)
	app.Flag("days", "Length of the history.").Default("30").IsSetByUser(&given.days).IntVar(&f.days)
	app.Flag("conversations-per-day", "Average number of conversations a day.").Default("300").IsSetByUser(&given.conversationsPerDay).Float64Var(&f.conversationsPerDay)
	zone := app.Flag("time-zone", "IANA name of the time zone whose days and hours the customers keep.").Default("UTC").IsSetByUser(&given.location).String()
	scenarioFile := app.Flag("scenario.file", "YAML file that says how the contact center differs from the usual one. The flags above win over it. Default: the usual one.").String()
	until := app.Flag("until", "When the history ends and live mode goes on, for example 2026-03-18T00:00:00Z. Default: now.").String()
	app.Flag("import.dir", "Directory of CSV files whose rows to serve instead of a generated history. Nothing changes them.").StringVar(&f.importDir)
	app.Flag("live", "Let conversations arrive, escalate and close as time goes on.").Default("true").BoolVar(&f.live)
	app.Flag("live-interval", "Time between two changes of the rows.").Default("2s").DurationVar(&f.liveInterval)
	app.Flag("live-speed", "How fast time goes by in live mode: with 60, an hour of the contact center passes in a minute.").Default("1").Float64Var(&f.liveSpeed)
	app.Flag("time-scale", "Scale of the time that statements may run: with 0.01, 1.2 seconds stand for 2 minutes.").Default("1").Float64Var(&f.timeScale)
	undocumented := app.Flag("undocumented", "What of T-SQL to run although the documentation of Dataverse's SQL endpoint is silent about it: names with commas between them, or all. "+
		"The names: "+dialect.All().String()+". Default: none of it.").PlaceHolder("NAMES").String()
	faults := app.Flag("fault", "Fault to inject: "+strings.Join(emulator.FaultNames(), ", ")+
		". Settings follow its name, for example throttle_time,probability=0.05,duration=10m. Repeatable.").PlaceHolder("NAME").Strings()
	promslogflag.AddFlags(app, f.log)
	app.Command("serve", "Serve the contact center. This is what is done when no command is given.").Default()
	export := app.Command("export", "Write all tables to CSV files and end.")
	export.Arg("directory", "Directory of the files; it is made, and its files of the same names are replaced.").Required().StringVar(&f.exportDir)

	if _, err := app.Parse(args); err != nil {
		return f, false, fmt.Errorf("%s%w (--help lists the flags)", culprit(app, args), err)
	}
	if done {
		return f, true, nil
	}
	if err := f.contactCenter(given, *zone, *scenarioFile, *until); err != nil {
		return f, false, err
	}
	if f.tokenLifetime <= 0 {
		return f, false, fmt.Errorf("--token-lifetime: %v is no time: give one such as 24h", f.tokenLifetime)
	}
	if f.liveInterval <= 0 {
		return f, false, fmt.Errorf("--live-interval: %v is no time: give one such as 2s", f.liveInterval)
	}
	if !(f.liveSpeed > 0 && f.liveSpeed <= 100_000) {
		return f, false, fmt.Errorf("--live-speed: %v: give a number above 0 and up to 100000", f.liveSpeed)
	}
	if !(f.timeScale > 0) {
		return f, false, fmt.Errorf("--time-scale: %v: give a number above zero", f.timeScale)
	}
	if f.undocumented, err = dialect.ParseSet(*undocumented); err != nil {
		return f, false, fmt.Errorf("--undocumented: %w", err)
	}
	for _, text := range *faults {
		fault, err := emulator.ParseFault(text)
		if err != nil {
			return f, false, fmt.Errorf("--fault: %w", err)
		}
		f.faults = append(f.faults, fault)
	}
	for file, name := range map[*string]string{&f.caFile: "ca.pem", &f.caKeyFile: "ca-key.pem", &f.tokenFile: "token", &f.secretFile: "client-secret"} {
		if *file == "" {
			*file = filepath.Join(f.dataDir, name)
		}
	}
	return f, false, nil
}

// culprit is the flag whose value cannot be read, which kingpin's errors do not name; nothing when another thing is wrong.
func culprit(app *kingpin.Application, args []string) string {
	line, err := app.ParseContext(args)
	if err != nil {
		return ""
	}
	for _, element := range line.Elements {
		flag, ok := element.Clause.(*kingpin.FlagClause)
		if ok && element.Value != nil && flag.Model().Value.Set(*element.Value) != nil {
			return "--" + flag.Model().Name + ": "
		}
	}
	return ""
}

// givenFlags tells the flags that the command line has from those that have their default.
type givenFlags struct{ seed, days, conversationsPerDay, location bool }

// contactCenter settles what the contact center is, by flags and scenario file.
func (f *flags) contactCenter(given givenFlags, zone, scenarioFile, until string) (err error) {
	if f.location, err = time.LoadLocation(zone); err != nil {
		return fmt.Errorf("--time-zone: %w: give a name such as Europe/Berlin", err)
	}
	if f.days <= 0 {
		return fmt.Errorf("--days: %d: give at least one", f.days)
	}
	if f.conversationsPerDay <= 0 {
		return fmt.Errorf("--conversations-per-day: %v: give a number above zero", f.conversationsPerDay)
	}
	if until != "" {
		if f.until, err = time.Parse(time.RFC3339, until); err != nil {
			return fmt.Errorf("--until: %q is no time: give one such as 2026-03-18T00:00:00Z", until)
		}
	}
	if scenarioFile == "" {
		return nil
	}
	if f.importDir != "" {
		return errors.New("--scenario.file: rows are imported and not generated: leave it or --import.dir out")
	}
	content, err := os.ReadFile(scenarioFile)
	if err != nil {
		return fmt.Errorf("--scenario.file: %w", err)
	}
	scenario, err := contactcenter.ReadScenario(scenarioFile, content)
	if err != nil {
		return fmt.Errorf("--scenario.file: %w", err)
	}
	f.scenario = scenario.Scenario
	if scenario.Seed != 0 && !given.seed {
		f.seed = scenario.Seed
	}
	if scenario.Days != 0 && !given.days {
		f.days = scenario.Days
	}
	if scenario.ConversationsPerDay != 0 && !given.conversationsPerDay {
		f.conversationsPerDay = scenario.ConversationsPerDay
	}
	if scenario.Location != nil && !given.location {
		f.location = scenario.Location
	}
	return nil
}
