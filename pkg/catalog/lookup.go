package catalog

// Page finds a page by its id.
func (c *Catalog) Page(id string) (Page, bool) {
	return find(c.Pages, id)
}

// Definition finds a definition by its id.
func (c *Catalog) Definition(id string) (Definition, bool) {
	return find(c.Definitions, id)
}

// DefaultDefinition is the definition of a query that names none. A loaded catalogue has exactly one.
func (c *Catalog) DefaultDefinition() Definition {
	for _, d := range c.Definitions {
		if d.Default {
			return d
		}
	}
	return Definition{}
}

// Metric finds a metric by its id.
func (c *Catalog) Metric(id string) (Metric, bool) {
	return find(c.Metrics, id)
}

// Dimension finds a dimension by its id.
func (c *Catalog) Dimension(id string) (Dimension, bool) {
	return find(c.Dimensions, id)
}

// Window finds a window by its id.
func (c *Catalog) Window(id string) (Window, bool) {
	return find(c.Windows, id)
}

// OptionSet finds an option set by its id.
func (c *Catalog) OptionSet(id string) (OptionSet, bool) {
	return find(c.OptionSets, id)
}

// Rule finds the description of a rule by its id.
func (c *Catalog) Rule(id string) (Rule, bool) {
	return find(c.Rules, id)
}

// Option finds an option by its value.
func (s OptionSet) Option(value string) (Option, bool) {
	for _, o := range s.Options {
		if o.Value == value {
			return o, true
		}
	}
	return Option{}, false
}

// find goes through the entries one by one: there are a few dozen of them at the most.
func find[T interface{ name() string }](entries []T, id string) (T, bool) {
	for _, e := range entries {
		if e.name() == id {
			return e, true
		}
	}
	var none T
	return none, false
}

func (p Page) name() string       { return p.ID }
func (d Definition) name() string { return d.ID }
func (m Metric) name() string     { return m.ID }
func (d Dimension) name() string  { return d.ID }
func (w Window) name() string     { return w.ID }
func (s OptionSet) name() string  { return s.ID }
func (r Rule) name() string       { return r.ID }
