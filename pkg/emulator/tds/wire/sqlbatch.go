package wire

// SQLBatch is a request that is plain text (2.2.6.7).
type SQLBatch struct {
	Headers []StreamHeader
	Text    string
}

// Decode reads the message.
func (b *SQLBatch) Decode(src []byte) error {
	d := decoder{structure: "SQLBatch", data: src}
	headers := d.allHeaders()
	if d.err == nil && d.rest()%2 != 0 {
		d.fail("a text of %d bytes is no UTF-16", d.rest())
	}
	text := d.text(d.rest()/2, "text")
	if err := d.end(); err != nil {
		return err
	}
	*b = SQLBatch{Headers: headers, Text: text}
	return nil
}

// Encode appends the message.
func (b *SQLBatch) Encode(dst []byte) []byte {
	return appendUTF16(appendAllHeaders(dst, b.Headers), b.Text)
}
