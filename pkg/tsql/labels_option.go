package tsql

import "github.com/dataverse-tally/tally/pkg/catalog"

// ColumnValue is the first column of the result of a statement by OptionLabels, before ColumnLabel: the number of an
// option, int or bigint.
const ColumnValue = "value"

// entityTables are the tables of the rows that a choice is a column of.
var entityTables = map[catalog.Entity]string{
	catalog.EntitySession:      "msdyn_ocsession",
	catalog.EntityConversation: "msdyn_ocliveworkitem",
}

// OptionLabels writes the statement that reads the labels of a choice in one language, by its Windows locale id: a row
// for each option that has one. It is false for dimensions that are no choice.
//
// Dataverse keeps them in stringmap, by the logical name of the table. A copy has them in a table of its own for status
// and state, and in two for all other choices: https://learn.microsoft.com/power-apps/maker/data-platform/azure-synapse-link-choice-labels
func (d Dialect) OptionLabels(dimension catalog.Dimension, language int) (Statement, bool) {
	table, ok := entityTables[dimension.Entity]
	if !ok || dimension.Kind != catalog.KindChoice {
		return Statement{}, false
	}
	var values parameters
	of, locale := values.add(table), values.add(int64(language))
	from := func(table, option, label, entity, locales string, more ...string) string {
		return selection{
			columns: []string{column("t."+bracket(option), ColumnValue), column("t."+bracket(label), ColumnLabel)},
			from:    bracket(table) + " AS t",
			where:   append([]string{"t." + bracket(entity) + " = " + of, "t." + bracket(locales) + " = " + locale}, more...),
		}.String()
	}
	metadata := func(table, option string, more ...string) string {
		return from(table, option, "LocalizedLabel", "EntityName", "LocalizedLabelLanguageCode", more...)
	}
	var text string
	switch {
	case !d.IsCopy():
		text = from("stringmap", "attributevalue", "value", "objecttypecode", "langid", "t.[attributename] = "+values.add(dimension.Column))
	case dimension.Column == "statuscode":
		text = metadata("StatusMetadata", "Status")
	case dimension.Column == "statecode":
		text = metadata("StateMetadata", "State")
	default:
		set := "t.[OptionSetName] = " + values.add(dimension.Column)
		text = metadata("OptionsetMetadata", "Option", set) + "\nUNION ALL\n" + metadata("GlobalOptionsetMetadata", "Option", set)
	}
	return Statement{Text: text, Args: values.args}, true
}
