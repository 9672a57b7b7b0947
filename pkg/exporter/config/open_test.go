package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator"
)

func TestParametersAreTypedUnlessTheyAreToBeLiteral(t *testing.T) {
	dv := startDataverse(t)
	flags := []string{"--dataverse.address=" + dv.Address(), "--dataverse.ca-file=" + fileOf(t, string(dv.CACertificate())),
		"--dataverse.access-token-file=" + fileOf(t, dv.Token(emulator.TokenOptions{}))}
	for form, parameters := range map[string]int{typed: 1, literal: 0} {
		t.Run(form, func(t *testing.T) {
			connection, err := only(t, append(flags, "--dataverse.parameters="+form)...).Connect("test", quiet)
			require.NoError(t, err)
			defer func() { assert.NoError(t, connection.Close()) }()
			_, err = connection.Client.Query(t.Context(), "SELECT COUNT(*) AS n FROM queue AS q WHERE q.name = @p1", "It's one")
			require.NoError(t, err)
			ran := dv.Statements()
			assert.Len(t, ran[len(ran)-1].Params, parameters, ran[len(ran)-1].Text)
		})
	}
}
