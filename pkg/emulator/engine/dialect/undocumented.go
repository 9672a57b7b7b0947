// Package dialect says what the documentation of Dataverse's SQL endpoint says of T-SQL: what is not supported, by name,
// and about what it is silent.
//
// The page is "How Dataverse SQL differs from Transact-SQL" of September 2022,
// https://learn.microsoft.com/power-apps/developer/data-platform/how-dataverse-sql-differs-from-transact-sql.
package dialect

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Construct is a part of T-SQL about which the page is silent, and which the engine runs where it is switched on.
type Construct string

// The constructs. Undocumented has one entry for each.
const (
	ColumnList         Construct = "column-list"
	Collate            Construct = "collate"
	CompoundAssignment Construct = "compound-assignment"
	DateTypes          Construct = "date-types"
	DateTruncation     Construct = "date-truncation"
	Distinctness       Construct = "distinct-from"
	ExceptIntersect    Construct = "except-intersect"
	Extremes           Construct = "greatest-least"
	NullParameters     Construct = "null-parameters"
	Offset             Construct = "offset-fetch"
	OuterAggregate     Construct = "outer-aggregate"
	Settings           Construct = "set-options"
	TopPercent         Construct = "top-percent"
	TopTies            Construct = "top-with-ties"
	TrimCharacters     Construct = "trim-characters"
)

// Entry tells about a construct.
type Entry struct {
	Construct Construct
	About     string // what it is
	Example   string // a statement of it, over a table queue with a column name; it has a row
}

// Undocumented are all constructs, in the order of their names. That each is refused unless it is switched on is assumed.
var Undocumented = []Entry{
	{Collate, "`COLLATE` with the collation that the engine compares under", "SELECT name COLLATE Latin1_General_CI_AS AS name FROM queue"},
	{ColumnList, "a column list of a derived table or an `APPLY`", "SELECT d.n FROM (SELECT name FROM queue) AS d (n)"},
	{CompoundAssignment, "`SET @v += …` and its like", "DECLARE @v int = 1 SET @v += 1 SELECT @v AS v"},
	{DateTruncation, "`DATETRUNC` and `DATE_BUCKET`, which are younger than the page", "SELECT DATETRUNC(month, GETUTCDATE()) AS m"},
	{DateTypes, "`date`, `datetime2` and `datetimeoffset` as types of a `CAST`, a variable or a parameter; results may have them", "SELECT CAST(GETUTCDATE() AS date) AS d"},
	{Distinctness, "`IS [NOT] DISTINCT FROM`", "SELECT name FROM queue WHERE name IS DISTINCT FROM NULL"},
	{ExceptIntersect, "`EXCEPT` and `INTERSECT`; only `UNION` is named", "SELECT name FROM queue EXCEPT SELECT 'Sales'"},
	{Extremes, "`GREATEST` and `LEAST`", "SELECT GREATEST(1, 2) AS x"},
	{NullParameters, "parameters that are `NULL`; clients of the endpoint avoid them", ""},
	{Offset, "`OFFSET … FETCH`", "SELECT name FROM queue ORDER BY name OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY"},
	{OuterAggregate, "an aggregate in a subquery over a column of the query around it", "SELECT (SELECT MAX(q.name)) AS x FROM queue AS q"},
	{Settings, "`SET NOCOUNT ON` and other settings that change nothing here, before the `SELECT`", "SET NOCOUNT ON; SELECT 1 AS x"},
	{TopPercent, "`TOP … PERCENT`", "SELECT TOP 50 PERCENT name FROM queue ORDER BY name"},
	{TopTies, "`TOP … WITH TIES`", "SELECT TOP 1 WITH TIES name FROM queue ORDER BY name"},
	{TrimCharacters, "`TRIM(x FROM y)`, and `LTRIM` and `RTRIM` of other characters than blanks", "SELECT TRIM('x' FROM name) AS x FROM queue"},
}

// Set is a set of constructs. The zero value is empty.
type Set map[Construct]bool

// All is the set of all constructs.
func All() Set {
	all := Set{}
	for _, e := range Undocumented {
		all[e.Construct] = true
	}
	return all
}

// ParseSet reads a list of constructs, with commas between them; "all" stands for all of them, nothing for none.
func ParseSet(text string) (Set, error) {
	s, all := Set{}, All()
	for name := range strings.SplitSeq(text, ",") {
		name = strings.TrimSpace(name)
		switch c := Construct(name); {
		case name == "":
		case name == "all":
			maps.Copy(s, all)
		case all[c]:
			s[c] = true
		default:
			return nil, fmt.Errorf("no construct is named %q: give all, or names out of %s", name, all)
		}
	}
	return s, nil
}

// String lists the constructs of the set.
func (s Set) String() string {
	var names []string
	for c, in := range s {
		if in {
			names = append(names, string(c))
		}
	}
	slices.Sort(names)
	return strings.Join(names, ",")
}
