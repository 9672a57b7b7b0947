package wire

import (
	"encoding/binary"
	"fmt"
)

// MaxLogin7 is the length that a LOGIN7 message may have (2.2.6.4).
const MaxLogin7 = 128<<10 - 1

// Versions of TDS as LOGIN7 names them (2.2.6.4).
const (
	Version72 uint32 = 0x72090002
	Version73 uint32 = 0x730A0003
	Version74 uint32 = 0x74000004
)

// Bits of OptionFlags2, TypeFlags and OptionFlags3 that are looked at (2.2.6.4).
const (
	login7Integrated = 0x80
	login7ReadOnly   = 0x20
	login7Extension  = 0x10
)

// Layout of the fixed part of LOGIN7: numbers, then pairs of offset and length.
const (
	login7Fixed       = 94 // its length in bytes
	login7ClientIDLen = 6
)

// Login7 is the login of a client (2.2.6.4). Passwords are not kept: their place is checked, their bytes
// are skipped, and they are encoded as empty.
type Login7 struct {
	Version       uint32 // highest version of TDS the client speaks
	PacketSize    uint32 // wanted, in bytes; 0 leaves it to the server
	ClientVersion uint32
	ClientPID     uint32
	ConnectionID  uint32
	OptionFlags1  uint8
	OptionFlags2  uint8
	TypeFlags     uint8
	OptionFlags3  uint8
	TimeZone      int32
	LCID          uint32
	ClientID      [login7ClientIDLen]byte

	HostName    string
	UserName    string
	AppName     string
	ServerName  string
	LibraryName string
	Language    string
	Database    string
	AttachFile  string
	SSPI        []byte

	Features []Feature
}

// Feature is one entry of the feature extension of LOGIN7 (2.2.6.4, FeatureExt).
type Feature struct {
	ID   uint8
	Data []byte
}

// FeatureFedAuth is the feature that carries federated authentication.
const FeatureFedAuth = 0x02

const (
	featureTerminator = 0xFF
	maxFeatures       = 64 // far above the dozen that exist
)

// Integrated says whether the client wants to log in with a Windows identity.
func (l *Login7) Integrated() bool { return l.OptionFlags2&login7Integrated != 0 }

// ReadOnly says whether the client intends to read only.
func (l *Login7) ReadOnly() bool { return l.TypeFlags&login7ReadOnly != 0 }

// Feature is the data of a feature.
func (l *Login7) Feature(id uint8) ([]byte, bool) {
	for _, feature := range l.Features {
		if feature.ID == id {
			return feature.Data, true
		}
	}
	return nil, false
}

// VersionOf is the version of TDS of a LOGIN7 message, 0 when it is too short to have one. Its place is the
// same in all versions; Decode wants the layout of 7.2 and later.
func VersionOf(login7 []byte) uint32 {
	if len(login7) < 8 {
		return 0
	}
	return binary.LittleEndian.Uint32(login7[4:])
}

// Decode reads a LOGIN7 message. Offsets and lengths are checked against the message.
func (l *Login7) Decode(src []byte) error {
	if len(src) > MaxLogin7 {
		return &FormatError{"LOGIN7", 0, fmt.Sprintf("%d bytes; %d are allowed", len(src), MaxLogin7)}
	}
	d := decoder{structure: "LOGIN7", data: src}
	if length := d.uint32("length"); d.err == nil && int64(length) != int64(len(src)) {
		d.fail("length says %d, the message has %d bytes", length, len(src))
	}
	decoded := Login7{
		Version:       d.uint32("TDS version"),
		PacketSize:    d.uint32("packet size"),
		ClientVersion: d.uint32("client version"),
		ClientPID:     d.uint32("client process"),
		ConnectionID:  d.uint32("connection id"),
		OptionFlags1:  d.uint8("option flags 1"),
		OptionFlags2:  d.uint8("option flags 2"),
		TypeFlags:     d.uint8("type flags"),
		OptionFlags3:  d.uint8("option flags 3"),
		TimeZone:      int32(d.uint32("time zone")),
		LCID:          d.uint32("LCID"),
	}
	decoded.HostName = d.login7Text("host name", 128)
	decoded.UserName = d.login7Text("user name", 128)
	d.login7Pair("password", 2)
	decoded.AppName = d.login7Text("application name", 128)
	decoded.ServerName = d.login7Text("server name", 255)
	extension := d.login7Pair("extension", 1)
	decoded.LibraryName = d.login7Text("library name", 128)
	decoded.Language = d.login7Text("language", 128)
	decoded.Database = d.login7Text("database", 128)
	copy(decoded.ClientID[:], d.bytes(login7ClientIDLen, "client id"))
	sspi := d.bytes(4, "SSPI")
	decoded.AttachFile = d.login7Text("attached file", 260)
	d.login7Pair("new password", 2)
	sspiLong := d.uint32("long SSPI length")
	if d.err != nil {
		return d.err
	}
	sspiLength := uint32(binary.LittleEndian.Uint16(sspi[2:]))
	if sspiLength == 0xFFFF && sspiLong > 0 {
		sspiLength = min(sspiLong, MaxLogin7+1)
	}
	if sspiLength > 0 {
		decoded.SSPI = d.section(int(binary.LittleEndian.Uint16(sspi)), int(sspiLength), "SSPI")
	}
	if decoded.OptionFlags3&login7Extension != 0 {
		decoded.Features = d.features(extension)
	}
	if d.err != nil {
		return d.err
	}
	*l = decoded
	return nil
}

