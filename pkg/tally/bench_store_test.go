package tally_test

import (
	"context"
	"crypto/x509"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/tally"
	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"
	"github.com/stretchr/testify/require"
)

var benchEnd = time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC)

// benchSessions is about how many sessions of 90 days the benchmarks count: what TALLY_BENCH_SESSIONS says, else 20,000.
func benchSessions(tb testing.TB) int { return sessionsOf(tb, "TALLY_BENCH_SESSIONS", 20_000) }

func sessionsOf(tb testing.TB, variable string, usual int) int {
	text := os.Getenv(variable)
	if text == "" {
		return usual
	}
	sessions, err := strconv.Atoi(text)
	require.NoError(tb, err, variable)
	return sessions
}

// bench is an embedded Dataverse on disk, which is kept from run to run in TALLY_BENCH_DIR or the user's cache directory.
type bench struct {
	emulator *emulator.Emulator
	client   *dataverse.Client
	token    string
	driver   *sql.DB
	ran      atomic.Int64 // statements since reset
	runTime  atomic.Int64 // nanoseconds on the endpoint since reset
}

// openBench opens a history of 90 days, which is generated where it is not kept from before.
func openBench(b *testing.B, sessions int) *bench {
	b.Helper()
	options := emulator.Options{Path: storePath(b, fmt.Sprintf("bench-%d.db", sessions)), KeepStore: true, StatementLog: 1}
	o := startHistory(b, options, sessions, 90)
	o.openDriver(b)
	return o
}

// storePath is where a store is kept from run to run.
func storePath(tb testing.TB, name string) string {
	tb.Helper()
	dir := os.Getenv("TALLY_BENCH_DIR")
	if dir == "" {
		cache, err := os.UserCacheDir()
		require.NoError(tb, err)
		dir = filepath.Join(cache, "tally")
	}
	require.NoError(tb, os.MkdirAll(dir, 0o700))
	return filepath.Join(dir, name)
}

// startHistory starts an embedded Dataverse with a history that ends at benchEnd, or none where it has no days.
func startHistory(tb testing.TB, options emulator.Options, sessions, days int) *bench {
	tb.Helper()
	dv, err := emulator.Start(options)
	require.NoError(tb, err)
	o := &bench{emulator: dv}
	tb.Cleanup(func() { o.close(tb) })
	if days > 0 { // a conversation has about 1.5 sessions
		_, err = dv.Generate(tb.Context(), contactcenter.GeneratorOptions{Seed: 1, To: benchEnd, Days: days, ConversationsPerDay: float64(sessions) / 1.5 / float64(days)})
		require.NoError(tb, err)
	}

	o.token = dv.Token(emulator.TokenOptions{Expires: time.Now().Add(24 * time.Hour)})
	address, err := dataverse.ParseAddress(dv.Address())
	require.NoError(tb, err)
	o.client, err = dataverse.Open(dataverse.Config{Address: address, Token: dataverse.StaticToken(o.token), CACertificate: dv.CACertificate(), MaxConnections: budget.PluginShare})
	require.NoError(tb, err)
	return o
}

// close closes what is open, once.
func (o *bench) close(tb testing.TB) {
	if o.driver != nil {
		require.NoError(tb, o.driver.Close())
	}
	if o.client != nil {
		require.NoError(tb, o.client.Close())
	}
	if o.emulator != nil {
		require.NoError(tb, o.emulator.Close())
	}
	o.driver, o.client, o.emulator = nil, nil, nil
}

// openDriver opens the bare driver beside the client.
func (o *bench) openDriver(tb testing.TB) {
	tb.Helper()
	config, err := msdsn.Parse("sqlserver://" + o.emulator.Address() + "?encrypt=true&hostNameInCertificate=" + o.emulator.Host())
	require.NoError(tb, err)
	config.TLSConfig.RootCAs = x509.NewCertPool()
	require.True(tb, config.TLSConfig.RootCAs.AppendCertsFromPEM(o.emulator.CACertificate()))
	connector, err := mssql.NewSecurityTokenConnector(config, func(context.Context) (string, error) { return o.token, nil })
	require.NoError(tb, err)
	o.driver = sql.OpenDB(connector)
	o.driver.SetMaxOpenConns(dataverse.DefaultMaxConnections)
	o.driver.SetMaxIdleConns(dataverse.DefaultMaxConnections)
}

// service is a counting service as the plugin has it, at a time that may be moved.
func (o *bench) service(now *time.Time) *tally.Service {
	return tally.New(cat, budget.New(budget.Options{Running: budget.PluginShare}).Source(o),
		tally.WithClock(func() time.Time { return *now }), tally.WithNowStep(15*time.Second))
}

// Query counts and times the statements of a service.
func (o *bench) Query(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
	began := time.Now()
	rows, err := o.client.Query(ctx, text, args...)
	o.ran.Add(1)
	o.runTime.Add(int64(time.Since(began)))
	return rows, err
}

// take returns what ran since the last call.
func (o *bench) take() (statements int64, runTime time.Duration) {
	return o.ran.Swap(0), time.Duration(o.runTime.Swap(0))
}
