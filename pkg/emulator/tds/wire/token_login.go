package wire

import "encoding/binary"

const interfaceTSQL = 1

// LoginAck is the token that accepts a login (2.2.7.14).
type LoginAck struct {
	Version uint32 // of TDS, as in LOGIN7; on the wire its bytes are the other way round
	Program string
	Major   uint8
	Minor   uint8
	Build   uint16
}

// Decode reads the token without its first byte, and gives what follows it.
func (a *LoginAck) Decode(src []byte) ([]byte, error) {
	d := decoder{structure: TokenLoginAck.String(), data: src}
	body := d.bytes(int(d.uint16("length")), "data")
	b := decoder{structure: d.structure, data: body, err: d.err}
	if kind := b.uint8("interface"); b.err == nil && kind != interfaceTSQL {
		b.fail("interface %d is not T-SQL", kind)
	}
	version := b.bytes(4, "TDS version")
	program := b.shortText("program")
	build := b.bytes(4, "program version")
	if err := b.end(); err != nil {
		return nil, err
	}
	*a = LoginAck{
		Version: binary.BigEndian.Uint32(version),
		Program: program,
		Major:   build[0],
		Minor:   build[1],
		Build:   binary.BigEndian.Uint16(build[2:]),
	}
	return src[d.offset:], nil
}

// Encode appends the token with its first byte.
func (a *LoginAck) Encode(dst []byte) []byte {
	return appendLengthPrefixed(append(dst, byte(TokenLoginAck)), func(dst []byte) []byte {
		dst = binary.BigEndian.AppendUint32(append(dst, interfaceTSQL), a.Version)
		dst = append(appendShortText(dst, a.Program), a.Major, a.Minor)
		return binary.BigEndian.AppendUint16(dst, a.Build)
	})
}

// FeatureExtAck is the token that answers the features of LOGIN7 (2.2.7.11).
type FeatureExtAck struct {
	Features []Feature
}

// Decode reads the token without its first byte, and gives what follows it.
func (a *FeatureExtAck) Decode(src []byte) ([]byte, error) {
	d := decoder{structure: TokenFeatureExtAck.String(), data: src}
	var features []Feature
	for {
		id := d.uint8("feature")
		if d.err != nil {
			return nil, d.err
		}
		if id == featureTerminator {
			break
		}
		if len(features) == maxFeatures {
			d.fail("more than %d features", maxFeatures)
		}
		features = append(features, Feature{ID: id, Data: d.bytes(d.length("feature length"), "feature")})
	}
	a.Features = features
	return src[d.offset:], nil
}

// Encode appends the token with its first byte.
func (a *FeatureExtAck) Encode(dst []byte) []byte {
	dst = append(dst, byte(TokenFeatureExtAck))
	for _, feature := range a.Features {
		dst = binary.LittleEndian.AppendUint32(append(dst, feature.ID), uint32(len(feature.Data)))
		dst = append(dst, feature.Data...)
	}
	return append(dst, featureTerminator)
}
