package storefile

import (
	"testing"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheFormOfAStoreFollowsFromTheSchemaAndFromWhatTheEngineMakes(t *testing.T) {
	small := func(change func(*schema.Schema)) *schema.Schema {
		s := &schema.Schema{Tables: []schema.Table{{Name: "queue", Key: "queueid", Indexes: [][]string{{"name"}}, Columns: []schema.Column{
			{Name: "queueid", Type: sqltype.Type{Kind: sqltype.UniqueIdentifier}}, {Name: "name", Type: sqltype.Type{Kind: sqltype.NVarChar, Length: 10}}}}}}
		if change != nil {
			change(s)
		}
		return s
	}
	form := func(s *schema.Schema) string {
		f, err := formOf(t.Context(), s)
		require.NoError(t, err)
		return f
	}
	same := form(small(nil))
	assert.Equal(t, same, form(small(nil)))
	for name, change := range map[string]func(*schema.Schema){
		"a table more":    func(s *schema.Schema) { s.Tables = append(s.Tables, s.Tables[0]); s.Tables[1].Name = "other" },
		"a column's name": func(s *schema.Schema) { s.Tables[0].Columns[1].Name, s.Tables[0].Indexes = "title", nil },
		"a column's type": func(s *schema.Schema) { s.Tables[0].Columns[1].Type = sqltype.Type{Kind: sqltype.Int} },
		"an index less":   func(s *schema.Schema) { s.Tables[0].Indexes = nil },
		"not null":        func(s *schema.Schema) { s.Tables[0].Columns[1].NotNull = true },
	} {
		assert.NotEqual(t, same, form(small(change)), name)
	}
}

// A kind without a value would be NULL in the probe, and how its values are kept would not be seen.
func TestTheProbeHasAValueOfEveryKind(t *testing.T) {
	for kind := sqltype.Unknown + 1; kind <= sqltype.Date; kind++ {
		assert.NotNil(t, probeValue(kind), kind)
	}
	assert.Nil(t, probeValue(sqltype.Date+1), "the last kind is no longer Date: put it here")
}
