package tsql_test

import (
	"testing"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/tsql"
	"github.com/stretchr/testify/assert"
)

func TestOnlyChoicesHaveOptionLabels(t *testing.T) {
	for _, dimension := range catalog.Default().Dimensions {
		_, ok := tsql.Dataverse.OptionLabels(dimension, 1031)
		assert.Equal(t, dimension.Kind == catalog.KindChoice, ok, dimension.ID)
	}
}
