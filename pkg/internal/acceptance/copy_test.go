package acceptance

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/internal/oracle"
	"github.com/dataverse-tally/tally/pkg/internal/truthtable"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// changing is a source that changes statements on their way.
type changing struct {
	tally.Source
	change  func(string) string
	changed int
}

func (c *changing) Query(ctx context.Context, text string, args ...any) (*dataverse.Rows, error) {
	other := c.change(text)
	if other != text {
		c.changed++
	}
	return c.Source.Query(ctx, other, args...)
}

// copyCenter is the truth table's contact center with a conversation more, whose workstream is not there.
func copyCenter() (*contactcenter.Dataset, query.Env) {
	data, first := truthtable.Together(), truthtable.Cases()[0]
	at := first.From.Add(time.Hour)
	conversation, session := uuid.MustParse("dddddddd-0000-4000-8000-000000000001"), uuid.MustParse("dddddddd-0000-4000-8000-000000000002")
	missing := uuid.MustParse("dddddddd-0000-4000-8000-000000000003")
	data.Conversations = append(data.Conversations, contactcenter.Conversation{ID: conversation, CreatedOn: &at, WorkstreamID: &missing, StatusCode: new(schema.ConversationClosed)})
	data.Sessions = append(data.Sessions, contactcenter.Session{ID: session, ConversationID: &conversation, CreatedOn: &at, Channel: new(schema.ChannelLiveChat)})
	for _, user := range data.Users {
		if user.BotApplicationID != nil && *user.BotApplicationID != "" {
			data.Participants = append(data.Participants, contactcenter.Participant{ID: uuid.MustParse("dddddddd-0000-4000-8000-000000000004"),
				SessionID: &session, AgentID: &user.ID, Mode: new(schema.ParticipationPrimary)})
			break
		}
	}
	return data, query.Env{From: first.From, To: first.To, Now: first.To}
}

// differs reports whether counts over a source are other than the oracle's, for any definition.
func differs(t *testing.T, r *road, data *contactcenter.Dataset, env query.Env, source tally.Source) bool {
	t.Helper()
	for _, ruling := range truthtable.Rulings() {
		spec, err := (query.Query{Definition: ruling.Definition, View: ruling.View}).Resolve(catalog.Default(), env)
		require.NoError(t, err)
		result, err := tally.New(catalog.Default(), source, tally.WithProfile(r.lane.profile)).Count(t.Context(), spec)
		require.NoError(t, err)
		if compare(catalog.Default(), oracle.Count(data, spec), result) != "" {
			return true
		}
	}
	return false
}

// The copies have deleted rows and former versions in every table, so that a condition which is forgotten is noticed.
func TestWhoForgetsThatRowsAreDeletedCountsWrong(t *testing.T) {
	data, env := copyCenter()
	for profile, aliases := range map[dataverse.Profile]string{
		dataverse.ProfileFabric:  "a ap au b c e p u w",
		dataverse.ProfileSynapse: "c", // nothing but its key is left of a deleted row, so that others find no rows to belong to
	} {
		road := openLane(t, lane{profile: profile})
		require.NoError(t, road.load(t.Context(), data))
		require.False(t, differs(t, road, data, env, road.client))
		for _, alias := range strings.Fields(aliases) {
			t.Run(fmt.Sprintf("%s, %s", profile, alias), func(t *testing.T) {
				flag := regexp.MustCompile(`\(` + alias + `\.\[[A-Za-z]+\] <> 'True' OR ` + alias + `\.\[[A-Za-z]+\] IS NULL\)`)
				source := &changing{Source: road.client, change: func(text string) string { return flag.ReplaceAllString(text, "1 = 1") }}
				assert.True(t, differs(t, road, data, env, source), "rows %s that are deleted are not noticed", alias)
				assert.Positive(t, source.changed)
			})
		}
	}
}

func TestWhoForgetsThatRowsHaveFormerVersionsCountsWrong(t *testing.T) {
	data, env := copyCenter()
	road := openLane(t, lane{profile: dataverse.ProfileSynapse})
	require.NoError(t, road.load(t.Context(), data))
	for _, alias := range []string{"au", "b", "c", "u"} {
		for name, condition := range map[string]string{
			"all of them": `%[1]sv\.\[versionnumber\] > %[1]s\.\[versionnumber\] OR %[1]sv\.\[versionnumber\] = %[1]s\.\[versionnumber\] AND %[1]sv\.\[SinkModifiedOn\] > %[1]s\.\[SinkModifiedOn\]`,
			"by number":   `%[1]sv\.\[versionnumber\] > %[1]s\.\[versionnumber\]`,
			"by time":     `%[1]sv\.\[SinkModifiedOn\] > %[1]s\.\[SinkModifiedOn\]`,
		} {
			t.Run(alias+", "+name, func(t *testing.T) {
				pattern := regexp.MustCompile(`\b` + fmt.Sprintf(condition, alias))
				source := &changing{Source: road.client, change: func(text string) string { return pattern.ReplaceAllString(text, "1 = 0") }}
				assert.True(t, differs(t, road, data, env, source), "former versions of rows %s are not noticed", alias)
				assert.Positive(t, source.changed)
			})
		}
	}
}

func TestWhoForgetsThatIdsAreInEitherCaseCountsWrong(t *testing.T) {
	data, env := copyCenter()
	road := openLane(t, lane{profile: dataverse.ProfileFabric})
	require.NoError(t, road.load(t.Context(), data))
	for _, column := range []string{"a.[msdyn_liveworkitemid]", "b.[msdyn_liveworkitemid]", "p.[msdyn_omnichannelsession]", "ap.[msdyn_omnichannelsession]",
		"p.[msdyn_agentid]", "ap.[msdyn_agentid]", "e.[msdyn_sessionid]", "c.[msdyn_liveworkstreamid]"} {
		t.Run(column, func(t *testing.T) {
			source := &changing{Source: road.client, change: func(text string) string { return strings.ReplaceAll(text, "LOWER("+column+")", column) }}
			assert.True(t, differs(t, road, data, env, source))
			assert.Positive(t, source.changed)
		})
	}
}
