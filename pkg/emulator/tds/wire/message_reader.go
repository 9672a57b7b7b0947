package wire

import (
	"errors"
	"fmt"
	"io"
)

// Message is a whole message, put together from its packets (2.2.1).
type Message struct {
	Type   PacketType
	Status Status // of the first packet, with StatusLast and StatusIgnore of the last one
	Body   []byte // without headers; owned by the receiver; nil when TooLarge

	// TooLarge says that the message was larger than the limit. It was read to its end and thrown away,
	// so the connection can go on.
	TooLarge bool
}

// MessageReader puts packets together. It reads no byte beyond the packet it is in, so the stream may be
// handed to someone else after a message, as the TLS handshake needs it.
type MessageReader struct {
	source io.Reader
	header [HeaderSize]byte
}

// NewMessageReader reads messages from source.
func NewMessageReader(source io.Reader) *MessageReader {
	return &MessageReader{source: source}
}

// ErrUnexpectedPacket says that a packet of another type came before the message was finished.
var ErrUnexpectedPacket = errors.New("tds: a packet of another type within a message; the client mixes two requests")

// Next reads the next message. It calls begin after the first header, between waiting and reading; begin
// gives the number of bytes that the message may have. Memory grows with the bytes that came, never with
// what a client announces.
//
// An attention that comes in the middle of a message takes its place: the unfinished message is dropped.
// The error is io.EOF only when the stream ends between messages.
func (r *MessageReader) Next(begin func() (limit int)) (Message, error) {
	var message Message
	limit := 0
	for first := true; ; first = false {
		header, err := r.readHeader()
		if err != nil {
			if !first && errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return Message{}, err
		}
		size := int(header.Length) - HeaderSize
		switch {
		case first:
			message.Type, message.Status = header.Type, header.Status
			limit = begin()
		case header.Type == PacketAttention && size == 0 && header.Status&StatusLast != 0:
			return Message{Type: PacketAttention, Status: header.Status}, nil
		case header.Type != message.Type:
			return Message{}, fmt.Errorf("%w: %v within %v", ErrUnexpectedPacket, header.Type, message.Type)
		}
		if err := r.readBody(&message, size, limit); err != nil {
			return Message{}, err
		}
		if header.Status&StatusLast != 0 {
			message.Status |= header.Status & (StatusLast | StatusIgnore)
			return message, nil
		}
	}
}

func (r *MessageReader) readHeader() (Header, error) {
	var header Header
	if _, err := io.ReadFull(r.source, r.header[:]); err != nil {
		return header, err
	}
	return header, header.Decode(r.header[:])
}

// readBody appends the body of one packet, or throws it away when the message is too large.
func (r *MessageReader) readBody(message *Message, size, limit int) error {
	if message.TooLarge || len(message.Body)+size > limit {
		message.TooLarge, message.Body = true, nil
		_, err := io.CopyN(io.Discard, r.source, int64(size))
		return unexpected(err)
	}
	start := len(message.Body)
	message.Body = append(message.Body, make([]byte, size)...)
	_, err := io.ReadFull(r.source, message.Body[start:])
	return unexpected(err)
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// NextPacket reads one packet, as a message of its own: for the TLS handshake, whose parts clients group as
// they like.
func (r *MessageReader) NextPacket() (Message, error) {
	header, err := r.readHeader()
	if err != nil {
		return Message{}, err
	}
	message := Message{Type: header.Type, Status: header.Status}
	err = r.readBody(&message, int(header.Length)-HeaderSize, MaxPacketSize)
	return message, err
}
