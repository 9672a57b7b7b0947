package wire

import "fmt"

// Token is the first byte of a part of a response (2.2.4).
type Token uint8

// The tokens that are known here.
const (
	TokenReturnStatus  Token = 0x79
	TokenColMetadata   Token = 0x81
	TokenError         Token = 0xAA
	TokenInfo          Token = 0xAB
	TokenLoginAck      Token = 0xAD
	TokenFeatureExtAck Token = 0xAE
	TokenRow           Token = 0xD1
	TokenEnvChange     Token = 0xE3
	TokenFedAuthInfo   Token = 0xEE
	TokenDone          Token = 0xFD
	TokenDoneProc      Token = 0xFE
	TokenDoneInProc    Token = 0xFF
)

var tokenNames = map[Token]string{
	TokenReturnStatus: "RETURNSTATUS", TokenColMetadata: "COLMETADATA", TokenError: "ERROR", TokenInfo: "INFO",
	TokenLoginAck: "LOGINACK", TokenFeatureExtAck: "FEATUREEXTACK", TokenRow: "ROW", TokenEnvChange: "ENVCHANGE",
	TokenFedAuthInfo: "FEDAUTHINFO", TokenDone: "DONE", TokenDoneProc: "DONEPROC", TokenDoneInProc: "DONEINPROC",
}

// String is the name of the token, or its number.
func (t Token) String() string {
	if name, ok := tokenNames[t]; ok {
		return name
	}
	return fmt.Sprintf("token 0x%02X", uint8(t))
}
