package dataverse_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

// fakeServer speaks just enough TDS to be logged in to, and does at each step what the test says. It shares nothing
// with the embedded Dataverse, so that the client is not only tried against a server of the same authors' reading.
type fakeServer struct {
	listener net.Listener
	ca       []byte
	config   *tls.Config

	prelogin  func(connection int) []byte               // nil: encryption on; an answer of no bytes: silence
	onLogin   func(connection int, token string) []byte // tokens to answer with
	onRequest func(request request) reply

	mu          sync.Mutex
	connections int
	requests    int
	appName     string
	open        map[net.Conn]bool
	working     sync.WaitGroup
}

// request is one statement that has come.
type request struct {
	connection, number int // from 1, over all connections
	text, declarations string
}

// reply is what to do about a request.
type reply struct {
	tokens         []byte
	hang           bool          // no answer before a cancel
	ignoreCancel   bool          // and none to the cancel either
	cut            bool          // close the connection after tokens
	started        chan struct{} // closed when the request has been read
	cancelReceived chan struct{} // closed when the cancel has been read
}

func startFake(t *testing.T, names ...string) *fakeServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &fakeServer{listener: listener, open: map[net.Conn]bool{}}
	s.config, s.ca = certificateFor(t, append(names, "localhost")...)
	s.onLogin = func(int, string) []byte { return loginAck() }
	s.working.Go(s.serve)
	t.Cleanup(s.stop)
	return s
}

func (s *fakeServer) address() string { return s.listener.Addr().String() }

func (s *fakeServer) port() int { return s.listener.Addr().(*net.TCPAddr).Port }

func (s *fakeServer) stop() {
	_ = s.listener.Close()
	s.cutAll()
	s.working.Wait()
}

func (s *fakeServer) cutAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.open {
		_ = conn.Close()
	}
}

func (s *fakeServer) logins() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections
}

func (s *fakeServer) serve() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.connections++
		number := s.connections
		s.open[conn] = true
		s.mu.Unlock()
		s.working.Go(func() {
			defer func() {
				s.mu.Lock()
				delete(s.open, conn)
				s.mu.Unlock()
				_ = conn.Close()
			}()
			_ = s.talk(conn, number)
		})
	}
}

func (s *fakeServer) talk(conn net.Conn, number int) error {
	if _, _, err := readMessage(conn); err != nil {
		return err
	}
	answer := preloginAnswer(1)
	if s.prelogin != nil {
		answer = s.prelogin(number)
	}
	if len(answer) == 0 {
		_, err := io.Copy(io.Discard, conn)
		return err
	}
	if err := writeMessage(conn, 4, answer); err != nil {
		return err
	}
	wrapped := &handshakeConn{Conn: conn}
	secure := tls.Server(wrapped, s.config)
	if err := secure.Handshake(); err != nil {
		return err
	}
	wrapped.raw = true
	_, login, err := readMessage(secure)
	if err != nil {
		return err
	}
	app, token := parseLogin(login)
	s.mu.Lock()
	s.appName = app
	s.mu.Unlock()
	if err := writeMessage(secure, 4, s.onLogin(number, token)); err != nil {
		return err
	}
	for {
		kind, data, err := readMessage(secure)
		if err != nil {
			return err
		}
		if kind != 1 && kind != 3 {
			return fmt.Errorf("unexpected message %d", kind)
		}
		if err := s.answer(secure, kind, data, number); err != nil {
			return err
		}
	}
}

func (s *fakeServer) answer(conn net.Conn, kind byte, data []byte, connection int) error {
	s.mu.Lock()
	s.requests++
	r := request{connection: connection, number: s.requests}
	s.mu.Unlock()
	r.text, r.declarations = parseRequest(kind, data)
	do := s.onRequest(r)
	if do.started != nil {
		close(do.started)
	}
	if do.hang {
		kind, _, err := readMessage(conn)
		if err != nil || kind != 6 {
			return fmt.Errorf("message %d while hanging: %w", kind, err)
		}
		if do.cancelReceived != nil {
			close(do.cancelReceived)
		}
		if do.ignoreCancel {
			_, err := io.Copy(io.Discard, conn)
			return err
		}
		return writeMessage(conn, 4, done(0x20))
	}
	if len(do.tokens) > 0 {
		if err := writeMessage(conn, 4, do.tokens); err != nil {
			return err
		}
	}
	if do.cut {
		return errors.New("cut")
	}
	return nil
}

// handshakeConn carries TLS inside of TDS packets until raw is set.
type handshakeConn struct {
	net.Conn
	raw     bool
	pending bytes.Reader
}

func (c *handshakeConn) Read(b []byte) (int, error) {
	if c.raw {
		return c.Conn.Read(b)
	}
	if c.pending.Len() == 0 {
		_, data, err := readMessage(c.Conn)
		if err != nil {
			return 0, err
		}
		c.pending.Reset(data)
	}
	return c.pending.Read(b)
}

func (c *handshakeConn) Write(b []byte) (int, error) {
	if c.raw {
		return c.Conn.Write(b)
	}
	return len(b), writeMessage(c.Conn, 0x12, b)
}

func readMessage(r io.Reader) (kind byte, data []byte, err error) {
	for {
		var header [8]byte
		if _, err := io.ReadFull(r, header[:]); err != nil {
			return 0, nil, err
		}
		body := make([]byte, max(int(binary.BigEndian.Uint16(header[2:]))-8, 0))
		if _, err := io.ReadFull(r, body); err != nil {
			return 0, nil, err
		}
		data = append(data, body...)
		if header[1]&1 != 0 {
			return header[0], data, nil
		}
	}
}

