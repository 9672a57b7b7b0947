package exporter

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// config is a configuration that tests change under a site.
type config struct {
	mu       sync.Mutex
	err      error
	settings []Setting
}

func (c *config) load() ([]Setting, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.settings, c.err
}

func (c *config) set(err error, settings ...Setting) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.err, c.settings = err, settings
}

// opened counts what is open.
type opened struct{ now, ever atomic.Int64 }

func (o *opened) setting(name, fingerprint string, counter tally.Counter) Setting {
	return Setting{Name: name, Fingerprint: fingerprint, Open: func() (*Exporter, func() error, error) {
		e, err := New(Options{Catalog: catalog.Default(), Counter: counter, Interval: time.Second, Now: noon})
		if err != nil {
			return nil, nil, err
		}
		o.now.Add(1)
		o.ever.Add(1)
		return e, func() error { o.now.Add(-1); return nil }, nil
	}}
}

func openSite(t testing.TB, c *config, options SiteOptions) *Site {
	t.Helper()
	options.Load = c.load
	s, err := OpenSite(options)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

func status(t testing.TB, handler http.Handler, method, path string) (int, string) {
	t.Helper()
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(method, path, nil))
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.Code, string(body)
}

func eventuallyReady(t testing.TB, s *Site) {
	t.Helper()
	require.Eventually(t, s.Ready, 30*time.Second, 5*time.Millisecond)
}

func TestReadyOnceEveryQueryWasTried(t *testing.T) {
	var open opened
	release := make(chan struct{})
	down := &source{err: &dataverse.Error{Class: dataverse.ClassUnreachable, Message: "no route"}}
	c := &config{settings: []Setting{open.setting("contoso", "1", waiting(release, down))}}
	s := openSite(t, c, SiteOptions{})
	handler := s.Handler()
	code, _ := status(t, handler, http.MethodGet, "/-/healthy")
	assert.Equal(t, http.StatusOK, code)
	code, _ = status(t, handler, http.MethodGet, "/-/ready")
	assert.Equal(t, http.StatusServiceUnavailable, code)
	code, text := status(t, handler, http.MethodGet, "/metrics")
	assert.Equal(t, http.StatusOK, code, "before the first refresh")
	assert.Contains(t, text, "dataverse_up 0\n")
	close(release)
	eventuallyReady(t, s)
	code, _ = status(t, handler, http.MethodGet, "/-/ready")
	assert.Equal(t, http.StatusOK, code, "tried, though in vain")
	for path, want := range map[string]int{"/": http.StatusOK, "/nowhere": http.StatusNotFound, "/metrics/": http.StatusNotFound} {
		code, _ = status(t, handler, http.MethodGet, path)
		assert.Equal(t, want, code, path)
	}
}

func TestProbeAnswersForConfiguredNamesOnly(t *testing.T) {
	var open opened
	c := &config{settings: []Setting{open.setting("contoso", "1", &source{}), open.setting("fabrikam", "1", &source{err: errors.New("down")})}}
	s := openSite(t, c, SiteOptions{WithoutProcess: true})
	eventuallyReady(t, s)
	handler := s.Handler()
	code, text := status(t, handler, http.MethodGet, "/probe?target=contoso")
	assert.Equal(t, http.StatusOK, code)
	assert.Contains(t, text, "dataverse_bot_conversations_today 10\n")
	assert.NotContains(t, text, "dataverse_exporter_build_info")
	code, text = status(t, handler, http.MethodGet, "/probe?target=fabrikam")
	assert.Equal(t, http.StatusOK, code, "the source is down, not the exporter")
	assert.NotContains(t, text, "dataverse_bot_conversations_today ")
	for _, target := range []string{"", "tailspin", "Contoso", "https%3A%2F%2Fu:hush@contoso.crm4.dynamics.com"} {
		code, text = status(t, handler, http.MethodGet, "/probe?target="+target)
		assert.Equal(t, http.StatusNotFound, code, target)
		assert.NotContains(t, text, "hush")
	}
	_, text = status(t, handler, http.MethodGet, "/metrics")
	assert.NotContains(t, text, "dataverse_up", "of several environments none is the main one")
	assert.Contains(t, text, "dataverse_exporter_build_info")

	c.set(nil, open.setting("contoso", "1", &source{}), open.setting(MainEnvironment, "1", &source{}))
	require.NoError(t, s.Reload())
	eventuallyReady(t, s)
	_, text = status(t, handler, http.MethodGet, "/metrics")
	assert.Contains(t, text, "dataverse_up 1\n", "but the one that is called so")
}

