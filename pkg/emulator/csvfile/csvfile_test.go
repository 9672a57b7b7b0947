package csvfile_test

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/emulator/csvfile"
	"github.com/dataverse-tally/tally/pkg/emulator/engine"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

type testingT interface {
	require.TestingT
	Helper()
}

func store(t testingT) *engine.Engine {
	t.Helper()
	e, err := engine.Open(schema.Default(), engine.Options{})
	require.NoError(t, err)
	return e
}

func contents(t testingT, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		require.NoError(t, err)
		files[entry.Name()] = string(content)
	}
	return files
}

// again exports a store, imports that into another, which is emptied, and exports it again.
func again(t testingT, from, to *engine.Engine, first, second string) (one, two map[string]string) {
	t.Helper()
	ctx := context.Background()
	require.NoError(t, csvfile.Write(ctx, first, schema.Default(), from))
	directory, err := csvfile.Read(ctx, first, schema.Default())
	require.NoError(t, err)
	require.NoError(t, to.Clear(ctx))
	require.NoError(t, directory.Load(ctx, to))
	require.NoError(t, csvfile.Write(ctx, second, schema.Default(), to))
	return contents(t, first), contents(t, second)
}

func TestWhatIsWrittenAndReadIsWrittenAgain(t *testing.T) {
	data, err := contactcenter.Generate(contactcenter.GeneratorOptions{Seed: 1, To: time.Date(2026, 3, 18, 0, 0, 0, 0, time.UTC), Days: 3})
	require.NoError(t, err)
	e := store(t)
	defer e.Close()
	require.NoError(t, data.Load(t.Context(), e))
	other := store(t)
	defer other.Close()
	one, two := again(t, e, other, t.TempDir(), t.TempDir())
	assert.Equal(t, one, two)
	assert.Len(t, one, len(schema.Default().Tables))
	assert.Equal(t, len(data.Sessions)+1, strings.Count(one["msdyn_ocsession.csv"], "\n"))
	assert.True(t, strings.HasPrefix(one["queue.csv"], "queueid,name,createdon\n"))
}

