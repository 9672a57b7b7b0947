package wire

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPreloginRefusals(t *testing.T) {
	cases := map[string]struct{ message, want string }{
		"empty":          {"", "byte 0: option needs 1 bytes, 0 are left"},
		"no terminator":  {"\x00\x00\x00\x00\x00", "byte 5: option needs 1 bytes, 0 are left"},
		"table cut off":  {"\x00\x00\x06", "byte 1: option table needs 4 bytes, 2 are left"},
		"value outside":  {"\x00\x00\x06\x00\x02\xFFx", "byte 5: option 0x00 lies at 6 to 8, the structure has 7 bytes"},
		"offset outside": {"\x00\xFF\xFF\x00\x00\xFF", "byte 5: option 0x00 lies at 65535 to 65535, the structure has 6 bytes"},
		"option twice":   {"\x01\x00\x00\x00\x00\x01\x00\x00\x00\x00\xFF", "byte 10: option 0x01 once too often"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var p Prelogin
			assert.EqualError(t, p.Decode([]byte(c.message)), "tds: PRELOGIN, "+c.want)
		})
	}
}

func TestPreloginOptionsInAnyOrder(t *testing.T) {
	var p Prelogin
	require.NoError(t, p.Decode([]byte("\x06\x00\x0b\x00\x01\x01\x00\x0c\x00\x01\xFF\x01\x03")))
	assert.Equal(t, EncryptionRequired, p.Encryption())
	value, ok := p.Value(PreloginFedAuthRequired)
	assert.True(t, ok)
	assert.Equal(t, []byte{1}, value)
	_, ok = p.Value(PreloginMARS)
	assert.False(t, ok)
	assert.Equal(t, EncryptionNotSupported, (&Prelogin{}).Encryption())
}

func login7(t testing.TB, l Login7) []byte {
	l.Version = Version74
	body, err := l.Encode(nil)
	require.NoError(t, err)
	return body
}

func TestLogin7Refusals(t *testing.T) {
	names := Login7{HostName: "host", AppName: "app"}
	extended := Login7{OptionFlags3: login7Extension, Features: []Feature{{FeatureFedAuth, []byte("data")}}}
	patch := func(l Login7, offset int, value ...byte) []byte {
		body := login7(t, l)
		copy(body[offset:], value)
		return body
	}
	cases := map[string]struct {
		message []byte
		want    string
	}{
		"empty":                   {nil, "byte 0: length needs 4 bytes, 0 are left"},
		"fixed part cut off":      {binary.LittleEndian.AppendUint32(nil, 4), "byte 4: TDS version needs 4 bytes, 0 are left"},
		"length too small":        {patch(names, 0, 90), "byte 4: length says 90, the message has 108 bytes"},
		"too long":                {make([]byte, MaxLogin7+1), "byte 0: 131072 bytes; 131071 are allowed"},
		"name in the fixed part":  {patch(names, 36, 93), "byte 40: host name starts at byte 93, within the fixed part"},
		"name outside":            {patch(names, 38, 8), "byte 40: host name lies at 94 to 110, the structure has 108 bytes"},
		"password outside":        {patch(names, 44, 94, 0, 0xFF, 0xFF), "byte 48: password lies at 94 to 131164, the structure has 108 bytes"},
		"name too long":           {login7(t, Login7{UserName: strings.Repeat("x", 129)}), "byte 44: user name has 129 characters; 128 are allowed"},
		"SSPI outside":            {patch(names, 78, 94, 0, 200, 0), "byte 94: SSPI lies at 94 to 294, the structure has 108 bytes"},
		"long SSPI outside":       {patch(Login7{SSPI: []byte("sspi")}, 80, 0xFF, 0xFF, 94, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF), "byte 94: SSPI lies at 94 to 131166, the structure has 98 bytes"},
		"extension missing":       {patch(names, 27, login7Extension), "byte 94: the extension flag is set without an extension"},
		"features in fixed part":  {patch(extended, 94, 10), "byte 94: the feature list starts at byte 10 of 108"},
		"features outside":        {patch(extended, 94, 0xFF, 0xFF, 0xFF, 0xFF), "byte 94: the feature list starts at byte 4294967295 of 108"},
		"feature too long":        {patch(extended, 99, 0xFF, 0xFF, 0xFF, 0xFF), "byte 103: feature length is 4294967295, 5 bytes are left"},
		"features without an end": {patch(extended, 107, 5), "byte 108: feature length needs 4 bytes, 0 are left"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var l Login7
			assert.EqualError(t, l.Decode(c.message), "tds: LOGIN7, "+c.want)
			assert.Equal(t, Login7{}, l, "a refused message left something behind")
		})
	}
}

