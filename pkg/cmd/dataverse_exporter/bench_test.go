package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/internal/peers"
)

// BenchmarkProgram measures the built, stripped program against the embedded Dataverse, from outside, with the Go and
// process metrics switched off. Beside each figure stands the same one of a generic SQL exporter with its cache on
// (burningalchemist/sql_exporter 0.24.6, measured on another, idle machine), where there is one:
//
//	                     ours (this run)       generic exporter
//	binary               MB-binary             58.8
//	start to listening   ms-start              35
//	RSS idle, loaded     MiB-idle, MiB-loaded  36, 46 to 62
//	100 series           ms-p50, scrapes/s     0.79 at 1 client, 1,480 a second at 50
//	3,000 series         ms-p50                13
//	Dataverse silent     ms-p50, ms-longest    4,500, and all values gone
//	statements           statements/scrape     0, and a ping
func BenchmarkProgram(b *testing.B) {
	if runtime.GOOS != "linux" {
		b.Skip("memory is read from /proc")
	}
	path := filepath.Join(b.TempDir(), "dataverse_exporter")
	build := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	require.NoError(b, err, string(out))
	for _, series := range []int{100, 3000} {
		dv, err := emulator.Start(emulator.Options{Data: centerWithQueues(series / 9)})
		require.NoError(b, err)
		folder := b.TempDir()
		token, ca := filepath.Join(folder, "token"), filepath.Join(folder, "ca.pem")
		require.NoError(b, os.WriteFile(token, []byte(dv.Token(emulator.TokenOptions{})), 0o600))
		require.NoError(b, os.WriteFile(ca, dv.CACertificate(), 0o600))
		args := []string{"--dataverse.address=" + dv.Address(), "--dataverse.ca-file=" + ca, "--dataverse.access-token-file=" + token,
			"--query.by=queue", "--query.max-groups=1000", "--query.interval=1h", "--web.disable-exporter-metrics", "--log.level=error"}
		if series == 100 {
			b.Run("start", func(b *testing.B) { benchmarkStart(b, path, args) })
		}
		for _, clients := range []int{1, 50} {
			b.Run(fmt.Sprintf("series=%d/clients=%d", series, clients), func(b *testing.B) { benchmarkLoad(b, dv, path, args, series, clients) })
		}
		if series == 100 {
			b.Run("frozen", func(b *testing.B) {
				benchmarkFrozen(b, dv, path, append(args, "--query.timeout=5s", "--query.max-age=2h"))
			})
		}
		require.NoError(b, dv.Close())
	}
}

// centerWithQueues is a contact center in which every queue has had one bot conversation.
func centerWithQueues(n int) *contactcenter.Dataset {
	at := time.Now().UTC().Truncate(time.Second).Add(-time.Minute)
	bot := contactcenter.User{ID: uuid.New(), FullName: new("Bot"), BotApplicationID: new(uuid.NewString())}
	data := &contactcenter.Dataset{Users: []contactcenter.User{bot}}
	for i := range n {
		queue := contactcenter.Queue{ID: uuid.New(), Name: new(fmt.Sprintf("Customer care team %d", i))}
		conversation, session := uuid.New(), uuid.New()
		data.Queues = append(data.Queues, queue)
		data.Conversations = append(data.Conversations, contactcenter.Conversation{ID: conversation, CreatedOn: &at, StatusCode: new(int64(4))})
		data.Sessions = append(data.Sessions, contactcenter.Session{ID: session, ConversationID: &conversation, CreatedOn: &at,
			Channel: new(int64(192360000)), QueueID: &queue.ID})
		data.Participants = append(data.Participants, contactcenter.Participant{ID: uuid.New(), SessionID: &session, AgentID: &bot.ID,
			Mode: new(int64(192350002)), JoinedOn: &at})
	}
	return data
}

// started is a running program that accepts connections.
type started struct {
	command *exec.Cmd
	address string
	took    time.Duration
}

func start(b *testing.B, path string, args []string) started {
	b.Helper()
	s := started{address: peers.FreeAddress(b)}
	s.command = exec.CommandContext(b.Context(), path, append(args, "--web.listen-address="+s.address)...)
	begin := time.Now()
	require.NoError(b, s.command.Start())
	for time.Since(begin) < 10*time.Second {
		connection, err := net.Dial("tcp", s.address)
		if err == nil {
			s.took = time.Since(begin)
			require.NoError(b, connection.Close())
			return s
		}
		time.Sleep(time.Millisecond)
	}
	b.Fatal("the program does not listen")
	return s
}

