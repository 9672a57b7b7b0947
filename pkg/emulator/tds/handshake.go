package tds

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

// Version that PRELOGIN and LOGINACK report: what SELECT @@version of Dataverse says, SQL Azure 12.0.2000.8.
const (
	versionMajor = 12
	versionMinor = 0
	versionBuild = 2000
	versionSub   = 8

	program = "Microsoft SQL Server"
)

// handshake does PRELOGIN and TLS. Afterwards stream is set.
func (c *conn) handshake() error {
	message, err := c.readPlain()
	if err != nil {
		return err
	}
	if message.Type != wire.PacketPrelogin {
		return c.refusePlain(message, "Encryption is required: the login came without PRELOGIN. Use a client of TDS 7.4 with encryption on.")
	}
	var offer wire.Prelogin
	if err := offer.Decode(message.Body); err != nil {
		return err
	}
	if err := c.answerPrelogin(&offer); err != nil {
		return err
	}
	return c.startTLS()
}

// readPlain reads a message outside of TLS.
func (c *conn) readPlain() (wire.Message, error) {
	message, err := wire.NewMessageReader(c.raw).Next(func() int { return wire.MaxLogin7 })
	if err != nil {
		return message, receiveError(err)
	}
	return message, nil
}

// answerPrelogin answers PRELOGIN (MS-TDS 2.2.6.5): encryption is required of every client, whatever it
// offers, MARS is off. FEDAUTHREQUIRED is answered with 1 when the client speaks of it.
func (c *conn) answerPrelogin(offer *wire.Prelogin) error {
	encryption := wire.EncryptionRequired
	if offer.Encryption() == wire.EncryptionOn {
		encryption = wire.EncryptionOn
	}
	answer := wire.Prelogin{Options: []wire.PreloginValue{
		{Option: wire.PreloginVersion, Value: []byte{versionMajor, versionMinor, versionBuild >> 8, versionBuild & 0xFF, 0, versionSub}},
		{Option: wire.PreloginEncryption, Value: []byte{byte(encryption)}},
		{Option: wire.PreloginInstance, Value: []byte{0}},
		{Option: wire.PreloginThreadID},
		{Option: wire.PreloginMARS, Value: []byte{0}},
	}}
	if _, asked := offer.Value(wire.PreloginFedAuthRequired); asked {
		c.fedAuthRequired = true
		answer.Options = append(answer.Options, wire.PreloginValue{Option: wire.PreloginFedAuthRequired, Value: []byte{1}})
	}
	body, err := answer.Encode(nil)
	if err != nil {
		return err
	}
	return c.writePlain(body)
}

// writePlain writes a response outside of TLS. Its packets have the smallest size, for what the client
// can take is not known yet.
func (c *conn) writePlain(body []byte) error {
	w := wire.NewMessageWriter(c.raw, wire.PacketResponse, wire.MinPacketSize, c.spid)
	_, _ = w.Write(body)
	return w.End()
}

// errPlain says that a client went on without encryption.
var errPlain = errors.New("tds: the client does not encrypt")

// refusePlain tells a client that goes on without encryption why it may not. What it sent, perhaps with a
// secret, is not looked at but for its version, which decides how an ERROR looks.
func (c *conn) refusePlain(message wire.Message, text string) error {
	token := (&Error{Number: numberEncryption, Class: classFatal, Message: text}).token()
	done := wire.Done{Token: wire.TokenDone, Status: wire.DoneError}
	var body []byte
	if message.Type == wire.PacketLogin7 && wire.VersionOf(message.Body) < wire.Version72 {
		body = done.EncodeBefore72(token.EncodeBefore72(nil))
	} else {
		body = done.Encode(token.Encode(nil))
	}
	if err := c.writePlain(body); err != nil {
		return err
	}
	if half, ok := c.raw.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	_ = c.raw.SetReadDeadline(time.Now().Add(lingerTime))
	_, _ = io.CopyN(io.Discard, c.raw, wire.MaxLogin7)
	return errPlain
}

// startTLS does the TLS handshake and takes the plain connection out of the way.
func (c *conn) startTLS() error {
	config := c.server.TLS.Clone()
	// SQL Server has TLS 1.3 with TDS 8 only, where the handshake is not wrapped. In TLS 1.3 the client
	// speaks last, and FreeTDS 1.3 sends that outside of the packets.
	config.MaxVersion = tls.VersionTLS12
	config.DynamicRecordSizingDisabled = true // one packet, one record
	wrapped := &handshakeConn{Conn: c.raw, spid: c.spid}
	stream := tls.Server(wrapped, config)
	if err := stream.HandshakeContext(c.ctx); err != nil {
		if wrapped.instead != nil {
			return c.refusePlain(*wrapped.instead, "Encryption is required: the client offered none. Turn encryption on (encrypt=true).")
		}
		return fmt.Errorf("tds: TLS handshake: %w", err)
	}
	if err := wrapped.unwrap(); err != nil {
		return err
	}
	c.stream, c.tlsServerName = stream, stream.ConnectionState().ServerName
	return nil
}

// handshakeConn carries the TLS handshake in PRELOGIN packets, and after unwrap everything bare
// (MS-TDS 2.2.6.5).
type handshakeConn struct {
	net.Conn
	spid    uint16
	bare    bool
	rest    []byte        // of the packet being read
	instead *wire.Message // a message that came in place of the handshake
}

var errNoHandshake = errors.New("tds: no TLS handshake")

// Read gives the body of PRELOGIN packets, whatever their grouping into messages.
func (h *handshakeConn) Read(p []byte) (int, error) {
	if h.bare {
		return h.Conn.Read(p)
	}
	for len(h.rest) == 0 {
		message, err := wire.NewMessageReader(h.Conn).NextPacket()
		if err != nil {
			return 0, err
		}
		if message.Type != wire.PacketPrelogin {
			h.instead = &message
			return 0, errNoHandshake
		}
		h.rest = message.Body
	}
	n := copy(p, h.rest)
	h.rest = h.rest[n:]
	return n, nil
}

// Write sends one flight of the handshake as one message.
func (h *handshakeConn) Write(p []byte) (int, error) {
	if h.bare {
		return h.Conn.Write(p)
	}
	w := wire.NewMessageWriter(h.Conn, wire.PacketPrelogin, wire.MinPacketSize, h.spid)
	n, _ := w.Write(p)
	return n, w.End()
}

// unwrap ends the wrapping.
func (h *handshakeConn) unwrap() error {
	if len(h.rest) > 0 {
		return errors.New("tds: bytes after the TLS handshake in its last packet")
	}
	h.bare = true
	return nil
}
