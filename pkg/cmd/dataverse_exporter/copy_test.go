package main

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
)

// A copy has the same counts as Dataverse itself, and tells how fresh it is. No conversation is about to leave a window.
func TestACopyIsCountedAsDataverseIs(t *testing.T) {
	now := time.Now().UTC()
	data, err := contactcenter.Generate(contactcenter.GeneratorOptions{Seed: 5, To: now, From: now.Add(-20 * time.Hour), ConversationsPerDay: 300})
	require.NoError(t, err)
	counts := func(profile emulator.Profile, more ...string) (counted []string, page string) {
		dv, err := emulator.Start(emulator.Options{Profile: profile, Data: data})
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, dv.Close()) })
		s := scene{dataverse: dv, folder: t.TempDir()}
		s.token, s.ca = filepath.Join(s.folder, "token"), filepath.Join(s.folder, "ca.pem")
		require.NoError(t, os.WriteFile(s.token, []byte(dv.Token(emulator.TokenOptions{})), 0o600))
		require.NoError(t, os.WriteFile(s.ca, dv.CACertificate(), 0o600))
		args := s.args(append(more, "--dataverse.profile="+string(profile), "--dataverse.database="+dv.Database(), "--query.by=none")...)
		out, err := do(t, append(args, "check")...)
		require.NoError(t, err, out)
		running := serveScene(t, args...)
		status, page := running.page(http.MethodGet, "/metrics")
		require.Equal(t, http.StatusOK, status)
		return regexp.MustCompile(`(?m)^dataverse_(bot_conversations_(escalated_|deflected_)?last_24h|newest\w+) .+$`).FindAllString(page, -1), page
	}
	want, page := counts(emulator.ProfileDataverse)
	require.Len(t, want, 4)
	assert.False(t, strings.Contains(page, "dataverse_copy_freshness_timestamp_seconds"))
	for _, profile := range []emulator.Profile{emulator.ProfileFabric, emulator.ProfileSynapse} {
		t.Run(string(profile), func(t *testing.T) {
			got, page := counts(profile, "--dataverse.parameters=literal")
			assert.Equal(t, want, got)
			assert.True(t, strings.Contains(page, "\ndataverse_copy_freshness_timestamp_seconds "))
			assert.True(t, strings.Contains(page, `dataverse_query_success{query="freshness"} 1`))
		})
	}
}
