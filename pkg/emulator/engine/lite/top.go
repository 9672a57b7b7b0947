package lite

import (
	"github.com/dataverse-tally/tally/pkg/emulator/engine/typed"
)

// share prints a SELECT with TOP … PERCENT or TOP … WITH TIES, which SQLite lacks: the rows are numbered, or ranked, in
// their order, and counted. What they are sorted by becomes columns o1, o2, …, as the numbering stands outside of DISTINCT
// and GROUP BY.
func (p *printer) share(q *typed.Query, out []form) {
	for i := range q.Columns {
		p.put(comma(i, "SELECT "), typed.ColumnName(i))
	}
	p.put(" FROM (SELECT *, ", map[bool]string{true: "rank()", false: "row_number()"}[q.Ties], " OVER (")
	body := *q.Body.(*typed.Select)
	body.Items = append([]*typed.Expr(nil), body.Items...)
	forms := append([]form(nil), out...)
	for i, o := range q.Order {
		at := o.Position
		if at == 0 {
			body.Items, forms = append(body.Items, o.Expr), append(forms, key)
			at = len(body.Items)
		}
		p.put(comma(i, "ORDER BY "), typed.ColumnName(at-1))
		if body.Items[at-1].Type.IsText() {
			p.put(" COLLATE ", Collation)
		}
		if o.Desc {
			p.put(" DESC")
		}
	}
	p.put(") AS k, count(*) OVER () AS n FROM (")
	p.selection(&body, false, false, forms)
	p.put(")) WHERE k <= ")
	if q.Percent {
		p.put("ceil(n * ")
		p.expr(q.Limit)
		p.put(" / 100)")
	} else {
		p.expr(q.Limit)
	}
	p.put(" ORDER BY k")
}