// value draws a value that a column can hold.
func value(t *rapid.T, c schema.Column) any {
	if !c.NotNull && rapid.Bool().Draw(t, "null") {
		return nil
	}
	switch c.Type.Kind {
	case sqltype.NVarChar:
		text := rapid.OneOf(
			rapid.SampledFrom([]string{"", `\`, `\r`, `\\`, "\r", "a\r\nb", "\n", `"`, `a,"b"`, " x ", "\ufeff", "NULL", "é🙂", "=1+1", `\` + "\r\n"}),
			rapid.StringN(0, c.Type.Length/2, -1)).Draw(t, "text")
		return strings.ReplaceAll(text, "\x00", "")
	case sqltype.UniqueIdentifier:
		return uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
	case sqltype.Bit:
		return rapid.Bool().Draw(t, "bit")
	case sqltype.Int:
		return int64(rapid.Int32().Draw(t, "int"))
	case sqltype.DateTime:
		first := time.Date(1753, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
		last := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix()
		tick := rapid.Int64Range(0, 299).Draw(t, "tick")
		return time.Unix(rapid.Int64Range(first, last).Draw(t, "seconds"), tick*10_000_000/3).UTC()
	case sqltype.Decimal:
		return rapid.SampledFrom([]string{"0", "1.5", "-2.25", "123456.0000000001"}).Draw(t, "decimal")
	}
	t.Fatalf("no value for %s", c.Type)
	return nil
}

func TestEveryValueSurvivesTheRoundTrip(t *testing.T) {
	e, other := store(t), store(t)
	defer e.Close()
	defer other.Close()
	rapid.Check(t, func(t *rapid.T) {
		require.NoError(t, e.Clear(context.Background()))
		for _, table := range schema.Default().Tables {
			keys := map[any]bool{}
			var names []string
			for _, c := range table.Columns {
				names = append(names, c.Name)
			}
			var rows [][]any
			for range rapid.IntRange(0, 3).Draw(t, "rows") {
				row := make([]any, len(table.Columns))
				for i, c := range table.Columns {
					row[i] = value(t, c)
				}
				if !keys[row[0]] {
					rows, keys[row[0]] = append(rows, row), true
				}
			}
			require.NoError(t, e.Insert(context.Background(), table.Name, names, slices.Values(rows)))
		}
		first, err := os.MkdirTemp("", "csvfile")
		require.NoError(t, err)
		defer os.RemoveAll(first)
		second, err := os.MkdirTemp("", "csvfile")
		require.NoError(t, err)
		defer os.RemoveAll(second)
		one, two := again(t, e, other, first, second)
		require.Equal(t, one, two)
	})
}

const (
	someID  = "6f9619ff-8b86-d011-b42d-00c04fc964ff"
	otherID = "7f9619ff-8b86-d011-b42d-00c04fc964ff"
)

func directory(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	return dir
}

func TestFilesOfPeopleAndTheirProgramsAreRead(t *testing.T) {
	dir := directory(t, map[string]string{
		"queue.csv": "\ufeffName,QUEUEID\r\nGeneral,{" + strings.ToUpper(someID) + "}\r\n\"a,\nb\"," + otherID + "\r\n",
		"MSDYN_OCSESSION.csv": "activityid,msdyn_sessioncreatedon,msdyn_channel,msdyn_cdsqueueid\n" +
			someID + ",2026-03-18 10:07:30.5,192360000,\n" + otherID + ",2026-03-18T12:07:30+02:00,," + someID + "\n",
		"readme.txt": "not a table",
	})
	d, err := csvfile.Read(t.Context(), dir, schema.Default())
	require.NoError(t, err)
	assert.Equal(t, 4, d.Rows())
	e := store(t)
	defer e.Close()
	require.NoError(t, d.Load(t.Context(), e))
	assert.Equal(t, [][]any{{"General"}, {"a,\nb"}}, query(t, e, "SELECT q.name FROM queue AS q ORDER BY q.name DESC"))
	assert.Equal(t, [][]any{
		{time.Date(2026, 3, 18, 10, 7, 30, 5e8, time.UTC), int64(192360000), nil},
		{time.Date(2026, 3, 18, 10, 7, 30, 0, time.UTC), nil, "General"},
	}, query(t, e, "SELECT s.msdyn_sessioncreatedon, s.msdyn_channel, s.msdyn_cdsqueueidname FROM msdyn_ocsession AS s ORDER BY s.activityid"))
}

func query(t *testing.T, e *engine.Engine, text string) (found [][]any) {
	t.Helper()
	rows, err := e.Query(t.Context(), text, nil)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		found = append(found, slices.Clone(rows.Row()))
	}
	require.NoError(t, rows.Err())
	return found
}

func TestBadFilesAreRefusedWithTheirPlace(t *testing.T) {
	session := func(columns, cells string) map[string]string {
		return map[string]string{"msdyn_ocsession.csv": "activityid," + columns + "\n" + someID + "," + cells + "\n"}
	}
	tests := map[string]struct {
		files   map[string]string
		message string // after the directory
	}{
		"unknown table":       {map[string]string{"sessions.csv": ""}, "sessions.csv: there is no table sessions: the tables are msdyn_ocliveworkitem, "},
		"misspelt table":      {map[string]string{"queues.csv": ""}, "queues.csv: there is no table queues: did you mean queue?"},
		"empty file":          {map[string]string{"queue.csv": ""}, "queue.csv:1:1: the file is empty: begin it with a line of column names"},
		"unknown column":      {map[string]string{"queue.csv": "queueid,colour\n"}, `queue.csv:1:9: queue has no column "colour": the columns are queueid, name and createdon`},
		"misspelt column":     {map[string]string{"queue.csv": "queueid,nmae\n"}, `queue.csv:1:9: queue has no column "nmae": did you mean name?`},
		"computed column":     {session("msdyn_channelname", "x"), "msdyn_ocsession.csv:1:12: msdyn_channelname follows from msdyn_channel: leave it out"},
		"column twice":        {map[string]string{"queue.csv": "queueid,name,NAME\n"}, "queue.csv:1:14: name stands twice: keep one"},
		"no key column":       {map[string]string{"queue.csv": "name\nx\n"}, "queue.csv:1:1: the column queueid is missing: every row needs a value in it"},
		"no key":              {map[string]string{"queue.csv": "queueid,name\n,x\n"}, "queue.csv:2:1: queueid: the cell is empty, and every row needs a value here"},
		"key twice":           {map[string]string{"queue.csv": "queueid,name\n" + someID + ",x\n" + otherID + ",\n" + strings.ToUpper(someID) + ",y\n"}, "queue.csv:4:1: queueid: the key " + someID + " stands in line 2 already: a key belongs to one row"},
		"no id":               {map[string]string{"queue.csv": "queueid\nqueue-1\n"}, `queue.csv:2:1: queueid: "queue-1" is no id: give one such as 6f9619ff-8b86-d011-b42d-00c04fc964ff`},
		"id without hyphens":  {map[string]string{"queue.csv": "queueid\n" + strings.ReplaceAll(someID, "-", "") + "\n"}, "is no id"},
		"no time":             {session("msdyn_sessioncreatedon", "yesterday"), `msdyn_ocsession.csv:2:38: msdyn_sessioncreatedon: "yesterday" is no time: give one such as 2026-03-18T10:07:30Z`},
		"day that is none":    {session("msdyn_sessioncreatedon", "2026-02-30"), "is no time"},
		"time too early":      {session("msdyn_sessioncreatedon", "1700-01-01"), "lies outside of the years 1753 to 9999, which a datetime can hold"},
		"no number":           {session("msdyn_channel", "chat"), `msdyn_channel: "chat" is no int: give a whole number from -2147483648 to 2147483647`},
		"number too large":    {session("msdyn_channel", "3000000000"), "is no int"},
		"text too long":       {session("subject", strings.Repeat("x", 401)), "has 401 characters: at most 400 fit"},
		"text too long in 16": {session("subject", strings.Repeat("🙂", 201)), "has 402 characters: at most 400 fit"},
		"not UTF-8":           {session("subject", "caf\xe9"), "is not UTF-8"},
		"bad escape":          {session("subject", `\a\x`), "write \\\\ for a backslash"},
		"bit":                 {map[string]string{"systemuser.csv": "systemuserid,isdisabled\n" + someID + ",maybe\n"}, `isdisabled: "maybe" is no bit: give true or false`},
		"decimal":             {map[string]string{"msdyn_ocsessionparticipantevent.csv": "msdyn_ocsessionparticipanteventid,msdyn_eventduration\n" + someID + ",1e5\n"}, `"1e5" is no decimal(23,10): give a number such as 1.5, with at most 13 digits before the point`},
		"too few cells":       {map[string]string{"queue.csv": "queueid,name\n" + someID + "\n"}, "queue.csv:2:1: the line has 1 cells and the header 2: give as many, and quote those with a comma in them"},
		"too many cells":      {map[string]string{"queue.csv": "queueid,name\n" + someID + ",a,b\n"}, "queue.csv:2:40: the line has 3 cells and the header 2: give as many, and quote those with a comma in them"},
		"stray quote":         {map[string]string{"queue.csv": "queueid,name\n" + someID + ",a\"b\n"}, `queue.csv:2:39: a quote in a cell that does not begin with one: put the cell in quotes, and write "" for a quote in it`},
		"open quote":          {map[string]string{"queue.csv": "queueid,name\n" + someID + ",\"ab\n"}, `queue.csv:2:42: a cell in quotes that does not end with one: write "" for a quote in it, and one quote at its end`},
		"more after a quote":  {map[string]string{"queue.csv": "queueid,name\n" + someID + ",\"a\"b\n"}, `queue.csv:2:40: a cell in quotes that does not end with one: write "" for a quote in it, and one quote at its end`},
		"no files":            {map[string]string{"notes.txt": ""}, "has no CSV files: give a directory with files such as msdyn_ocsession.csv"},
		"same table twice":    {map[string]string{"queue.csv": "queueid\n", "QUEUE.csv": "queueid\n"}, "another file of the directory is of the same table"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := directory(t, test.files)
			_, err := csvfile.Read(t.Context(), dir, schema.Default())
			require.ErrorContains(t, err, test.message)
			assert.NotContains(t, err.Error(), strings.Repeat("x", 100), "long cells are shortened")
		})
	}
	_, err := csvfile.Read(t.Context(), filepath.Join(t.TempDir(), "absent"), schema.Default())
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestAFileThatChangesAfterTheCheckLeavesItsTableEmpty(t *testing.T) {
	dir := directory(t, map[string]string{"queue.csv": "queueid\n" + someID + "\n" + otherID + "\n"})
	d, err := csvfile.Read(t.Context(), dir, schema.Default())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "queue.csv"), []byte("queueid\n"+someID+"\nbroken\n"), 0o600))
	e := store(t)
	defer e.Close()
	err = d.Load(t.Context(), e)
	var place *csvfile.Error
	require.ErrorAs(t, err, &place)
	assert.Equal(t, 3, place.Line)
	assert.Equal(t, [][]any{{int64(0)}}, query(t, e, "SELECT COUNT(*) AS n FROM queue"))
}

