package main

// The examples of other ways to log in than the packaged one.

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/dataverse-tally/tally/pkg/exporter"
)

// certificatePEM is the path of a new certificate with its key.
func certificatePEM(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "tally"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "certificate.pem")
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})...)
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

func TestTheExamplesOfOtherLoginsOpen(t *testing.T) {
	for _, login := range []string{"client-certificate", "managed-identity", "developer"} {
		t.Run(login, func(t *testing.T) {
			text := read(t, "packaging/logins/"+login+".yml")
			e := opened(t, strings.Replace(text, credentials+"client-certificate", certificatePEM(t), 1))
			assert.Equal(t, login, e.Login)
		})
	}
}

func TestTheServiceOfOtherLoginsGetsWhatTheirExamplesRead(t *testing.T) {
	handed := regexp.MustCompile(`(?m)^LoadCredential=(.*)$`)
	named := regexp.MustCompile(regexp.QuoteMeta(credentials) + `(\S+)`)
	for _, login := range []string{"client-certificate", "managed-identity"} {
		t.Run(login, func(t *testing.T) {
			dropIn := read(t, "packaging/logins/"+login+".conf")
			assert.Contains(t, dropIn, "/dataverse_exporter.service.d/")
			assert.Contains(t, dropIn, "\n[Service]\n")
			lines := handed.FindAllStringSubmatch(dropIn, -1)
			require.NotEmpty(t, lines)
			assert.Empty(t, lines[0][1], "the packaged unit would not start without its secret")
			var got, want []string
			for _, line := range lines[1:] {
				name, _, _ := strings.Cut(line[1], ":")
				got = append(got, name)
			}
			for _, match := range named.FindAllStringSubmatch(read(t, "packaging/logins/"+login+".yml"), -1) {
				want = append(want, match[1])
			}
			assert.Equal(t, want, got)
		})
	}
}

// manifest is what the tests read of a Kubernetes object.
type manifest struct {
	Kind     string
	Metadata struct{ Name string }
	Data     map[string]string
	Spec     struct {
		Selector map[string]any
		Ports    []struct {
			Port       int
			TargetPort string `yaml:"targetPort"`
		}
		Template struct {
			Metadata struct{ Labels map[string]string }
			Spec     struct {
				ServiceAccountName string `yaml:"serviceAccountName"`
				Containers         []struct {
					Image string
					Args  []string
					Ports []struct {
						Name string
						Port int `yaml:"containerPort"`
					}
					Liveness     probe `yaml:"livenessProbe"`
					Readiness    probe `yaml:"readinessProbe"`
					VolumeMounts []struct {
						Name string
						Path string `yaml:"mountPath"`
					} `yaml:"volumeMounts"`
				}
				Volumes []struct {
					Name      string
					ConfigMap struct{ Name string } `yaml:"configMap"`
				}
			}
		}
	}
}

type probe struct {
	HTTPGet struct{ Path, Port string } `yaml:"httpGet"`
}

func manifests(t *testing.T) map[string]manifest {
	t.Helper()
	decoder := yaml.NewDecoder(strings.NewReader(read(t, "packaging/logins/workload-identity.yaml")))
	all := map[string]manifest{}
	for {
		var m manifest
		err := decoder.Decode(&m)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all[m.Kind] = m
	}
}

func TestTheManifestOfTheWorkloadIdentityFitsTogetherAndItsConfigurationOpens(t *testing.T) {
	all := manifests(t)
	settings, ok := all["ConfigMap"].Data["exporter.yml"]
	require.True(t, ok)
	token := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(token, []byte("service-account"), 0o600))
	e := opened(t, strings.Replace(settings, "  login: workload-identity\n", "  login: workload-identity\n  federated-token-file: "+token+"\n", 1))
	assert.Equal(t, "workload-identity", e.Login)

	pod := all["Deployment"].Spec.Template
	assert.Equal(t, all["ServiceAccount"].Metadata.Name, pod.Spec.ServiceAccountName)
	assert.Equal(t, "true", pod.Metadata.Labels["azure.workload.identity/use"], "or no token is projected into it")
	for label, value := range all["Service"].Spec.Selector {
		assert.Equal(t, value, pod.Metadata.Labels[label])
	}
	require.Len(t, pod.Spec.Containers, 1)
	container := pod.Spec.Containers[0]
	require.Len(t, container.VolumeMounts, 1)
	require.Len(t, pod.Spec.Volumes, 1)
	assert.Equal(t, all["ConfigMap"].Metadata.Name, pod.Spec.Volumes[0].ConfigMap.Name)
	assert.Equal(t, pod.Spec.Volumes[0].Name, container.VolumeMounts[0].Name)
	assert.Contains(t, read(t, "packaging/Dockerfile"), `"--config.file=`+container.VolumeMounts[0].Path+`/exporter.yml"]`)
	assert.Equal(t, "dataverse_exporter", container.Image, "a version here would be left behind")
	require.Len(t, container.Ports, 1)
	assert.Equal(t, []string{"--web.listen-address=:9877"}, container.Args)
	assert.Equal(t, 9877, container.Ports[0].Port)
	assert.Equal(t, container.Ports[0].Name, all["Service"].Spec.Ports[0].TargetPort)

	site, err := exporter.OpenSite(exporter.SiteOptions{Load: func() ([]exporter.Setting, error) { return nil, nil }})
	require.NoError(t, err)
	defer site.Close()
	for _, p := range []probe{container.Liveness, container.Readiness} {
		assert.Equal(t, container.Ports[0].Name, p.HTTPGet.Port)
		answer := httptest.NewRecorder()
		site.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, p.HTTPGet.Path, nil))
		assert.Equal(t, http.StatusOK, answer.Code, p.HTTPGet.Path)
	}
}
