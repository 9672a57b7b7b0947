package wire

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// The law of this package: what decodes can be encoded, and the encoding decodes to the same. It is checked
// on the encoding, which is defined for every value, NaN included. On the way memory is watched: a decoder
// takes no more than memoryFactor times its input, above a base.
const (
	memoryFactor = 64
	memoryBase   = 4 << 20
)

// law decodes, encodes, decodes and encodes again. Decode gives an encoder of what it has read.
func law(t *testing.T, src []byte, decode codec) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	encode, err := decode(src)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > uint64(memoryBase+memoryFactor*len(src)) {
		t.Fatalf("decoding %d bytes took %d bytes of memory", len(src), used)
	}
	if err != nil {
		var format *FormatError
		require.ErrorAs(t, err, &format)
		require.NotEmpty(t, format.Problem)
		return
	}
	first, err := encode()
	require.NoError(t, err)
	again, err := decode(first)
	require.NoError(t, err, "the encoding does not decode: %x", first)
	second, err := again()
	require.NoError(t, err)
	require.True(t, bytes.Equal(first, second), "%x became %x", first, second)
}

func sure(b []byte) func() ([]byte, error) { return func() ([]byte, error) { return b, nil } }

// codec reads one kind of message, and gives what writes it again.
type codec = func([]byte) (encode func() ([]byte, error), err error)

// What a client sends to log in, in the order in which testdata numbers it.
var loginMessages = []codec{
	func(b []byte) (func() ([]byte, error), error) {
		var m Prelogin
		err := m.Decode(b)
		return func() ([]byte, error) { return m.Encode(nil) }, err
	},
	func(b []byte) (func() ([]byte, error), error) {
		var m Login7
		err := m.Decode(b)
		return func() ([]byte, error) { return m.Encode(nil) }, err
	},
	func(b []byte) (func() ([]byte, error), error) {
		var m FedAuth
		err := m.Decode(b)
		return sure(m.Encode(nil)), err
	},
	func(b []byte) (func() ([]byte, error), error) {
		var m FedAuthToken
		err := m.Decode(b)
		return sure(m.Encode(nil)), err
	},
}

// FuzzLogin reads the messages of a login.
func FuzzLogin(f *testing.F) {
	const prelogin, login, fedAuth, fedAuthToken = 0, 1, 2, 3
	f.Add(byte(prelogin), []byte("\x00\x00\x06\x00\x02\xFFab")) // one option
	f.Add(byte(prelogin), []byte("\x00\x00\x00\x00\x00\xFF"))   // empty option
	f.Add(byte(prelogin), []byte("\x00\xFF\xFF\xFF\xFF\xFF"))   // outside
	f.Add(byte(login), login7(f, Login7{HostName: "host", SSPI: []byte("sspi"), AttachFile: "file"}))
	f.Add(byte(login), login7(f, Login7{OptionFlags3: login7Extension, Features: []Feature{{FeatureFedAuth, []byte("data")}, {9, nil}}}))
	f.Add(byte(fedAuth), (&FedAuth{Library: FedAuthSecurityToken, Echo: true, Token: "token"}).Encode(nil))
	f.Add(byte(fedAuth), (&FedAuth{Library: FedAuthSecurityToken, Token: "token", Nonce: make([]byte, 32)}).Encode(nil))
	f.Add(byte(fedAuth), (&FedAuth{Library: FedAuthADAL, Workflow: 3}).Encode(nil))
	f.Add(byte(fedAuthToken), (&FedAuthToken{Token: "token"}).Encode(nil))
	f.Add(byte(fedAuthToken), (&FedAuthToken{Token: "token", Nonce: make([]byte, 32)}).Encode(nil))
	f.Fuzz(func(t *testing.T, kind byte, src []byte) {
		kind %= byte(len(loginMessages))
		var sum Login7
		if kind == login && sum.Decode(src) == nil && len(sum.SSPI)+featureBytes(sum.Features) > MaxLogin7/2 {
			t.Skip("parts that lie on each other may be too long when they are laid out one by one")
		}
		law(t, src, loginMessages[kind])
	})
}

func featureBytes(features []Feature) int {
	n := 0
	for _, feature := range features {
		n += len(feature.Data)
	}
	return n
}