func (s started) stop(b *testing.B) {
	b.Helper()
	require.NoError(b, s.command.Process.Signal(syscall.SIGTERM))
	require.NoError(b, s.command.Wait(), "stopped by a signal it ends with 0")
}

// resident is the memory of the process, in MiB.
func (s started) resident(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.command.Process.Pid))
	require.NoError(b, err)
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	kib, err := strconv.ParseFloat(strings.Fields(after)[0], 64)
	require.NoError(b, err)
	return kib / 1024
}

func benchmarkStart(b *testing.B, path string, args []string) {
	for b.Loop() {
		var took []time.Duration
		for range 15 {
			s := start(b, path, args)
			took = append(took, s.took)
			s.stop(b)
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-start")
	}
	binary, err := os.Stat(path)
	require.NoError(b, err)
	b.ReportMetric(float64(binary.Size())/1e6, "MB-binary")
}

func benchmarkLoad(b *testing.B, dv *emulator.Emulator, path string, args []string, series, clients int) {
	s := start(b, path, args)
	defer s.stop(b)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients, DisableCompression: true}}
	get := func(path string) (int, int64) {
		answer, err := client.Get("http://" + s.address + path)
		require.NoError(b, err)
		n, err := io.Copy(io.Discard, answer.Body)
		require.NoError(b, err)
		require.NoError(b, answer.Body.Close())
		return answer.StatusCode, n
	}
	require.Eventually(b, func() bool { status, _ := get("/-/ready"); return status == http.StatusOK }, time.Minute, 10*time.Millisecond)
	idle := s.resident(b)
	statements := dv.Counters().Statements
	var mu sync.Mutex
	var took []time.Duration
	var bytes int64
	scrape := func() {
		begin := time.Now()
		status, n := get("/metrics")
		each := time.Since(begin)
		mu.Lock()
		defer mu.Unlock()
		require.Equal(b, http.StatusOK, status)
		took, bytes = append(took, each), n
	}
	begin := time.Now()
	if clients == 1 {
		for b.Loop() {
			scrape()
		}
	} else {
		b.ResetTimer()
		var running sync.WaitGroup
		for i := range clients {
			running.Go(func() {
				for range (b.N + clients - 1 - i) / clients {
					scrape()
				}
			})
		}
		running.Wait()
	}
	elapsed := time.Since(begin)
	slices.Sort(took)
	require.Greater(b, bytes, int64(series*50), "the page has fewer series than it should")
	b.ReportMetric(float64(len(took))/elapsed.Seconds(), "scrapes/s")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(idle, "MiB-idle")
	b.ReportMetric(s.resident(b), "MiB-loaded")
	b.ReportMetric(float64(dv.Counters().Statements-statements)/float64(len(took)), "statements/scrape")
	require.Equal(b, statements, dv.Counters().Statements, "a scrape ran a statement")
	b.ReportMetric(float64(bytes), "B/page")
}

// benchmarkFrozen scrapes while no statement is answered: every scrape must have all that the last good one had.
func benchmarkFrozen(b *testing.B, dv *emulator.Emulator, path string, args []string) {
	args = slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return strings.HasPrefix(arg, "--query.interval") })
	s := start(b, path, append(args, "--query.interval=1s"))
	defer s.stop(b)
	get := func(path string) (int, string) {
		answer, err := http.Get("http://" + s.address + path)
		require.NoError(b, err)
		body, err := io.ReadAll(answer.Body)
		require.NoError(b, err)
		require.NoError(b, answer.Body.Close())
		return answer.StatusCode, string(body)
	}
	counts := func(page string) int { return strings.Count(page, "\ndataverse_bot_conversations") }
	require.Eventually(b, func() bool { status, _ := get("/-/ready"); return status == http.StatusOK }, time.Minute, 10*time.Millisecond)
	_, good := get("/metrics")
	remove, err := dv.Inject(emulator.Fault{Name: emulator.FaultSilent})
	require.NoError(b, err)
	defer remove()
	require.Eventually(b, func() bool { _, page := get("/metrics"); return strings.Contains(page, "\ndataverse_up 0\n") }, time.Minute, 50*time.Millisecond)
	var took []time.Duration
	for b.Loop() {
		begin := time.Now()
		status, page := get("/metrics")
		took = append(took, time.Since(begin))
		require.Equal(b, http.StatusOK, status)
		require.Equal(b, counts(good), counts(page))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "ms-longest")
}
