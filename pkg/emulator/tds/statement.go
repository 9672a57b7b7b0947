package tds

import (
	"fmt"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

// statementOf takes the statement out of a call of sp_executesql: text, declaration of the parameters,
// values. Numbers and texts of its errors are those of SQL Server.
func statementOf(rpc *wire.RPC) (Request, *Error) {
	if !rpc.IsExecuteSQL() {
		return Request{}, &Error{Number: numberNoProcedure, State: 62, Message: fmt.Sprintf("Could not find stored procedure '%s'.", rpc.Procedure())}
	}
	text, e := textParameter(rpc, 0, "statement")
	if e != nil {
		return Request{}, e
	}
	request := Request{Text: text}
	if len(rpc.Parameters) < 2 {
		return request, nil
	}
	declared, e := textParameter(rpc, 1, "parameters")
	if e != nil {
		return Request{}, e
	}
	declarations, err := parseDeclarations(declared)
	if err != nil {
		return Request{}, &Error{Number: 102, Message: fmt.Sprintf("Incorrect syntax in the declaration of the parameters: %v.", err)}
	}
	request.Params, e = bindParameters(text, declarations, rpc.Parameters[2:])
	return request, e
}

// textParameter is one of the first two parameters.
func textParameter(rpc *wire.RPC, i int, name string) (string, *Error) {
	if i < len(rpc.Parameters) {
		switch text := rpc.Parameters[i].Value.(type) {
		case string:
			return text, nil
		case nil:
			if i > 0 {
				return "", nil
			}
		}
	}
	return "", &Error{Number: 214, State: 2, Message: fmt.Sprintf("Procedure expects parameter '@%s' of type 'ntext/nchar/nvarchar'.", name)}
}

// bindParameters pairs values with declarations, by name or, for values without one, by position.
func bindParameters(text string, declarations []declaration, values []wire.Parameter) ([]sqltype.Param, *Error) {
	byName := make(map[string]int, len(declarations))
	for i, d := range declarations {
		byName[strings.ToLower(d.name)] = i
	}
	given := make([]bool, len(declarations))
	params := make([]sqltype.Param, len(declarations))
	for i, value := range values {
		if value.Name != "" {
			var known bool
			if i, known = byName[strings.ToLower(value.Name)]; !known {
				return nil, &Error{Number: numberNotDeclared, State: 2, Message: fmt.Sprintf("%s is not a parameter for procedure sp_executesql.", value.Name)}
			}
		}
		switch {
		case i >= len(declarations) || given[i]:
			return nil, &Error{Number: 8144, State: 2, Message: "Procedure or function sp_executesql has too many arguments specified."}
		case value.Flags&wire.ParameterByReference != 0:
			return nil, &Error{Number: numberUnsupported, Message: fmt.Sprintf("Output parameter '%s' is not supported.", declarations[i].name)}
		}
		given[i] = true
		params[i] = sqltype.Param{Name: declarations[i].name, Type: value.Type.Type(), Value: value.Value}
		if value.Type.ID == wire.TypeNull {
			params[i].Type = declarations[i].kind
		}
	}
	for i, d := range declarations {
		if !given[i] {
			return nil, &Error{Number: numberMissing, Message: fmt.Sprintf(
				"The parameterized query '(%s ...)%.100s' expects the parameter '%s', which was not supplied.", d.name, text, d.name)}
		}
	}
	return params, nil
}
