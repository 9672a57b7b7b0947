package dataverse_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	azurelog "github.com/Azure/azure-sdk-for-go/sdk/azcore/log"
	"go.uber.org/goleak"
)

// suiteLog is what all clients of this package's tests write, at debug level, and what Azure's SDK would.
var suiteLog = &lockedLog{}

type lockedLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func suiteLogger() *slog.Logger {
	return slog.New(slog.NewTextHandler(suiteLog, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// TestMain looks for goroutines that are left behind, and for secrets in the log.
func TestMain(m *testing.M) { goleak.VerifyTestMain(watched{m}) }

// watched greps the log of the whole suite for the secrets that its tests use and for what looks like a token.
type watched struct{ *testing.M }

func (m watched) Run() int {
	azurelog.SetListener(func(_ azurelog.Event, text string) { _, _ = suiteLog.Write([]byte(text + "\n")) })
	code := m.M.Run()
	for line := range strings.Lines(suiteLog.text.String()) {
		for _, secret := range []string{"hunter2", "open sesame", "service-account-token", "identity-header", "eyJ", "PRIVATE KEY"} {
			if strings.Contains(line, secret) && code == 0 {
				fmt.Printf("FAIL: %q in the log: %s", secret, line)
				code = 1
			}
		}
	}
	return code
}
