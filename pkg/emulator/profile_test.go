package emulator_test

import (
	"context"
	"crypto/x509"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
)

// startCopy starts an emulator of a profile with a small contact center.
func startCopy(t *testing.T, profile emulator.Profile) (*emulator.Emulator, *contactcenter.Dataset) {
	t.Helper()
	at := time.Date(2026, 3, 18, 9, 0, 0, 0, time.UTC)
	c, bot := uuid.New(), uuid.New()
	session := uuid.New()
	data := &contactcenter.Dataset{
		Users:         []contactcenter.User{{ID: bot, FullName: new("Bot"), BotApplicationID: new("app")}},
		Conversations: []contactcenter.Conversation{{ID: c, CreatedOn: &at, StatusCode: new(schema.ConversationClosed)}},
		Sessions:      []contactcenter.Session{{ID: session, ConversationID: &c, CreatedOn: &at, ClosureReason: new(schema.ClosureBotEndConversation)}},
		Participants:  []contactcenter.Participant{{ID: uuid.New(), SessionID: &session, AgentID: &bot, Mode: new(schema.ParticipationPrimary)}},
	}
	e, err := emulator.Start(emulator.Options{Profile: profile, Data: data, DataClock: func() time.Time { return at }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e, data
}

// openDatabase logs in to a database with a token.
func openDatabase(t *testing.T, e *emulator.Emulator, database, token string) *sql.DB {
	t.Helper()
	config, err := msdsn.Parse("sqlserver://" + e.Address() + "?encrypt=true&hostNameInCertificate=" + e.Host())
	require.NoError(t, err)
	config.Database = database
	config.TLSConfig.RootCAs = x509.NewCertPool()
	require.True(t, config.TLSConfig.RootCAs.AppendCertsFromPEM(e.CACertificate()))
	connector, err := mssql.NewSecurityTokenConnector(config, func(context.Context) (string, error) { return token, nil })
	require.NoError(t, err)
	db := sql.OpenDB(connector)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func TestACopyTakesTokensForAzureSQLAndItsOwnDatabaseOnly(t *testing.T) {
	for _, profile := range []emulator.Profile{emulator.ProfileFabric, emulator.ProfileSynapse} {
		t.Run(string(profile), func(t *testing.T) {
			e, _ := startCopy(t, profile)
			require.Equal(t, "https://database.windows.net/", e.Audience())
			require.NoError(t, openDatabase(t, e, e.Database(), e.Token(emulator.TokenOptions{})).Ping())

			err := openDatabase(t, e, e.Database(), e.Token(emulator.TokenOptions{Audience: "https://localhost/"})).Ping()
			require.ErrorContains(t, err, "The server is not currently configured to accept this token")
			assert.NotContains(t, err.Error(), "RequestId", "that is Dataverse's")
			expired := e.Token(emulator.TokenOptions{Expires: time.Now().Add(-time.Minute)})
			require.ErrorContains(t, openDatabase(t, e, e.Database(), expired).Ping(), "Token is expired")

			for _, database := range []string{"", "another", strings.ToUpper(e.Database())} {
				err := openDatabase(t, e, database, e.Token(emulator.TokenOptions{})).Ping()
				var refusal mssql.Error
				require.ErrorAs(t, err, &refusal, database)
				assert.Equal(t, int32(4060), refusal.Number)
			}
		})
	}
}

func TestDataverseTakesAnyDatabase(t *testing.T) {
	e, err := emulator.Start(emulator.Options{})
	require.NoError(t, err)
	defer func() { require.NoError(t, e.Close()) }()
	assert.Empty(t, e.Database())
	for _, database := range []string{"", "org12345678"} {
		require.NoError(t, openDatabase(t, e, database, e.Token(emulator.TokenOptions{})).Ping())
	}
}

func TestAnUnknownProfileIsRefused(t *testing.T) {
	_, err := emulator.Start(emulator.Options{Profile: "azure"})
	require.EqualError(t, err, `profile: "azure" is none: use dataverse, fabric, synapse`)
}

func TestACopyHasTheShapeOfItsService(t *testing.T) {
	tests := map[emulator.Profile]struct{ table, flag, deleted string }{
		emulator.ProfileFabric:  {"msdyn_ocsession", "IsDelete", "1"},
		emulator.ProfileSynapse: {"msdyn_ocsession_partitioned", "isDeleted", "'True'"},
	}
	for profile, want := range tests {
		t.Run(string(profile), func(t *testing.T) {
			e, data := startCopy(t, profile)
			db := openDatabase(t, e, e.Database(), e.Token(emulator.TokenOptions{}))
			one := data.Sessions[0]
			var id, key, conversation, kind string
			var reason int64
			var copied time.Time
			row := db.QueryRow(fmt.Sprintf("SELECT TOP 1 t.Id AS a, t.activityid AS b, t.msdyn_liveworkitemid AS c, t.msdyn_liveworkitemid_entitytype AS d, "+
				"t.msdyn_closurereason AS e, t.SinkModifiedOn AS f FROM %s AS t WHERE t.Id = '%s' ORDER BY t.versionnumber DESC, t.SinkModifiedOn DESC", want.table, one.ID))
			require.NoError(t, row.Scan(&id, &key, &conversation, &kind, &reason, &copied))
			assert.Equal(t, one.ID.String(), id)
			assert.Equal(t, id, key)
			assert.Equal(t, strings.ToUpper(one.ConversationID.String()), conversation)
			assert.Equal(t, schema.ConversationTable, kind)
			assert.Equal(t, *one.ClosureReason, reason)
			assert.Equal(t, *one.CreatedOn, copied.UTC(), "the clock stands there")

			var n int
			require.NoError(t, db.QueryRow(fmt.Sprintf("SELECT COUNT(*) AS n FROM %s AS t WHERE t.Id = '%s'", want.table, strings.ToUpper(id))).Scan(&n))
			assert.Zero(t, n, "case counts")
			require.NoError(t, db.QueryRow(fmt.Sprintf("SELECT COUNT(*) AS n FROM %s AS t WHERE t.%s = %s", want.table, want.flag, want.deleted)).Scan(&n))
			assert.Equal(t, 2, n, "sessions are deleted")

			for table, columns := range map[string]string{
				"OptionsetMetadata":       "EntityName OptionSetName Option IsUserLocalizedLabel LocalizedLabelLanguageCode LocalizedLabel",
				"GlobalOptionsetMetadata": "EntityName OptionSetName Option IsUserLocalizedLabel LocalizedLabelLanguageCode LocalizedLabel GlobalOptionSetName",
				"StateMetadata":           "EntityName State IsUserLocalizedLabel LocalizedLabelLanguageCode LocalizedLabel",
				"StatusMetadata":          "EntityName State Status IsUserLocalizedLabel LocalizedLabelLanguageCode LocalizedLabel",
				"TargetMetadata":          "EntityName AttributeName ReferencedEntity ReferencedAttribute",
			} {
				list := "t.[" + strings.Join(strings.Fields(columns), "], t.[") + "]"
				rows, err := db.Query("SELECT " + list + " FROM " + table + " AS t")
				require.NoError(t, err, table)
				assert.True(t, rows.Next(), table)
				require.NoError(t, rows.Close())
			}
			var label string
			require.NoError(t, db.QueryRow("SELECT t.LocalizedLabel AS l FROM StatusMetadata AS t WHERE t.EntityName = 'msdyn_ocliveworkitem' AND t.Status = 4 AND t.LocalizedLabelLanguageCode = 1033").Scan(&label))
			assert.Equal(t, "Closed", label)
		})
	}
}

func TestAChangeOfARowReachesTheCopy(t *testing.T) {
	for _, profile := range []emulator.Profile{emulator.ProfileFabric, emulator.ProfileSynapse} {
		t.Run(string(profile), func(t *testing.T) {
			e, data := startCopy(t, profile)
			table := map[emulator.Profile]string{emulator.ProfileFabric: schema.SessionTable, emulator.ProfileSynapse: schema.SessionTable + "_partitioned"}[profile]
			id := data.Sessions[0].ID
			db := openDatabase(t, e, e.Database(), e.Token(emulator.TokenOptions{}))
			count := func() (n int) {
				require.NoError(t, db.QueryRow(fmt.Sprintf("SELECT COUNT(*) AS n FROM %s AS t WHERE t.Id = '%s'", table, id)).Scan(&n))
				return n
			}
			before := count()
			queue := uuid.New()
			require.NoError(t, e.Store().Update(t.Context(), schema.SessionTable, id, map[string]any{"msdyn_closurereason": schema.ClosureAutoClose, "msdyn_cdsqueueid": queue}))
			versions := map[emulator.Profile]int{emulator.ProfileFabric: before, emulator.ProfileSynapse: before + 1}[profile]
			assert.Equal(t, versions, count())
			var reason int64
			var found, conversation string
			require.NoError(t, db.QueryRow(fmt.Sprintf("SELECT TOP 1 t.msdyn_closurereason AS a, t.msdyn_cdsqueueid AS b, t.msdyn_liveworkitemid AS c FROM %s AS t WHERE t.Id = '%s' ORDER BY t.versionnumber DESC", table, id)).
				Scan(&reason, &found, &conversation))
			assert.Equal(t, schema.ClosureAutoClose, reason)
			assert.Equal(t, strings.ToUpper(queue.String()), found)
			assert.Equal(t, strings.ToUpper(data.Conversations[0].ID.String()), conversation, "the rest stays")

			require.Error(t, e.Store().Update(t.Context(), schema.SessionTable, uuid.New(), map[string]any{"msdyn_closurereason": int64(1)}), "there is no such row")
			require.Error(t, e.Export(t.Context(), t.TempDir()))
		})
	}
}

func TestAGeneratedHistoryGoesOnInACopy(t *testing.T) {
	from := time.Date(2026, 3, 18, 0, 0, 0, 0, time.UTC)
	options := contactcenter.GeneratorOptions{Seed: 3, To: from, Days: 1, ConversationsPerDay: 40}
	for _, profile := range []emulator.Profile{emulator.ProfileFabric, emulator.ProfileSynapse} {
		t.Run(string(profile), func(t *testing.T) {
			e, err := emulator.Start(emulator.Options{Profile: profile, DataClock: func() time.Time { return from }})
			require.NoError(t, err)
			defer func() { require.NoError(t, e.Close()) }()
			history, err := e.Generate(t.Context(), options)
			require.NoError(t, err)
			require.NoError(t, history.Step(t.Context(), from.Add(12*time.Hour)))
			assert.Equal(t, from.Add(12*time.Hour), history.To())
		})
	}
}

func TestAStoreOfAnotherProfileIsMadeAnew(t *testing.T) {
	path := t.TempDir() + "/store.db"
	options := contactcenter.GeneratorOptions{Seed: 3, To: time.Date(2026, 3, 18, 0, 0, 0, 0, time.UTC), Days: 1, ConversationsPerDay: 20}
	for _, run := range []struct {
		profile emulator.Profile
		reused  bool
	}{{emulator.ProfileFabric, false}, {emulator.ProfileFabric, true}, {emulator.ProfileSynapse, false}, {emulator.ProfileDataverse, false}, {emulator.ProfileDataverse, true}} {
		e, err := emulator.Start(emulator.Options{Profile: run.profile, Path: path, KeepStore: true})
		require.NoError(t, err)
		history, err := e.Generate(t.Context(), options)
		require.NoError(t, err)
		assert.Equal(t, run.reused, history.Reused, run.profile)
		require.NoError(t, e.Close())
	}
}
