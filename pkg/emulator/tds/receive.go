package tds

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"syscall"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

// incoming is a message on its way from the reading goroutine to the other one.
type incoming struct {
	message wire.Message
	request *request // nil for an attention that came when no request ran
}

// request is the part of a request that both goroutines see: whether it runs and whether it was cancelled.
type request struct {
	ctx    context.Context
	cancel context.CancelCauseFunc

	mu       sync.Mutex
	attended bool
	ended    bool
}

// attend cancels the request on behalf of the client. False says that the request had ended before, so that
// the attention needs an answer of its own.
func (r *request) attend() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return false
	}
	r.attended = true
	r.cancel(ErrAttention)
	return true
}

// end is called before the last token of the response is written. It says whether that token has to
// acknowledge an attention; later attentions are answered by themselves. Attentions that came more than
// once before are acknowledged once.
func (r *request) end() (attended bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	return r.attended
}

// isAttended says whether the client cancelled the request.
func (r *request) isAttended() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.attended
}

// receive reads messages until the connection ends, and ends it when the client left or speaks nonsense.
//
// A message waits here until the request before it is answered (MS-TDS 3.3.5.9 lets the server queue), and
// then nothing behind it is read. A client without MARS has no reason to send one so early.
func (c *conn) receive() {
	reader := wire.NewMessageReader(c.stream)
	begin := func() int {
		_ = c.stream.SetReadDeadline(time.Now().Add(orDefault(c.server.ReadTimeout, DefaultReadTimeout)))
		return int(c.messageLimit.Load())
	}
	var current *request
	for {
		message, err := reader.Next(begin)
		if err != nil {
			c.cancel(receiveError(err))
			return
		}
		_ = c.stream.SetReadDeadline(time.Time{})

		in := incoming{message: message}
		if message.Type == wire.PacketAttention {
			if ignorer := c.ignores.Load(); ignorer != nil && (*ignorer).IgnoreAttention() {
				continue
			}
			if current != nil && current.attend() {
				continue
			}
		} else {
			current = &request{}
			current.ctx, current.cancel = context.WithCancelCause(c.ctx)
			in.request = current
		}
		select {
		case c.incoming <- in:
		case <-c.ctx.Done():
			return
		}
	}
}

func receiveError(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) {
		return errClientLeft
	}
	return fmt.Errorf("tds: receive: %w", err)
}
