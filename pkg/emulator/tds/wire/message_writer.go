package wire

import "io"

// MessageWriter cuts a message into packets. Bytes are kept until a packet is full, so a message may be of
// any length and needs the memory of one packet. The first error of the destination stays.
type MessageWriter struct {
	destination io.Writer
	spid        uint16
	kind        PacketType
	size        int
	number      uint8
	buffer      []byte // header and body of the packet being filled
	err         error
}

// NewMessageWriter writes messages of one type, in packets of at most packetSize bytes.
// The spid is the session number in each header.
func NewMessageWriter(destination io.Writer, kind PacketType, packetSize int, spid uint16) *MessageWriter {
	w := &MessageWriter{destination: destination, kind: kind, spid: spid}
	w.SetPacketSize(packetSize)
	w.buffer = make([]byte, HeaderSize, w.size)
	return w
}

// SetPacketSize changes the size of packets, held between MinPacketSize and MaxPacketSize.
// Call it between messages only.
func (w *MessageWriter) SetPacketSize(size int) {
	w.size = min(max(size, MinPacketSize), MaxPacketSize)
}

// Write adds to the message. Full packets are sent.
func (w *MessageWriter) Write(p []byte) (int, error) {
	written := 0
	for written < len(p) && w.err == nil {
		if len(w.buffer) >= w.size {
			w.send(0)
			continue
		}
		n := min(w.size-len(w.buffer), len(p)-written)
		w.buffer = append(w.buffer, p[written:written+n]...)
		written += n
	}
	return written, w.err
}

// Flush sends what the message has so far, without ending it.
func (w *MessageWriter) Flush() error {
	if len(w.buffer) > HeaderSize && w.err == nil {
		w.send(0)
	}
	return w.err
}

// End sends the last packet of the message.
func (w *MessageWriter) End() error {
	if w.err == nil {
		w.send(StatusLast)
	}
	w.number = 0
	return w.err
}

func (w *MessageWriter) send(status Status) {
	w.number++
	header := Header{Type: w.kind, Status: status, Length: uint16(len(w.buffer)), SPID: w.spid, Number: w.number}
	header.Encode(w.buffer[:0])
	_, w.err = w.destination.Write(w.buffer)
	w.buffer = w.buffer[:HeaderSize]
}
