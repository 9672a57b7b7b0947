package wire

import (
	"encoding/binary"
	"strings"
)

// Procedures that are called by number (2.2.6.6).
const (
	ProcExecuteSQL = 10
	procByID       = 0xFFFF
)

// procedureNames are the procedures that have a number.
var procedureNames = [...]string{
	1: "sp_cursor", 2: "sp_cursoropen", 3: "sp_cursorprepare", 4: "sp_cursorexecute", 5: "sp_cursorprepexec",
	6: "sp_cursorunprepare", 7: "sp_cursorfetch", 8: "sp_cursoroption", 9: "sp_cursorclose",
	ProcExecuteSQL: "sp_executesql", 11: "sp_prepare", 12: "sp_execute", 13: "sp_prepexec",
	14: "sp_prepexecrpc", 15: "sp_unprepare",
}

// Flags of a parameter (2.2.6.6, StatusFlags).
const (
	ParameterByReference = 0x01
	ParameterDefault     = 0x02
	ParameterEncrypted   = 0x08
)

// What may stand where the next parameter would: another call, which is not supported here (2.2.6.6).
const (
	nextCallNoExecute = 0xFE
	nextCall          = 0xFF
	oldNextCall       = 0x80
)

// MaxParameters is how many parameters a call may have, as in SQL Server.
const MaxParameters = 2100

// RPC is a call of one procedure (2.2.6.6).
type RPC struct {
	Headers    []StreamHeader
	Name       string // "" when called by ID
	ID         uint16
	Flags      uint16
	Parameters []Parameter
}

// Parameter is one parameter of a call.
type Parameter struct {
	Name  string // with its leading @; "" for a parameter by position
	Flags uint8
	Type  TypeInfo
	Value any // as package sqltype says for the kind; nil is NULL
}

// Procedure is the name of the procedure that is called, also when it is called by number.
func (r *RPC) Procedure() string {
	if r.Name != "" {
		return r.Name
	}
	if int(r.ID) < len(procedureNames) {
		return procedureNames[r.ID]
	}
	return ""
}

// IsExecuteSQL says whether the call is sp_executesql.
func (r *RPC) IsExecuteSQL() bool {
	name := strings.ToLower(r.Procedure())
	return strings.TrimPrefix(name, "sys.") == procedureNames[ProcExecuteSQL]
}

// Decode reads the message. Parameters after the call's name are read for sp_executesql only: of another
// procedure no more than its name is of use here.
func (r *RPC) Decode(src []byte) error {
	d := decoder{structure: "RPC", data: src}
	decoded := RPC{Headers: d.allHeaders()}
	if n := d.uint16("name length"); n == procByID {
		decoded.ID = d.uint16("procedure number")
	} else {
		if n == 0 {
			d.fail("a call without a name")
		}
		decoded.Name = d.text(int(n), "name")
	}
	decoded.Flags = d.uint16("flags")
	if d.err == nil && !decoded.IsExecuteSQL() {
		*r = decoded
		return nil
	}
	for d.err == nil && d.rest() > 0 {
		if len(decoded.Parameters) == MaxParameters {
			d.fail("more than %d parameters", MaxParameters)
			break
		}
		decoded.Parameters = append(decoded.Parameters, d.parameter())
	}
	if err := d.end(); err != nil {
		return err
	}
	*r = decoded
	return nil
}

func (d *decoder) parameter() Parameter {
	n := d.uint8("parameter name length")
	if n == nextCall || n == nextCallNoExecute || n == oldNextCall {
		d.fail("several calls in one request are not supported; send them one by one")
	}
	p := Parameter{Name: d.text(int(n), "parameter name"), Flags: d.uint8("parameter flags")}
	if p.Flags&ParameterEncrypted != 0 {
		d.fail("encrypted parameter %q is not supported", p.Name)
	}
	p.Type = d.typeInfo()
	p.Value = d.value(p.Type)
	return p
}

// Encode appends the message. It fails when a value does not fit its type.
func (r *RPC) Encode(dst []byte) ([]byte, error) {
	start := len(dst)
	dst = appendAllHeaders(dst, r.Headers)
	if r.Name == "" {
		dst = binary.LittleEndian.AppendUint16(dst, procByID)
		dst = binary.LittleEndian.AppendUint16(dst, r.ID)
	} else {
		dst = appendLongText(dst, r.Name)
	}
	dst = binary.LittleEndian.AppendUint16(dst, r.Flags)
	for _, p := range r.Parameters {
		var err error
		dst = append(appendShortText(dst, p.Name), p.Flags)
		if dst, err = AppendValue(p.Type.encode(dst), p.Type, p.Value); err != nil {
			return dst[:start], err
		}
	}
	return dst, nil
}