func TestReadAndWriteEndWithTheirContext(t *testing.T) {
	rows := "queueid\n"
	for range 3000 {
		rows += uuid.NewString() + "\n"
	}
	dir := directory(t, map[string]string{"queue.csv": rows})
	ctx, cancel := context.WithCancel(t.Context())
	d, err := csvfile.Read(ctx, dir, schema.Default())
	require.NoError(t, err)
	cancel()
	_, err = csvfile.Read(ctx, dir, schema.Default())
	require.ErrorIs(t, err, context.Canceled)
	e := store(t)
	defer e.Close()
	require.ErrorIs(t, d.Load(ctx, e), context.Canceled)
	out := t.TempDir()
	require.ErrorIs(t, csvfile.Write(ctx, out, schema.Default(), e), context.Canceled)
	assert.Empty(t, contents(t, out), "nothing half written stays")
}

// nowhere takes rows and forgets them.
type nowhere struct{}

func (nowhere) Insert(_ context.Context, _ string, _ []string, rows iter.Seq[[]any]) error {
	for range rows { //nolint:revive // only to have them read
	}
	return nil
}

// Whatever the bytes, a file is read or refused with its place.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"queueid,name\n" + someID + ",x\n", "\ufeffqueueid\r\n", "queueid,name\n" + someID + ",\"a\r\nb\"\n",
		"queueid,name,createdon\n" + someID + `,\\\\r,2026-03-18` + "\n", "\"", "queueid\n\n\n", ",\n", "queueid\n" + someID + "\n" + someID} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "queue.csv"), content, 0o600))
		d, err := csvfile.Read(context.Background(), dir, schema.Default())
		if err != nil {
			var place *csvfile.Error
			require.ErrorAs(t, err, &place)
			require.Positive(t, place.Line, "%v", err)
			return
		}
		require.NoError(t, d.Load(context.Background(), nowhere{}))
	})
}
