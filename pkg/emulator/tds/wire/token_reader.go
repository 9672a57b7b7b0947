package wire

import "io"

// Row is the values of a ROW token, as package sqltype says for the kind of each column.
type Row []any

// TokenReader takes the tokens of a response apart, as a client would.
type TokenReader struct {
	rest     []byte
	metadata ColMetadata // of the rows that come
}

// NewTokenReader reads the tokens of a response, which is the body of one message.
func NewTokenReader(response []byte) *TokenReader { return &TokenReader{rest: response} }

// Next gives the next token: *ColMetadata, Row, *Done, *ErrorInfo, ReturnStatus, *EnvChange, *LoginAck,
// *FeatureExtAck or *FedAuthInfo. After the last one the error is io.EOF.
func (r *TokenReader) Next() (any, error) {
	if len(r.rest) == 0 {
		return nil, io.EOF
	}
	token := Token(r.rest[0])
	value, rest, err := r.decode(token, r.rest[1:])
	if err != nil {
		return nil, err
	}
	r.rest = rest
	return value, nil
}

func (r *TokenReader) decode(token Token, src []byte) (value any, rest []byte, err error) {
	switch token {
	case TokenColMetadata:
		metadata := &ColMetadata{}
		rest, err = metadata.Decode(src)
		r.metadata = *metadata
		return metadata, rest, err
	case TokenRow:
		row, rest, err := r.metadata.DecodeRow(src)
		return Row(row), rest, err
	case TokenDone, TokenDoneProc, TokenDoneInProc:
		done := &Done{Token: token}
		rest, err = done.Decode(src)
		return done, rest, err
	case TokenError, TokenInfo:
		info := &ErrorInfo{Token: token}
		rest, err = info.Decode(src)
		return info, rest, err
	case TokenReturnStatus:
		var status ReturnStatus
		rest, err = status.Decode(src)
		return status, rest, err
	case TokenEnvChange:
		change := &EnvChange{}
		rest, err = change.Decode(src)
		return change, rest, err
	case TokenLoginAck:
		ack := &LoginAck{}
		rest, err = ack.Decode(src)
		return ack, rest, err
	case TokenFeatureExtAck:
		ack := &FeatureExtAck{}
		rest, err = ack.Decode(src)
		return ack, rest, err
	case TokenFedAuthInfo:
		info := &FedAuthInfo{}
		rest, err = info.Decode(src)
		return info, rest, err
	}
	return nil, nil, &FormatError{"response", 0, token.String() + " is not known"}
}
