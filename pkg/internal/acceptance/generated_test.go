package acceptance

import (
	"fmt"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/internal/oracle"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The contact center that the demonstration shows, some days of it: every definition, view and dimension, in days.
func TestGeneratedContactCenterAgreesWithOracle(t *testing.T) {
	now := time.Date(2025, 10, 27, 11, 0, 0, 0, time.UTC) // the clocks of Berlin went back the day before
	data, err := contactcenter.Generate(contactcenter.GeneratorOptions{Seed: 7, To: now, Days: 4, ConversationsPerDay: 150})
	require.NoError(t, err)
	road := openRoad(t)
	require.NoError(t, road.load(t.Context(), data))
	cat := catalog.Default()
	env := query.Env{From: now.AddDate(0, 0, -4), To: now, Now: now, TimeZone: "Europe/Berlin"}
	for _, definition := range cat.Definitions {
		for view := range definition.Views {
			for _, dimension := range append([]catalog.Dimension{{}}, cat.Dimensions...) {
				t.Run(fmt.Sprintf("%s, %s, by %s", definition.ID, view, dimension.ID), func(t *testing.T) {
					q := question{env: env, saved: query.Query{Definition: definition.ID, View: view, Bucket: "day"}}
					if dimension.ID != "" {
						q.saved.GroupBy = []string{dimension.ID}
					}
					spec, err := q.saved.Resolve(cat, env)
					require.NoError(t, err)
					wanted := oracle.Count(data, spec)
					require.NotEmpty(t, wanted)
					result, err := road.count(t.Context(), spec)
					require.NoError(t, err)
					assert.Empty(t, compare(cat, wanted, result))
				})
			}
		}
	}
}
