package catalog

// maxNesting is how many metrics may stand one below the other in a shape, the outermost included.
// It bounds the work of Evaluate, which doubles with each of them.
const maxNesting = 8

// Evaluate is the value of a metric for the counts of one cell. It is not ok where there is no value:
// a ratio by 0, or a shape that refers to something that is no metric of this catalogue.
func (c *Catalog) Evaluate(m Metric, counts Counts) (value float64, ok bool) {
	return c.evaluate(m.Shape, counts, maxNesting)
}

func (c *Catalog) evaluate(shape Shape, counts Counts, levels int) (float64, bool) {
	switch {
	case levels == 0:
		return 0, false
	case shape.Difference != nil:
		of, by, ok := c.operands(*shape.Difference, counts, levels-1)
		return of - by, ok
	case shape.Ratio != nil:
		of, by, ok := c.operands(*shape.Ratio, counts, levels-1)
		if !ok || by == 0 {
			return 0, false
		}
		return of / by, true
	}
	switch shape.Count {
	case CountTotal:
		return float64(counts.Total), true
	case CountEscalated:
		return float64(counts.Escalated), true
	case CountInProgress:
		return float64(counts.InProgress), true
	}
	return 0, false
}

func (c *Catalog) operands(o Operands, counts Counts, levels int) (of, by float64, ok bool) {
	a, okA := c.Metric(o.Of)
	b, okB := c.Metric(o.By)
	if !okA || !okB {
		return 0, 0, false
	}
	of, okA = c.evaluate(a.Shape, counts, levels)
	by, okB = c.evaluate(b.Shape, counts, levels)
	return of, by, okA && okB
}
