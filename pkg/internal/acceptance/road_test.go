package acceptance

import (
	"context"
	"errors"
	"fmt"
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
	lane      lane
	dataverse *emulator.Emulator
	client    *dataverse.Client
}

// lane is one of the ways in which the same numbers can be had.
type lane struct {
	profile dataverse.Profile
	literal bool // values are written into the statements
}

func (l lane) String() string {
	if l.literal {
		return string(l.profile) + ", literal"
	}
	return string(l.profile)
}

// The lanes: of the profiles all, and the mode of parameters with each.
var (
	usualLane    = lane{profile: dataverse.ProfileDataverse}
	copyLanes    = []lane{{profile: dataverse.ProfileFabric}, {profile: dataverse.ProfileSynapse}}
	literalLanes = []lane{{dataverse.ProfileDataverse, true}, {dataverse.ProfileFabric, true}, {dataverse.ProfileSynapse, true}}
)

// Each road is built once: a contact center is loaded for each case, which is fast.
var roads = struct {
	sync.Mutex
	built map[lane]*road
}{built: map[lane]*road{}}

// openRoad is the way to Dataverse itself.
func openRoad(t *testing.T) *road {
	t.Helper()
	return openLane(t, usualLane)
}

func openLane(t *testing.T, l lane) *road {
	t.Helper()
	roads.Lock()
	defer roads.Unlock()
	if _, ok := roads.built[l]; !ok {
		built, err := buildRoad(l)
		require.NoError(t, err)
		roads.built[l] = built
	}
	return roads.built[l]
}

// eachProfile holds something to every profile.
func eachProfile(t *testing.T, promise func(t *testing.T, road *road)) {
	t.Helper()
	for _, l := range append([]lane{usualLane}, copyLanes...) {
		t.Run(l.String(), func(t *testing.T) { promise(t, openLane(t, l)) })
	}
}

// fewer is by how much fewer cases are tried of a road than of the way to Dataverse itself.
func (r *road) fewer(fraction int) int {
	if r.lane.profile.IsCopy() {
		return 4 * fraction
	}
	return fraction
}

func buildRoad(l lane) (*road, error) {
	dv, err := emulator.Start(emulator.Options{Profile: emulator.Profile(l.profile)})
	if err != nil {
		return nil, err
	}
	address, err := l.profile.ParseAddress(dv.Address())
	if err != nil {
		return nil, errors.Join(err, dv.Close())
	}
	client, err := dataverse.Open(dataverse.Config{
		Address:       address,
		Token:         dataverse.StaticToken(dv.Token(emulator.TokenOptions{})),
		CACertificate: dv.CACertificate(),
		Database:      dv.Database(),
		Literal:       l.literal,
	})
	if err != nil {
		return nil, errors.Join(err, dv.Close())
	}
	return &road{lane: l, dataverse: dv, client: client}, nil
}

func closeRoads() (err error) {
	for l, r := range roads.built {
		if closeErr := errors.Join(r.client.Close(), r.dataverse.Close()); closeErr != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", l, closeErr))
		}
	}
	return err
}

// load replaces the contact center.
func (r *road) load(ctx context.Context, data *contactcenter.Dataset) error {
	return r.dataverse.Reset(ctx, data)
}

// count asks as a panel of a fresh data source does, which remembers no labels.
func (r *road) count(ctx context.Context, spec query.Spec) (*tally.Result, error) {
	return r.service().Count(ctx, spec)
}

// service counts over the road and remembers nothing of others.
func (r *road) service(options ...tally.Option) *tally.Service {
	return tally.New(catalog.Default(), r.client, append(options, tally.WithProfile(r.lane.profile))...)
}