// login7Pair reads an offset and a length in units of size bytes, and gives the bytes they point to.
func (d *decoder) login7Pair(what string, size int) []byte {
	offset, length := d.uint16(what), d.uint16(what)
	if d.err != nil || length == 0 {
		return nil
	}
	if int(offset) < login7Fixed {
		d.fail("%s starts at byte %d, within the fixed part", what, offset)
		return nil
	}
	return d.section(int(offset), int(length)*size, what)
}

// login7Text is a text of at most limit code units. MS-TDS sets the limits (2.2.6.4, "cch…").
func (d *decoder) login7Text(what string, limit int) string {
	b := d.login7Pair(what, 2)
	if len(b) > 2*limit {
		d.fail("%s has %d characters; %d are allowed", what, len(b)/2, limit)
		return ""
	}
	return decodeUTF16(b)
}

// features walks the feature list. It lies not at ibExtension but at the offset stored there.
func (d *decoder) features(extension []byte) []Feature {
	if d.err != nil {
		return nil
	}
	if len(extension) < 4 {
		d.fail("the extension flag is set without an extension")
		return nil
	}
	offset := binary.LittleEndian.Uint32(extension)
	if offset < login7Fixed || int64(offset) > int64(len(d.data)) {
		d.fail("the feature list starts at byte %d of %d", offset, len(d.data))
		return nil
	}
	list := decoder{structure: d.structure, data: d.data, offset: int(offset)}
	var features []Feature
	for {
		id := list.uint8("feature")
		if list.err != nil || id == featureTerminator {
			break
		}
		if len(features) == maxFeatures {
			list.fail("more than %d features", maxFeatures)
			break
		}
		features = append(features, Feature{ID: id, Data: list.bytes(list.length("feature length"), "feature")})
	}
	d.err = list.err
	return features
}

// Encode appends the message. It fails when the message would be longer than MaxLogin7 or when a name starts
// beyond byte 65,535.
func (l *Login7) Encode(dst []byte) ([]byte, error) {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	for _, number := range []uint32{l.Version, l.PacketSize, l.ClientVersion, l.ClientPID, l.ConnectionID} {
		dst = binary.LittleEndian.AppendUint32(dst, number)
	}
	dst = append(dst, l.OptionFlags1, l.OptionFlags2, l.TypeFlags, l.OptionFlags3)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(l.TimeZone))
	dst = binary.LittleEndian.AppendUint32(dst, l.LCID)

	var parts login7Parts
	dst = parts.text(dst, l.HostName)
	dst = parts.text(dst, l.UserName)
	dst = parts.text(dst, "") // password
	dst = parts.text(dst, l.AppName)
	dst = parts.text(dst, l.ServerName)
	extension := len(parts.data)
	var pointer []byte // to the feature list, which lies at the end
	if l.OptionFlags3&login7Extension != 0 {
		pointer = make([]byte, 4)
	}
	dst = parts.bytes(dst, pointer, len(pointer))
	dst = parts.text(dst, l.LibraryName)
	dst = parts.text(dst, l.Language)
	dst = parts.text(dst, l.Database)
	dst = append(dst, l.ClientID[:]...)
	dst = parts.bytes(dst, l.SSPI, min(len(l.SSPI), 0xFFFF))
	dst = parts.text(dst, l.AttachFile)
	dst = parts.text(dst, "") // new password
	sspiLong := uint32(0)
	if len(l.SSPI) >= 0xFFFF {
		sspiLong = uint32(len(l.SSPI))
	}
	dst = binary.LittleEndian.AppendUint32(dst, sspiLong)

	if pointer != nil {
		binary.LittleEndian.PutUint32(parts.data[extension:], uint32(login7Fixed+len(parts.data)))
		for _, feature := range l.Features {
			parts.data = append(parts.data, feature.ID)
			parts.data = binary.LittleEndian.AppendUint32(parts.data, uint32(len(feature.Data)))
			parts.data = append(parts.data, feature.Data...)
		}
		parts.data = append(parts.data, featureTerminator)
	}
	dst = append(dst, parts.data...)
	if len(dst)-start > MaxLogin7 || parts.tooLong {
		return dst[:start], fmt.Errorf("tds: LOGIN7: %d bytes do not fit; shorten the token or the names", len(dst)-start)
	}
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start))
	return dst, nil
}

// login7Parts collects the variable part of LOGIN7 while the table of offsets is written.
type login7Parts struct {
	data    []byte
	tooLong bool
}

func (p *login7Parts) text(table []byte, s string) []byte {
	return p.bytes(table, appendUTF16(nil, s), utf16Length(s))
}

// bytes appends the pair of offset and length of a value. Where nothing is, the offset does not matter.
func (p *login7Parts) bytes(table, value []byte, length int) []byte {
	offset := login7Fixed + len(p.data)
	p.tooLong = p.tooLong || length > 0 && max(offset, length) > 0xFFFF
	p.data = append(p.data, value...)
	table = binary.LittleEndian.AppendUint16(table, uint16(min(offset, 0xFFFF)))
	return binary.LittleEndian.AppendUint16(table, uint16(length))
}