func TestLogin7KeepsNoPassword(t *testing.T) {
	body := login7(t, Login7{UserName: "someone", Database: "db"})
	at := len(body)
	body = append(body, "s\x00e\x00c\x00r\x00"...)
	binary.LittleEndian.PutUint32(body, uint32(len(body)))
	binary.LittleEndian.PutUint16(body[44:], uint16(at))
	binary.LittleEndian.PutUint16(body[46:], 4)
	var l Login7
	require.NoError(t, l.Decode(body))
	assert.Equal(t, "someone", l.UserName)
	again, err := l.Encode(nil)
	require.NoError(t, err)
	assert.False(t, bytes.Contains(again, []byte("s\x00e\x00c\x00r")))
}

func TestLogin7OfLongSSPI(t *testing.T) {
	for _, length := range []int{1, 0xFFFE, 0xFFFF, 0x10000, MaxLogin7 - login7Fixed} {
		want := Login7{Version: Version74, SSPI: bytes.Repeat([]byte{7}, length)}
		body, err := want.Encode(nil)
		require.NoError(t, err)
		var got Login7
		require.NoError(t, got.Decode(body))
		assert.Equal(t, want, got)
	}
	tooLong := Login7{SSPI: make([]byte, MaxLogin7-login7Fixed+1)}
	_, err := tooLong.Encode(nil)
	require.EqualError(t, err, "tds: LOGIN7: 131072 bytes do not fit; shorten the token or the names")
}

func TestFedAuthRefusals(t *testing.T) {
	for message, want := range map[string]string{
		"":                            "byte 0: options needs 1 bytes, 0 are left",
		"\x00":                        "byte 1: library 0 is not known",
		"\x02\x01\x00\x00\x00a":       "byte 5: a token of 1 bytes is no UTF-16",
		"\x02\x02\x00\x00\x00a\x00no": "byte 7: nonce needs 32 bytes, 2 are left",
		"\x04":                        "byte 1: workflow needs 1 bytes, 0 are left",
		"\x04\x03x":                   "byte 2: 1 bytes too many",
	} {
		var f FedAuth
		assert.EqualError(t, f.Decode([]byte(message)), "tds: FEDAUTH, "+want)
	}
}

func TestFedAuthTokenRefusals(t *testing.T) {
	for message, want := range map[string]string{
		"":                                 "byte 0: length needs 4 bytes, 0 are left",
		"\xFF\xFF\xFF\xFF":                 "byte 4: length says 4294967295, 0 bytes follow",
		"\x04\x00\x00\x00\xFF\xFF\xFF\xFF": "byte 8: token length is 4294967295, 0 bytes are left",
	} {
		var f FedAuthToken
		assert.EqualError(t, f.Decode([]byte(message)), "tds: federated authentication token, "+want)
	}
}

