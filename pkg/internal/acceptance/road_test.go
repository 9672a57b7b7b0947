package acceptance

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
	"github.com/stretchr/testify/require"
)

// road is the way of every number: a client with a token, and the embedded Dataverse behind TLS.
type road struct {
	dataverse *emulator.Emulator
	client    *dataverse.Client
}

// The road is built once: a contact center is loaded for each case, which is fast.
var (
	builtRoad  *road
	buildError error
	buildOnce  sync.Once
)

func openRoad(t *testing.T) *road {
	t.Helper()
	buildOnce.Do(func() { builtRoad, buildError = buildRoad() })
	require.NoError(t, buildError)
	return builtRoad
}

func buildRoad() (*road, error) {
	dv, err := emulator.Start(emulator.Options{})
	if err != nil {
		return nil, err
	}
	address, err := dataverse.ParseAddress(dv.Address())
	if err != nil {
		return nil, errors.Join(err, dv.Close())
	}
	client, err := dataverse.Open(dataverse.Config{
		Address:       address,
		Token:         dataverse.StaticToken(dv.Token(emulator.TokenOptions{})),
		CACertificate: dv.CACertificate(),
	})
	if err != nil {
		return nil, errors.Join(err, dv.Close())
	}
	return &road{dataverse: dv, client: client}, nil
}

func closeRoad() error {
	if builtRoad == nil {
		return nil
	}
	return errors.Join(builtRoad.client.Close(), builtRoad.dataverse.Close())
}

// load replaces the contact center.
func (r *road) load(ctx context.Context, data *contactcenter.Dataset) error {
	return r.dataverse.Reset(ctx, data)
}

// count asks as a panel of a fresh data source does, which remembers no labels.
func (r *road) count(ctx context.Context, spec query.Spec) (*tally.Result, error) {
	return tally.New(catalog.Default(), r.client).Count(ctx, spec)
}
