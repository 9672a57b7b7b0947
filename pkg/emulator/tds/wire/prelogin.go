package wire

import (
	"encoding/binary"
	"fmt"
)

// PreloginOption is the number of an option of PRELOGIN (2.2.6.5).
type PreloginOption uint8

// The options that are known here.
const (
	PreloginVersion         PreloginOption = 0x00
	PreloginEncryption      PreloginOption = 0x01
	PreloginInstance        PreloginOption = 0x02
	PreloginThreadID        PreloginOption = 0x03
	PreloginMARS            PreloginOption = 0x04
	PreloginTraceID         PreloginOption = 0x05
	PreloginFedAuthRequired PreloginOption = 0x06
	PreloginNonce           PreloginOption = 0x07

	preloginTerminator = 0xFF
	preloginEntry      = 5 // bytes of one entry of the option table
)

// Encryption is the value of PreloginEncryption (2.2.6.5).
type Encryption uint8

// What a side says about encryption.
const (
	EncryptionOff          Encryption = 0x00 // available, wanted for LOGIN7 only
	EncryptionOn           Encryption = 0x01 // available and on
	EncryptionNotSupported Encryption = 0x02
	EncryptionRequired     Encryption = 0x03
)

// Prelogin is a PRELOGIN message of either side: options in the order of the table (2.2.6.5).
type Prelogin struct {
	Options []PreloginValue
}

// PreloginValue is one option with its bytes.
type PreloginValue struct {
	Option PreloginOption
	Value  []byte
}

// maxPreloginOptions is far above the eight that exist.
const maxPreloginOptions = 32

// Decode reads a PRELOGIN message. Each option appears once at most.
func (p *Prelogin) Decode(src []byte) error {
	d := decoder{structure: "PRELOGIN", data: src}
	var options []PreloginValue
	var seen [256]bool
	total := 0
	for {
		option := d.uint8("option")
		if d.err != nil {
			return d.err
		}
		if option == preloginTerminator {
			break
		}
		entry := d.bytes(preloginEntry-1, "option table")
		if d.err != nil {
			return d.err
		}
		if seen[option] || len(options) == maxPreloginOptions {
			d.fail("option 0x%02X once too often", option)
			return d.err
		}
		seen[option] = true
		offset, length := binary.BigEndian.Uint16(entry), binary.BigEndian.Uint16(entry[2:])
		value := d.section(int(offset), int(length), fmt.Sprintf("option 0x%02X", option))
		options = append(options, PreloginValue{PreloginOption(option), value})
		if total += preloginEntry + int(length); total >= 0xFFFF {
			d.fail("options of more than 65,535 bytes")
		}
	}
	if d.err != nil {
		return d.err
	}
	p.Options = options
	return nil
}

// Encode appends the message. It fails when the options do not fit into 65,535 bytes.
func (p *Prelogin) Encode(dst []byte) ([]byte, error) {
	offset := len(p.Options)*preloginEntry + 1
	for _, option := range p.Options {
		if offset+len(option.Value) > 0xFFFF {
			return dst, fmt.Errorf("tds: PRELOGIN: option 0x%02X ends beyond byte 65,535; shorten the options", uint8(option.Option))
		}
		dst = append(dst, byte(option.Option))
		dst = binary.BigEndian.AppendUint16(dst, uint16(offset))
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(option.Value)))
		offset += len(option.Value)
	}
	dst = append(dst, preloginTerminator)
	for _, option := range p.Options {
		dst = append(dst, option.Value...)
	}
	return dst, nil
}

// Value is the value of an option.
func (p *Prelogin) Value(option PreloginOption) ([]byte, bool) {
	for _, candidate := range p.Options {
		if candidate.Option == option {
			return candidate.Value, true
		}
	}
	return nil, false
}

// Encryption is what the side says about encryption; EncryptionNotSupported when it says nothing.
func (p *Prelogin) Encryption() Encryption {
	if value, ok := p.Value(PreloginEncryption); ok && len(value) == 1 {
		return Encryption(value[0])
	}
	return EncryptionNotSupported
}
