package lite

import "github.com/dataverse-tally/tally/pkg/emulator/engine/typed"

// Pack is the aggregate that makes one value of the rows of a query, and Rows the table that has its rows again, with
// RowsColumns columns c1, c2, …. Through them a query of a FROM can look at what stands on its left, which SQLite lets
// the argument of a table-valued function do and no query.
const (
	Pack        = "dv_pack"
	Rows        = "dv_rows"
	RowsColumns = 300
)

// lateral prints a source that looks at what stands on its left.
func (p *printer) lateral(n *typed.Source) {
	p.put(Rows, "((SELECT ", Pack, "(")
	for i := range n.Query.Columns {
		p.put(comma(i, ""), typed.ColumnName(i))
	}
	p.put(") FROM (")
	p.query(n.Query, false, p.forms(n.Query))
	p.put(")))")
}
