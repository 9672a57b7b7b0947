package replica

import (
	"slices"

	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// labels are the tables that have the labels of choices, and the targets of lookups. The copies share their form. That a
// choice which several tables have is a global one is assumed, and so is that the columns IsUserLocalizedLabel are false
// for all but the base language.
func labels(tables []schema.Table) []schema.Table {
	var (
		whole  = sqltype.Type{Kind: sqltype.BigInt}
		option = []schema.Column{{Name: "EntityName", Type: text}, {Name: "OptionSetName", Type: text}, {Name: "Option", Type: whole}}
		label  = []schema.Column{{Name: "IsUserLocalizedLabel", Type: sqltype.Type{Kind: sqltype.Bit}},
			{Name: "LocalizedLabelLanguageCode", Type: whole}, {Name: "LocalizedLabel", Type: text}}
		with = func(name string, columns ...schema.Column) schema.Table {
			return schema.Table{Name: name, Columns: append(slices.Clone(columns), label...)}
		}
		local   = with("OptionsetMetadata", option...)
		global  = with("GlobalOptionsetMetadata", append(slices.Clone(option), schema.Column{Name: "GlobalOptionSetName", Type: text})...)
		state   = with("StateMetadata", schema.Column{Name: "EntityName", Type: text}, schema.Column{Name: "State", Type: whole})
		status  = with("StatusMetadata", schema.Column{Name: "EntityName", Type: text}, schema.Column{Name: "State", Type: whole}, schema.Column{Name: "Status", Type: whole})
		targets = schema.Table{Name: "TargetMetadata", Columns: []schema.Column{{Name: "EntityName", Type: text},
			{Name: "AttributeName", Type: text}, {Name: "ReferencedEntity", Type: text}, {Name: "ReferencedAttribute", Type: text}}}
	)
	sets := globalSets(tables)
	for _, l := range schema.Labels(tables) {
		said := []any{l.Language == schema.English, l.Language, l.Text}
		add := func(t *schema.Table, key ...any) { t.Rows = append(t.Rows, append(key, said...)) }
		set, isGlobal := sets[[2]string{l.Table, l.Column}]
		switch {
		case l.Column == "statecode":
			add(&state, l.Table, l.Value)
		case l.Column == "statuscode":
			add(&status, l.Table, nil, l.Value) // to which state it belongs is not modelled
		case isGlobal:
			add(&global, l.Table, l.Column, l.Value, set)
		default:
			add(&local, l.Table, l.Column, l.Value)
		}
	}
	for _, t := range tables {
		for _, c := range t.Columns {
			if i := slices.IndexFunc(tables, func(other schema.Table) bool { return other.Name == c.Target }); c.Target != "" && i >= 0 {
				targets.Rows = append(targets.Rows, []any{t.Name, c.Name, c.Target, tables[i].Key})
			}
		}
	}
	return []schema.Table{local, global, state, status, targets}
}

// globalSets are the names of the choices that several columns have, by table and column.
func globalSets(tables []schema.Table) map[[2]string]string {
	columns := map[string][][2]string{}
	for _, t := range tables {
		for _, c := range t.Columns {
			if c.Options != nil {
				columns[c.Options.Name] = append(columns[c.Options.Name], [2]string{t.Name, c.Name})
			}
		}
	}
	sets := map[[2]string]string{}
	for name, of := range columns {
		for _, column := range of {
			if len(of) > 1 {
				sets[column] = name
			}
		}
	}
	return sets
}
