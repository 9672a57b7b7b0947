package wire

import (
	"encoding/binary"
	"fmt"
)

// FedAuthLibrary says how the token of a federated login travels (2.2.6.4, FEDAUTH).
type FedAuthLibrary uint8

// The libraries.
const (
	FedAuthLiveID        FedAuthLibrary = 0x00
	FedAuthSecurityToken FedAuthLibrary = 0x01 // in LOGIN7
	FedAuthADAL          FedAuthLibrary = 0x02 // in a message of its own, after FEDAUTHINFO
)

const fedAuthNonce = 32

// FedAuth is the data of the FEDAUTH feature of LOGIN7 (2.2.6.4). Tokens are secrets.
type FedAuth struct {
	Library  FedAuthLibrary
	Echo     bool   // what the server said about FEDAUTHREQUIRED
	Workflow uint8  // FedAuthADAL only: how the client will get its token
	Token    string // FedAuthSecurityToken only
	Nonce    []byte // 32 bytes or none
}

// Decode reads the data of the feature.
func (f *FedAuth) Decode(src []byte) error {
	d := decoder{structure: "FEDAUTH", data: src}
	options := d.uint8("options")
	decoded := FedAuth{Library: FedAuthLibrary(options >> 1), Echo: options&1 != 0}
	switch decoded.Library {
	case FedAuthSecurityToken:
		decoded.Token = d.token()
		decoded.Nonce = d.nonce()
	case FedAuthADAL:
		decoded.Workflow = d.uint8("workflow")
	default:
		d.fail("library %d is not known", decoded.Library)
	}
	if err := d.end(); err != nil {
		return err
	}
	*f = decoded
	return nil
}

// Encode appends the data of the feature.
func (f *FedAuth) Encode(dst []byte) []byte {
	options := byte(f.Library) << 1
	if f.Echo {
		options |= 1
	}
	dst = append(dst, options)
	switch f.Library {
	case FedAuthSecurityToken:
		dst = appendToken(dst, f.Token)
		dst = append(dst, f.Nonce...)
	case FedAuthADAL:
		dst = append(dst, f.Workflow)
	}
	return dst
}

// token takes a token: its length in bytes, then UTF-16.
func (d *decoder) token() string {
	n := d.length("token length")
	if d.err == nil && n%2 != 0 {
		d.fail("a token of %d bytes is no UTF-16", n)
	}
	return d.text(n/2, "token")
}

func appendToken(dst []byte, token string) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(2*utf16Length(token)))
	return appendUTF16(dst, token)
}

// nonce takes the 32 bytes of a nonce, if anything is left.
func (d *decoder) nonce() []byte {
	if d.rest() == 0 {
		return nil
	}
	return d.bytes(fedAuthNonce, "nonce")
}

// FedAuthToken is the message with which a client answers FEDAUTHINFO (2.2.6.3). The token is a secret.
type FedAuthToken struct {
	Token string
	Nonce []byte // 32 bytes or none
}

// Decode reads the message.
func (f *FedAuthToken) Decode(src []byte) error {
	d := decoder{structure: "federated authentication token", data: src}
	if length := d.uint32("length"); d.err == nil && uint64(length) != uint64(d.rest()) {
		d.fail("length says %d, %d bytes follow", length, d.rest())
	}
	decoded := FedAuthToken{Token: d.token(), Nonce: d.nonce()}
	if err := d.end(); err != nil {
		return err
	}
	*f = decoded
	return nil
}

// Encode appends the message.
func (f *FedAuthToken) Encode(dst []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(4+2*utf16Length(f.Token)+len(f.Nonce)))
	return append(appendToken(dst, f.Token), f.Nonce...)
}

// Entries of FEDAUTHINFO (2.2.7.12).
const (
	fedAuthInfoSTSURL = 0x01
	fedAuthInfoSPN    = 0x02
	fedAuthInfoEntry  = 9
	maxFedAuthInfo    = 16
)

// FedAuthInfo is the token that tells a client where to get its token and for whom (2.2.7.12).
type FedAuthInfo struct {
	STSURL string // address of the token service
	SPN    string // name of the resource that the token is for
}

// Decode reads the token without its first byte, and gives what follows it.
func (f *FedAuthInfo) Decode(src []byte) ([]byte, error) {
	d := decoder{structure: "FEDAUTHINFO", data: src}
	body := d.bytes(d.length("length"), "data")
	if d.err != nil {
		return nil, d.err
	}
	info := decoder{structure: d.structure, data: body}
	count := info.uint32("count")
	if info.err == nil && count > maxFedAuthInfo {
		info.fail("%d entries; %d are allowed", count, maxFedAuthInfo)
	}
	var decoded FedAuthInfo
	for i := uint32(0); i < count && info.err == nil; i++ {
		id, length, offset := info.uint8("entry"), info.uint32("entry"), info.uint32("entry")
		if length%2 != 0 {
			info.fail("a text of %d bytes is no UTF-16", length)
		}
		text := decodeUTF16(info.section(int(offset), int(length), fmt.Sprintf("entry %d", id)))
		switch id {
		case fedAuthInfoSTSURL:
			decoded.STSURL = text
		case fedAuthInfoSPN:
			decoded.SPN = text
		}
	}
	if info.err != nil {
		return nil, info.err
	}
	*f = decoded
	return src[d.offset:], nil
}

// Encode appends the token with its first byte.
func (f *FedAuthInfo) Encode(dst []byte) []byte {
	url, spn := appendUTF16(nil, f.STSURL), appendUTF16(nil, f.SPN)
	table := 4 + 2*fedAuthInfoEntry
	dst = append(dst, byte(TokenFedAuthInfo))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(table+len(url)+len(spn)))
	dst = binary.LittleEndian.AppendUint32(dst, 2)
	dst = append(dst, fedAuthInfoSTSURL)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(url)))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(table))
	dst = append(dst, fedAuthInfoSPN)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(spn)))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(table+len(url)))
	return append(append(dst, url...), spn...)
}
