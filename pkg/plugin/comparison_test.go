package plugin

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/query"
)

func TestTheComparisonsAreThoseOfTheService(t *testing.T) {
	for _, with := range query.AllComparisons() {
		q, err := query.Parse([]byte(`{"queryType":"comparison","compare":"` + string(with) + `"}`))
		require.NoError(t, err)
		_, err = q.Resolve(nil, query.Env{From: midnight, To: clock, Now: clock})
		assert.NoError(t, err)
		assert.NotEmpty(t, earlierTitles[query.Comparison(with)])
	}
	assert.Len(t, earlierTitles, len(query.AllComparisons()))
}

func TestAChangeIsAShareOfTheEarlierValue(t *testing.T) {
	number := func(value float64) *float64 { return &value }
	cases := []struct{ now, before, want *float64 }{
		{number(6), number(4), number(0.5)},
		{number(2), number(4), number(-0.5)},
		{number(0), number(4), number(-1)},
		{number(4), number(4), number(0)},
		{number(4), number(0), nil},
		{number(4), nil, nil},
		{nil, number(4), nil},
	}
	for _, test := range cases {
		assert.Equal(t, []*float64{test.want}, changes([]*float64{test.now}, []*float64{test.before}))
	}
}

func TestWhatIsNotComparedNamesItsField(t *testing.T) {
	d := over(t, twoBots())
	for saved, want := range map[string]string{
		`{"queryType":"comparison","window":"last_24h_open_3d"}`: "window: last_24h_open_3d has no earlier time",
		`{"queryType":"comparison","compare":"last_year"}`:       `compare: unknown comparison "last_year"`,
	} {
		response := ask(t, d, asked("A", saved))["A"]
		assert.ErrorContains(t, response.Error, want)
	}
}
