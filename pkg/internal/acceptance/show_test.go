package acceptance

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
)

// show writes a contact center as text, a line a row, without what is null.
func show(data *contactcenter.Dataset) string {
	var text strings.Builder
	tables := reflect.ValueOf(*data)
	for i := range tables.NumField() {
		rows := tables.Field(i)
		for j := range rows.Len() {
			fmt.Fprintf(&text, "%s:", tables.Type().Field(i).Name)
			row := rows.Index(j)
			for k := range row.NumField() {
				field := row.Field(k)
				if field.Kind() == reflect.Pointer {
					if field.IsNil() {
						continue
					}
					field = field.Elem()
				}
				value := field.Interface()
				if t, isTime := value.(time.Time); isTime {
					value = t.Format("2006-01-02T15:04:05.999Z")
				}
				fmt.Fprintf(&text, " %s=%v", row.Type().Field(k).Name, value)
			}
			text.WriteByte('\n')
		}
	}
	return text.String()
}
