package wire

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// MaxColumns is how many columns a result may have, as in SQL Server.
const MaxColumns = 4096

const (
	columnNullable = 0x0001
	noMetadata     = 0xFFFF
)

// ColumnInfo is one column of COLMETADATA.
type ColumnInfo struct {
	Name     string
	Nullable bool
	Type     TypeInfo
}

// ColMetadata is the token that describes the rows that follow (2.2.7.4).
type ColMetadata struct {
	Columns []ColumnInfo
}

// NewColMetadata describes the columns of a result. It fails when a type is none.
func NewColMetadata(columns []sqltype.Column) (ColMetadata, error) {
	if len(columns) == 0 || len(columns) > MaxColumns {
		return ColMetadata{}, fmt.Errorf("tds: a result of %d columns; 1 to %d are possible", len(columns), MaxColumns)
	}
	infos := make([]ColumnInfo, len(columns))
	for i, column := range columns {
		info, err := TypeInfoOf(column.Type)
		if err != nil {
			return ColMetadata{}, fmt.Errorf("column %d (%s): %w", i+1, column.Name, err)
		}
		infos[i] = ColumnInfo{Name: column.Name, Nullable: column.Nullable, Type: info}
	}
	return ColMetadata{Columns: infos}, nil
}

// Decode reads the token without its first byte, and gives what follows it.
func (m *ColMetadata) Decode(src []byte) ([]byte, error) {
	d := decoder{structure: TokenColMetadata.String(), data: src}
	count := d.uint16("column count")
	if count == noMetadata {
		count = 0
	}
	if count > MaxColumns {
		d.fail("%d columns; %d are possible", count, MaxColumns)
	}
	var columns []ColumnInfo
	for i := uint16(0); i < count && d.err == nil; i++ {
		d.uint32("user type")
		flags := d.uint16("flags")
		info := d.typeInfo()
		if info.ID == TypeNull {
			d.fail("a column without a type") // its rows would be many values in no bytes
		}
		columns = append(columns, ColumnInfo{Name: d.shortText("name"), Nullable: flags&columnNullable != 0, Type: info})
	}
	if d.err != nil {
		return nil, d.err
	}
	m.Columns = columns
	return src[d.offset:], nil
}

// Encode appends the token with its first byte. Names are cut at 255 characters.
func (m *ColMetadata) Encode(dst []byte) []byte {
	count := uint16(len(m.Columns))
	if count == 0 {
		count = noMetadata
	}
	dst = binary.LittleEndian.AppendUint16(append(dst, byte(TokenColMetadata)), count)
	for _, column := range m.Columns {
		flags := uint16(0)
		if column.Nullable {
			flags = columnNullable
		}
		dst = binary.LittleEndian.AppendUint32(dst, 0) // user type
		dst = binary.LittleEndian.AppendUint16(dst, flags)
		dst = appendShortText(column.Type.encode(dst), column.Name)
	}
	return dst
}

// DecodeRow reads a ROW token (2.2.7.20) without its first byte, and gives what follows it.
func (m *ColMetadata) DecodeRow(src []byte) (row []any, rest []byte, err error) {
	d := decoder{structure: TokenRow.String(), data: src}
	row = make([]any, len(m.Columns))
	for i, column := range m.Columns {
		row[i] = d.value(column.Type)
	}
	if d.err != nil {
		return nil, nil, d.err
	}
	return row, src[d.offset:], nil
}

// EncodeRow appends a ROW token with its first byte. It fails, and appends nothing, when a value does not
// fit its column; the error names the column.
func (m *ColMetadata) EncodeRow(dst []byte, row []any) ([]byte, error) {
	if len(row) != len(m.Columns) {
		return dst, fmt.Errorf("tds: a row of %d values for %d columns", len(row), len(m.Columns))
	}
	start := len(dst)
	dst = append(dst, byte(TokenRow))
	for i, column := range m.Columns {
		var err error
		if row[i] == nil && !column.Nullable {
			err = errors.New("tds: NULL in a column that is not nullable")
		} else {
			dst, err = appendValue(dst, column.Type, row[i])
		}
		if err != nil {
			return dst[:start], fmt.Errorf("column %d (%s): %w", i+1, column.Name, err)
		}
	}
	return dst, nil
}