func writeMessage(w io.Writer, kind byte, data []byte) error {
	const size = 4096 - 8
	for {
		part := data[:min(size, len(data))]
		data = data[len(part):]
		header := []byte{kind, 0, 0, 0, 0, 0, 1, 0}
		if len(data) == 0 {
			header[1] = 1
		}
		binary.BigEndian.PutUint16(header[2:], uint16(len(part)+8))
		if _, err := w.Write(append(header, part...)); err != nil || len(data) == 0 {
			return err
		}
	}
}

// preloginAnswer offers encryption (1 on, 2 not supported) and federated authentication.
func preloginAnswer(encryption ...byte) []byte {
	options := []struct {
		id   byte
		data []byte
	}{{0, make([]byte, 6)}, {1, encryption}, {6, []byte{1}}}
	offset := len(options)*5 + 1
	var head, body []byte
	for _, option := range options {
		head = append(head, option.id, 0, byte(offset+len(body)), 0, byte(len(option.data)))
		body = append(body, option.data...)
	}
	return append(append(head, 0xff), body...)
}

func parseLogin(data []byte) (app, token string) {
	at := func(i int) int { return int(binary.LittleEndian.Uint16(data[i:])) }
	app = fromUTF16(data[at(48) : at(48)+2*at(50)])
	feature := data[binary.LittleEndian.Uint32(data[at(56):]):]
	for feature[0] != 0xff {
		length := binary.LittleEndian.Uint32(feature[1:])
		if feature[0] == 2 {
			token = fromUTF16(feature[10 : 10+binary.LittleEndian.Uint32(feature[6:])])
		}
		feature = feature[5+length:]
	}
	return app, token
}

func parseRequest(kind byte, data []byte) (text, declarations string) {
	data = data[binary.LittleEndian.Uint32(data):]
	if kind == 1 {
		return fromUTF16(data), ""
	}
	data = data[6:] // sp_executesql by number, flags
	short := func() string {
		data = data[2+1+2+5:] // no name, status, type, longest length, collation
		length := binary.LittleEndian.Uint16(data)
		value := fromUTF16(data[2 : 2+length])
		data = data[2+length:]
		return value
	}
	return short(), short()
}

func utf16Bytes(text string) []byte {
	var data []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		data = binary.LittleEndian.AppendUint16(data, unit)
	}
	return data
}

func fromUTF16(data []byte) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}

func token(id byte, body []byte) []byte {
	return append(binary.LittleEndian.AppendUint16([]byte{id}, uint16(len(body))), body...)
}

func shortText(text string) []byte { return append([]byte{byte(len(text))}, utf16Bytes(text)...) }

func longText(text string) []byte {
	return append(binary.LittleEndian.AppendUint16(nil, uint16(len(utf16.Encode([]rune(text))))), utf16Bytes(text)...)
}

func done(status uint16) []byte {
	return append(binary.LittleEndian.AppendUint16([]byte{0xfd}, status), make([]byte, 10)...)
}

func loginAck() []byte {
	body := append([]byte{1, 0x74, 0, 0, 4}, shortText("fake")...)
	return append(token(0xad, append(body, 0, 0, 0, 0)), done(0)...)
}

func refusal(number int32, text string) []byte {
	body := binary.LittleEndian.AppendUint32(nil, uint32(number))
	body = append(body, 1, 16)
	body = append(append(append(body, longText(text)...), 0, 0), 0, 0, 0, 0)
	return append(token(0xaa, body), done(2)...)
}

func route(host string, port int) []byte {
	value := append([]byte{0}, binary.LittleEndian.AppendUint16(nil, uint16(port))...)
	value = append(value, longText(host)...)
	body := append([]byte{20}, binary.LittleEndian.AppendUint16(nil, uint16(len(value)))...)
	body = append(append(body, value...), 0, 0)
	return append(token(0xe3, body), loginAck()...)
}

// column is a column of a result with its type as it stands in COLMETADATA.
type column struct {
	name string
	info []byte
}

var (
	bigint     = []byte{0x26, 8}
	nvarchar   = []byte{0xe7, 0x40, 0x1f, 0, 0, 0, 0, 0}
	guid       = []byte{0x24, 16}
	datetime   = []byte{0x6f, 8}
	bit        = []byte{0x68, 1}
	double     = []byte{0x6d, 8}
	decimal102 = []byte{0x6a, 17, 10, 2}
	varbinary  = []byte{0xa5, 0x40, 0x1f}
)

// result is a whole result; each row holds the bytes of its values one after the other.
func result(columns []column, rows ...[]byte) []byte {
	data := binary.LittleEndian.AppendUint16([]byte{0x81}, uint16(len(columns)))
	for _, c := range columns {
		data = append(append(data, 0, 0, 0, 0, 1, 0), c.info...)
		data = append(data, shortText(c.name)...)
	}
	for _, row := range rows {
		data = append(append(data, 0xd1), row...)
	}
	return append(data, done(0x10)...)
}

func one(n int64) []byte {
	return result([]column{{"one", bigint}}, append([]byte{8}, binary.LittleEndian.AppendUint64(nil, uint64(n))...))
}

// certificateFor makes a certificate for some names, signed by itself.
func certificateFor(t *testing.T, names ...string) (*tls.Config, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: names, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	require.NoError(t, err)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, SessionTicketsDisabled: true},
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
