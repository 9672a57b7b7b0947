package catalog

// maxNesting is how many metrics may stand one below the other in a shape, the outermost included.
// It bounds the work of Evaluate, which doubles with each of them.
const maxNesting = 8

// Evaluate is the value of a metric for the counts of one cell. It is not ok where there is no value:
// a ratio by 0, or a shape that refers to something that is no metric of this catalogue.
func (c *Catalog) Evaluate(m Metric, counts Counts) (value float64, ok bool) {
	return c.Formula(m)(counts)
}

// Formula is Evaluate for one metric and many cells: what the metric refers to is looked up once.
func (c *Catalog) Formula(m Metric) func(Counts) (value float64, ok bool) {
	return c.formula(m.Shape, maxNesting)
}

func (c *Catalog) formula(shape Shape, levels int) func(Counts) (float64, bool) {
	switch {
	case levels == 0:
		return noValue
	case shape.Difference != nil:
		of, by := c.operands(*shape.Difference, levels-1)
		return func(counts Counts) (float64, bool) {
			a, okA := of(counts)
			b, okB := by(counts)
			return a - b, okA && okB
		}
	case shape.Ratio != nil:
		of, by := c.operands(*shape.Ratio, levels-1)
		return func(counts Counts) (float64, bool) {
			a, okA := of(counts)
			b, okB := by(counts)
			if !okA || !okB || b == 0 {
				return 0, false
			}
			return a / b, true
		}
	}
	switch shape.Count {
	case CountTotal:
		return func(counts Counts) (float64, bool) { return float64(counts.Total), true }
	case CountEscalated:
		return func(counts Counts) (float64, bool) { return float64(counts.Escalated), true }
	case CountInProgress:
		return func(counts Counts) (float64, bool) { return float64(counts.InProgress), true }
	}
	return noValue
}

func (c *Catalog) operands(o Operands, levels int) (of, by func(Counts) (float64, bool)) {
	a, okA := c.Metric(o.Of)
	b, okB := c.Metric(o.By)
	if !okA || !okB {
		return noValue, noValue
	}
	return c.formula(a.Shape, levels), c.formula(b.Shape, levels)
}

func noValue(Counts) (float64, bool) { return 0, false }
