package engine

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
)

// Each construct runs when it alone is switched on, and is refused when all others are.
func TestWhatThePageIsSilentAboutIsRefusedUnlessSwitchedOn(t *testing.T) {
	for _, entry := range dialect.Undocumented {
		if entry.Construct == dialect.NullParameters { // it has a test of its own
			continue
		}
		t.Run(string(entry.Construct), func(t *testing.T) {
			others := dialect.All()
			delete(others, entry.Construct)
			for _, off := range []dialect.Set{nil, others} {
				_, err := open(t, Options{Undocumented: off}).Query(t.Context(), entry.Example, nil)
				var f *Error
				require.ErrorAs(t, err, &f, entry.Example)
				assert.Equal(t, sqlerror.NumberRefused, f.Number, entry.Example)
			}
			rows, err := open(t, Options{Undocumented: dialect.Set{entry.Construct: true}}).Query(t.Context(), entry.Example, nil)
			require.NoError(t, err, entry.Example)
			assert.True(t, rows.Next(), entry.Example)
			require.NoError(t, rows.Err())
			require.NoError(t, rows.Close())
		})
	}
}
