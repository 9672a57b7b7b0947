package plugin

import (
	"context"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/build/buildinfo"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// budgets are those of all credentials that the data sources of this process use.
var budgets budget.Registry

// used is what they all ask of Dataverse.
var used = newUsage(&budgets)

func init() { prometheus.MustRegister(used) }

// dialDataverse makes the client of validated settings and the counter over it. Nothing is sent before a statement is.
func dialDataverse(settings Settings, known *catalog.Catalog) (counter, way, error) {
	logger := newLogger()
	config, err := settings.config()
	if err != nil {
		return nil, nil, err
	}
	config.Logger = logger
	client, err := dataverse.Open(config)
	if err != nil {
		return nil, nil, err
	}
	allowance, leave := budgets.Join(settings.credential(config.Address), budget.Options{Running: settings.running(), Logger: logger})
	source := allowance.Source(client)
	service := tally.New(settings.allowed(known), source, append(settings.options(), tally.WithLogger(logger), tally.WithRetentionNotice())...)
	return service, retiring{budgeted{client, source, allowance}, leave, used.add(service)}, nil
}

// retiring closes a client, leaves the budget to others and counts its service out.
type retiring struct {
	budgeted
	leave, retire func()
}

func (r retiring) Close() error {
	defer r.leave()
	r.retire()
	return r.budgeted.Close()
}

// budgeted is a client whose checks are within the budget of its credential, as statements are.
type budgeted struct {
	*dataverse.Client
	source    *budget.Source
	allowance *budget.Budget
}

// Budget is how the budget of the credential is now.
func (b budgeted) Budget() budget.Stats { return b.allowance.Stats() }

// Check is the client's.
func (b budgeted) Check(ctx context.Context, checks dataverse.Checks) dataverse.Checklist {
	checks.Query = b.source.Query
	return b.Client.Check(ctx, checks)
}

// options are what the settings say of how to count.
func (s Settings) options() []tally.Option {
	return []tally.Option{
		tally.WithNowStep(nowStep),
		tally.WithStale(s.StaleFor),
		tally.WithCache(s.cacheBytes()),
		tally.WithProfile(s.Profile),
		tally.WithLanguage(s.LabelLanguage),
	}
}

// allowed is the catalogue with the definitions that queries may name.
func (s Settings) allowed(known *catalog.Catalog) *catalog.Catalog {
	if len(s.AllowedDefinitions) == 0 {
		return known
	}
	some := *known
	some.Definitions = slices.DeleteFunc(slices.Clone(known.Definitions), func(definition catalog.Definition) bool {
		return !slices.Contains(s.AllowedDefinitions, definition.ID)
	})
	return &some
}

// config is what the client of package dataverse needs.
func (s Settings) config() (dataverse.Config, error) {
	address, err := s.Address()
	if err != nil {
		return dataverse.Config{}, err
	}
	tokens, err := s.tokens(address)
	if err != nil {
		return dataverse.Config{}, err
	}
	return dataverse.Config{
		Address:               address,
		Token:                 tokens,
		Version:               version(),
		QueryTimeout:          s.QueryTimeout,
		Database:              s.Database,
		Literal:               s.Parameters == ParametersLiteral,
		CACertificate:         []byte(s.CACertificate),
		HostNameInCertificate: s.HostNameInCertificate,
		Dial:                  s.dial,
		MaxConnections:        s.running(),
	}, nil
}

// version is the plugin's, which its build writes into the binary; "" where it was built without.
func version() string {
	info, err := buildinfo.GetBuildInfo()
	if err != nil {
		return ""
	}
	return info.Version
}
