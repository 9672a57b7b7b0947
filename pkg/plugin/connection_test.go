package plugin

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
)

func TestAConnectionIsMadeOnceByTheFirstQueryAndShared(t *testing.T) {
	var dials atomic.Int32
	ended := &closes{}
	d := newDatasource(context.Background(), stored(goodJSON, goodSecrets()), catalog.Default(), func(settings Settings, _ *catalog.Catalog) (counter, way, error) {
		dials.Add(1)
		assert.Equal(t, secretText, settings.Credentials.ClientSecret.secret.Reveal())
		return countFunc(answerTwelve), ended, nil
	}, time.Now)
	assert.Zero(t, dials.Load(), "nothing is dialled before the first query")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			responses, err := d.QueryData(context.Background(), &backend.QueryDataRequest{Queries: []backend.DataQuery{asked("A", `{}`)}})
			if assert.NoError(t, err) {
				assert.NoError(t, responses.Responses["A"].Error)
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, 1, dials.Load())
	d.Dispose()
	assert.EqualValues(t, 1, ended.Load())
	d.Dispose()
	assert.EqualValues(t, 1, ended.Load(), "disposing twice closes once")
}

func TestADialThatFailedIsTriedAgain(t *testing.T) {
	var dials atomic.Int32
	d := newDatasource(context.Background(), stored(goodJSON, goodSecrets()), catalog.Default(), func(Settings, *catalog.Catalog) (counter, way, error) {
		if dials.Add(1) == 1 {
			return nil, nil, &dataverse.Error{Class: dataverse.ClassAuth, Message: "no token"}
		}
		return countFunc(answerTwelve), &closes{}, nil
	}, time.Now)
	assert.Equal(t, backend.StatusUnauthorized, ask(t, d, asked("A", `{}`))["A"].Status)
	assert.NoError(t, ask(t, d, asked("A", `{}`))["A"].Error)
}

func TestAQueryThatArrivesAfterTheEndIsToldToTryAgain(t *testing.T) {
	d := counting(t, answerTwelve)
	d.Dispose()
	response := ask(t, d, asked("A", `{}`))["A"]
	require.ErrorContains(t, response.Error, "refresh")
	assert.Equal(t, backend.ErrorSourceDownstream, response.ErrorSource)
}

func TestWrongSettingsAnswerEveryQueryUnderItsRefID(t *testing.T) {
	d := newDatasource(context.Background(), stored(`{"environment":"example.com"}`, nil), catalog.Default(), func(Settings, *catalog.Catalog) (counter, way, error) {
		t.Error("dialled")
		return nil, nil, errors.New("dialled")
	}, time.Now)
	responses := ask(t, d, asked("A", `{}`), asked("B", `{}`), asked("C", `{"metrics":["x"]}`))
	for _, refID := range []string{"A", "B"} {
		response := responses[refID]
		require.Error(t, response.Error)
		assert.Equal(t, backend.StatusBadRequest, response.Status)
		assert.Equal(t, backend.ErrorSourceDownstream, response.ErrorSource)
		assert.Contains(t, response.Error.Error(), FieldEnvironment)
		assert.Contains(t, response.Error.Error(), FieldAuthentication)
	}
	assert.Contains(t, responses["C"].Error.Error(), "metrics[0]", "what is wrong with a query is said all the same")
}