// What a client sends after its login, in the order in which testdata numbers it.
var requestMessages = []codec{
	func(b []byte) (func() ([]byte, error), error) {
		var m SQLBatch
		err := m.Decode(b)
		return sure(m.Encode(nil)), err
	},
	func(b []byte) (func() ([]byte, error), error) {
		var m RPC
		err := m.Decode(b)
		return func() ([]byte, error) { return m.Encode(nil) }, err
	},
	func(b []byte) (func() ([]byte, error), error) {
		var m TransactionRequest
		err := m.Decode(b)
		return sure(m.Encode(nil)), err
	},
}

// FuzzRequest reads the messages that ask for something.
func FuzzRequest(f *testing.F) {
	const batch, rpc, transaction = 0, 1, 2
	f.Add(byte(batch), (&SQLBatch{Headers: []StreamHeader{NoTransaction}, Text: "select 1"}).Encode(nil))
	f.Add(byte(batch), (&SQLBatch{Text: "no headers"}).Encode(nil))
	f.Add(byte(rpc), []byte("\x04\x00\x00\x00\xFF\xFF\x0a\x00\x00\x00"))
	f.Add(byte(rpc), []byte("\x04\x00\x00\x00\xFF\xFF\x0a\x00\x00\x00\x02@\x00a\x00\x00\x6C\x09\x0a\x02\x09\x00\x07\x00\x00\x00\x00\x00\x00\x00"))
	f.Add(byte(rpc), []byte("\x04\x00\x00\x00\xFF\xFF\x0a\x00\x00\x00\x00\x00\x3D\x01\x00\x00\x00\x02\x00\x00\x00"))
	f.Add(byte(transaction), (&TransactionRequest{Headers: []StreamHeader{NoTransaction}, Type: TransactionBegin, Payload: []byte{1, 0}}).Encode(nil))
	f.Fuzz(func(t *testing.T, kind byte, src []byte) {
		law(t, src, requestMessages[kind%byte(len(requestMessages))])
	})
}

// FuzzResponse takes a response apart and puts it together again.
func FuzzResponse(f *testing.F) {
	routing, ack := RoutingChange("host", 443), LoginAck{Version: Version74, Program: "server", Major: 12, Build: 2000}
	f.Add(routing.Encode(ack.Encode(nil)))
	f.Add((&FedAuthInfo{STSURL: "https://sts", SPN: "spn"}).Encode((&FeatureExtAck{Features: []Feature{{2, nil}}}).Encode(nil)))
	metadata := ColMetadata{Columns: []ColumnInfo{
		{Name: "a", Type: TypeInfo{ID: TypeIntN, Size: 4}},
		{Name: "b", Nullable: true, Type: TypeInfo{ID: TypeNVarChar, Size: PLPSize, Collation: DefaultCollation}},
	}}
	row, err := metadata.EncodeRow(metadata.Encode(nil), []any{int64(7), "text"})
	require.NoError(f, err)
	f.Add((&Done{Token: TokenDone, Status: DoneCount, Rows: 1}).Encode(row))
	f.Add((&ErrorInfo{Token: TokenError, Number: 7, Message: "no"}).Encode(ReturnStatus(3).Encode(nil)))
	f.Fuzz(func(t *testing.T, src []byte) {
		law(t, src, func(b []byte) (func() ([]byte, error), error) {
			again, err := reencode(b)
			return sure(again), err
		})
	})
}

// reencode decodes the tokens of a response and encodes them.
func reencode(src []byte) ([]byte, error) {
	var dst []byte
	var metadata ColMetadata
	for reader := NewTokenReader(src); ; {
		token, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return dst, nil
		}
		if err != nil {
			return dst, err
		}
		switch token := token.(type) {
		case *ColMetadata:
			metadata = *token
			dst = token.Encode(dst)
		case Row:
			dst = append(dst, byte(TokenRow))
			for i, value := range token {
				if dst, err = appendValue(dst, metadata.Columns[i].Type, value); err != nil {
					return dst, err
				}
			}
		case ReturnStatus:
			dst = token.Encode(dst)
		case interface{ Encode([]byte) []byte }:
			dst = token.Encode(dst)
		}
	}
}