func TestRPCRefusals(t *testing.T) {
	call := func(parameters string) []byte {
		return []byte("\x04\x00\x00\x00\xFF\xFF\x0a\x00\x00\x00" + parameters)
	}
	cases := map[string]struct {
		message []byte
		want    string
	}{
		"headers shorter than a header": {[]byte("\x08\x00\x00\x00\x04\x00\x00\x00"), "byte 8: a header of 4 bytes, 4 are left"},
		"no name":                       {[]byte("\x04\x00\x00\x00\x00\x00\x00\x00"), "byte 6: a call without a name"},
		"unknown type":                  {call("\x00\x00\x01"), "byte 13: type 0x01 is not supported"},
		"varbinary":                     {call("\x00\x00\xA5"), "byte 13: varbinary is not supported"},
		"table":                         {call("\x00\x00\xF3"), "byte 13: a table is not supported"},
		"encrypted":                     {call("\x01@\x00\x08\x26"), `byte 14: encrypted parameter "@" is not supported`},
		"integer of 3 bytes":            {call("\x00\x00\x26\x03"), "byte 14: integer of 3 bytes"},
		"value of another length":       {call("\x00\x00\x26\x04\x02"), "byte 15: a value of 2 bytes in a type of 4"},
		"value cut off":                 {call("\x00\x00\x26\x04\x04ab"), "byte 15: value needs 4 bytes, 2 are left"},
		"text of odd size":              {call("\x00\x00\xE7\x03\x00\x00\x00\x00\x00\x00"), "byte 20: a text of 3 bytes"},
		"text of 9000 bytes":            {call("\x00\x00\xE7\x28\x23\x00\x00\x00\x00\x00"), "byte 20: a text of 9000 bytes"},
		"half a character":              {call("\x00\x00\xE7\x04\x00\x00\x00\x00\x00\x00\x01\x00a"), "byte 23: a text of 1 bytes is no UTF-16"},
		"chunk outside":                 {call("\x00\x00\xE7\xFF\xFF\x00\x00\x00\x00\x00\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F"), "byte 32: chunk length is 2147483647, 0 bytes are left"},
		"announced but not there":       {call("\x00\x00\xE7\xFF\xFF\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x40"), "byte 28: a value of 4611686018427387904 bytes, 0 are left"},
		"chunks of another length":      {call("\x00\x00\xE7\xFF\xFF\x00\x00\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00ab\x00\x00\x00\x00"), "byte 38: chunks of 2 bytes in a value of 4"},
		"chunks without an end":         {call("\x00\x00\xE7\xFF\xFF\x00\x00\x00\x00\x00\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02\x00\x00\x00ab"), "byte 34: chunk length needs 4 bytes, 0 are left"},
		"decimal of no digits":          {call("\x00\x00\x6A\x05\x00\x00"), "byte 16: decimal(0,0) in 5 bytes"},
		"decimal of 39 digits":          {call("\x00\x00\x6A\x11\x27\x00"), "byte 16: decimal(39,0) in 17 bytes"},
		"decimal too narrow":            {call("\x00\x00\x6A\x05\x0a\x00"), "byte 16: decimal(10,0) in 5 bytes"},
		"decimal too large":             {call("\x00\x00\x6A\x05\x01\x00\x05\x01\x0a\x00\x00\x00"), "byte 22: a decimal of more than 1 digits"},
		"decimal of another sign":       {call("\x00\x00\x6A\x05\x01\x00\x05\x02\x01\x00\x00\x00"), "byte 22: the sign of a decimal is 2"},
		"scale of 8":                    {call("\x00\x00\x2A\x08"), "byte 14: scale 8; 0 to 7 are allowed"},
		"25 hours":                      {call("\x00\x00\x2A\x00\x06\x90\x5f\x01\x00\x00\x00"), "byte 21: a time of 90000 units of 1s"},
		"year 10000":                    {call("\x00\x00\x28\x03\xdb\xb9\x37"), "byte 17: a date of day 3652059"},
		"datetime of 1752":              {call("\x00\x00\x6F\x08\x08\x45\x2e\xff\xff\x00\x00\x00\x00"), "byte 23: a datetime of day -53691 and tick 0"},
		"datetime of 24 hours":          {call("\x00\x00\x6F\x08\x08\x00\x00\x00\x00\x00\x82\x8b\x01"), "byte 23: a datetime of day 0 and tick 25920000"},
		"smalldatetime of 24 h":         {call("\x00\x00\x6F\x04\x04\x00\x00\xa0\x05"), "byte 19: a smalldatetime of minute 1440"},
		"zone of 15 hours":              {call("\x00\x00\x2B\x00\x08\x00\x00\x00\x00\x00\x00\x84\x03"), "byte 23: a time zone of 900 minutes"},
		"another call":                  {call("\x80"), "byte 11: several calls in one request are not supported; send them one by one"},
		"too many":                      {call(strings.Repeat("\x00\x00\x1F", MaxParameters+1)), "byte 6310: more than 2100 parameters"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var r RPC
			assert.EqualError(t, r.Decode(c.message), "tds: RPC, "+c.want)
		})
	}
}

func TestRPCOfAnotherProcedureKeepsItsNameOnly(t *testing.T) {
	var r RPC
	require.NoError(t, r.Decode([]byte("\x04\x00\x00\x00\xFF\xFF\x0d\x00\x00\x00garbage")))
	assert.Equal(t, "sp_prepexec", r.Procedure())
	assert.False(t, r.IsExecuteSQL())
	assert.Empty(t, r.Parameters)
}

func TestErrorBefore72HasShorterNumbers(t *testing.T) {
	e := ErrorInfo{Token: TokenError, Number: 20, Class: 20, State: 1, Message: "no", Line: 3}
	assert.Equal(t, "\xAA\x10\x00\x14\x00\x00\x00\x01\x14\x02\x00n\x00o\x00\x00\x00\x03\x00", string(e.EncodeBefore72(nil)))
	d := Done{Token: TokenDone, Status: DoneError}
	assert.Equal(t, "\xFD\x02\x00\x00\x00\x00\x00\x00\x00", string(d.EncodeBefore72(nil)))
}