func TestAReloadKeepsWhatHasNotChangedAndClosesWhatHasGone(t *testing.T) {
	var open opened
	c := &config{settings: []Setting{open.setting("a", "1", &source{}), open.setting("b", "1", &source{})}}
	s := openSite(t, c, SiteOptions{EnableLifecycle: true})
	handler := s.Handler()
	a, b := s.find("a"), s.find("b")
	c.set(nil, open.setting("a", "1", &source{}), open.setting("b", "2", &source{}), open.setting("c", "1", &source{}))
	code, _ := status(t, handler, http.MethodPost, "/-/reload")
	assert.Equal(t, http.StatusOK, code)
	assert.Same(t, a, s.find("a"))
	assert.NotSame(t, b, s.find("b"))
	assert.NotNil(t, s.find("c"))
	assert.EqualValues(t, 3, open.now.Load())

	c.set(errors.New("line 3 is wrong"))
	code, text := status(t, handler, http.MethodPost, "/-/reload")
	assert.Equal(t, http.StatusInternalServerError, code)
	assert.Equal(t, "the configuration stays as it was: line 3 is wrong\n", text)
	broken := Setting{Name: "d", Open: func() (*Exporter, func() error, error) { return nil, nil, errors.New("no login") }}
	c.set(nil, open.setting("e", "1", &source{}), broken)
	require.EqualError(t, s.Reload(), "environment d: no login")
	assert.EqualValues(t, 3, open.now.Load(), "what had been opened for nothing is closed")
	assert.Same(t, a, s.find("a"))
	_, text = status(t, handler, http.MethodGet, "/metrics")
	assert.Contains(t, text, "dataverse_exporter_config_last_reload_successful 0\n")

	c.set(nil, open.setting("c", "1", &source{}))
	require.NoError(t, s.Reload())
	assert.EqualValues(t, 1, open.now.Load())
	_, text = status(t, handler, http.MethodGet, "/metrics")
	assert.Contains(t, text, "dataverse_exporter_config_last_reload_successful 1\n")
	s.Close()
	s.Close()
	assert.Zero(t, open.now.Load())
	assert.EqualError(t, s.Reload(), "the exporter is being stopped")
}

func TestASiteThatCannotBeOpenedSaysWhy(t *testing.T) {
	_, err := OpenSite(SiteOptions{Load: (&config{err: errors.New("line 3 is wrong")}).load})
	assert.EqualError(t, err, "line 3 is wrong")
}

func TestTheMetricsHaveAPathOfTheirOwn(t *testing.T) {
	for path, ok := range map[string]bool{
		"/metrics": true, "/tally/metrics": true, "/m": true, "/.well-known/x-1": true,
		"metrics": false, "/": false, "/metrics/": false, "/probe": false, "/-/ready": false, "/-/x": false, "/{x}": false, "/a b": false, "//": false, "/..": false, "/metrics/.": false,
	} {
		s, err := OpenSite(SiteOptions{MetricsPath: path, Load: func() ([]Setting, error) { return nil, nil }})
		if !ok {
			assert.ErrorContains(t, err, "web.telemetry-path: ", path)
			continue
		}
		require.NoError(t, err, path)
		assert.Contains(t, scrapePath(t, s.Handler(), path), "dataverse_exporter_build_info", path)
		s.Close()
	}
}

func scrapePath(t *testing.T, handler http.Handler, path string) string {
	t.Helper()
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	require.Equal(t, http.StatusOK, answer.Code)
	return answer.Body.String()
}

