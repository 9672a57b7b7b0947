package harness

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.uber.org/goleak"
)

func TestAChannelRunsOnceFromItsFirstViewerToItsLast(t *testing.T) {
	defer goleak.VerifyNone(t)
	var all live
	var runs atomic.Int32
	ended := make(chan struct{})
	sends := make(chan func(json.RawMessage), 1)
	run := func(ctx context.Context, _ subscription, send func(json.RawMessage)) {
		runs.Add(1)
		sends <- send
		<-ctx.Done()
		close(ended)
	}
	asked := subscription{Path: "a"}
	first, leaveFirst := all.join(asked, run)
	second, leaveSecond := all.join(asked, run)
	(<-sends)(json.RawMessage(`1`))
	assert.Equal(t, json.RawMessage(`1`), <-first)
	assert.Equal(t, json.RawMessage(`1`), <-second)
	leaveFirst()
	assert.Equal(t, []string{"a"}, all.running())
	leaveSecond()
	assert.Empty(t, all.running())
	<-ended
	assert.EqualValues(t, 1, runs.Load())
}

func TestTheViewersOfAChannelThatEndsAreToldSo(t *testing.T) {
	defer goleak.VerifyNone(t)
	var all live
	messages, leave := all.join(subscription{Path: "a"}, func(context.Context, subscription, func(json.RawMessage)) {})
	_, open := <-messages
	assert.False(t, open)
	leave()
	assert.Empty(t, all.running())
}