func TestTheLandingPageShowsTotalsAgesAndErrors(t *testing.T) {
	var open opened
	failing := &source{}
	c := &config{settings: []Setting{open.setting("contoso", "1", &source{}), open.setting("fabrikam", "1", failing)}}
	failing.fail(&dataverse.Error{Class: dataverse.ClassSchema, Message: "<script>alert(1)</script>"})
	s := openSite(t, c, SiteOptions{})
	eventuallyReady(t, s)
	answer := get(t, s.Handler(), "/")
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	text := string(body)
	assert.Regexp(t, `<td>Today</td><td class="number">10</td><td class="number">4</td><td class="number">6</td><td>\d+ (s|min|h|days) ago</td>`, text)
	assert.Regexp(t, `<td>Today</td><td class="number">–</td>`, text, "what was never read has no number")
	assert.Contains(t, text, `<a href="/probe?target=fabrikam">`)
	assert.Contains(t, text, "&lt;script&gt;alert(1)&lt;/script&gt;")
	assert.NotRegexp(t, regexp.MustCompile(`(?i)<script|javascript:|onload=`), text)
	assert.Contains(t, answer.Header.Get("Content-Security-Policy"), "default-src 'none'")
	assert.Contains(t, text, `<span class="state good">up</span>`)
}

func TestAgesAreInTheUnitOfPeople(t *testing.T) {
	for age, want := range map[time.Duration]string{
		-time.Second: "0 s ago", 0: "0 s ago", 119 * time.Second: "119 s ago", 2 * time.Minute: "2 min ago",
		119 * time.Minute: "119 min ago", 2 * time.Hour: "2 h ago", 47 * time.Hour: "47 h ago", 48 * time.Hour: "2 days ago",
	} {
		assert.Equal(t, want, ago(age))
	}
}

var identity = regexp.MustCompile(`(?m)^dataverse_bot_conversations(_escalated|_deflected|)_last_24h (\d+)$`)

// Fifty scrapers at once, in all forms, while everything is refreshed as fast as it goes and reloaded again and again:
// every answer is whole, and of one moment for each query. The race detector watches.
func TestScrapesDuringRefreshAndReloadAreWhole(t *testing.T) {
	var open opened
	var turn atomic.Int64
	next := func() Setting { return open.setting(MainEnvironment, fmt.Sprint(turn.Add(1)), changing(&turn)) }
	c := &config{settings: []Setting{next()}}
	s := openSite(t, c, SiteOptions{})
	eventuallyReady(t, s)
	handler := s.Handler()
	stop := make(chan struct{})
	var busy sync.WaitGroup
	busy.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			e := s.find(MainEnvironment)
			for _, r := range e.queries {
				e.run(t.Context(), r)
			}
		}
	})
	busy.Go(func() {
		for range 20 {
			c.set(nil, next())
			assert.NoError(t, s.Reload())
		}
	})
	var scraping sync.WaitGroup
	var seen atomic.Int64
	for i := range 50 {
		scraping.Go(func() {
			for n := range 20 {
				path := []string{"/metrics", "/probe?target=default", "/"}[(i+n)%3]
				headers := []string{"Accept-Encoding", []string{"identity", "gzip"}[n%2], "Accept", []string{"", openMetrics}[i%2]}
				answer := get(t, handler, path, headers...)
				assert.Equal(t, http.StatusOK, answer.StatusCode)
				if n%2 == 0 && i%2 == 0 && path != "/" {
					body, err := io.ReadAll(answer.Body)
					assert.NoError(t, err)
					seen.Add(addUp(t, string(body)))
				}
			}
		})
	}
	scraping.Wait()
	close(stop)
	busy.Wait()
	assert.Positive(t, seen.Load())
}

// addUp checks that the three gauges of a window on a page are of one refresh, and returns how many pages had them.
func addUp(t *testing.T, text string) int64 {
	values := map[string]int{}
	for _, found := range identity.FindAllStringSubmatch(text, -1) {
		var n int
		_, err := fmt.Sscan(found[2], &n)
		assert.NoError(t, err)
		values[found[1]] = n
	}
	if len(values) == 0 {
		return 0 // just reloaded
	}
	assert.Len(t, values, 3)
	assert.Equal(t, values[""], values["_escalated"]+values["_deflected"])
	return 1
}
