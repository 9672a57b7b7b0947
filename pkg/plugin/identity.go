package plugin

import (
	"context"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/config"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// The keys by which Grafana passes the section [azure] of its configuration on to plugins. They are those that Grafana's
// own Azure data sources read.
const (
	keyManagedEnabled    = "GFAZPL_MANAGED_IDENTITY_ENABLED"
	keyManagedClientID   = "GFAZPL_MANAGED_IDENTITY_CLIENT_ID"
	keyWorkloadEnabled   = "GFAZPL_WORKLOAD_IDENTITY_ENABLED"
	keyWorkloadTenantID  = "GFAZPL_WORKLOAD_IDENTITY_TENANT_ID"
	keyWorkloadClientID  = "GFAZPL_WORKLOAD_IDENTITY_CLIENT_ID"
	keyWorkloadTokenFile = "GFAZPL_WORKLOAD_IDENTITY_TOKEN_FILE"
)

// defaultTokenFile is where Azure's Kubernetes service projects the token of a service account to.
const defaultTokenFile = "/var/run/secrets/azure/tokens/azure-identity-token"

// serverIdentities are the identities of Grafana's own server that its administrator lets data sources use. Which one it
// is stands in Grafana's configuration alone: an editor of a data source does not choose among the server's identities.
type serverIdentities struct {
	managed         bool
	managedClientID string // of a user assigned identity; "" for the system assigned one

	workload          bool
	workloadTenantID  string
	workloadClientID  string
	workloadTokenFile string
}

// identitiesOf reads what Grafana passes on with each request.
func identitiesOf(ctx context.Context) serverIdentities {
	from := config.GrafanaConfigFromContext(ctx)
	enabled := func(key string) bool { return strings.EqualFold(from.Get(key), "true") }
	identities := serverIdentities{
		managed:           enabled(keyManagedEnabled),
		managedClientID:   from.Get(keyManagedClientID),
		workload:          enabled(keyWorkloadEnabled),
		workloadTenantID:  from.Get(keyWorkloadTenantID),
		workloadClientID:  from.Get(keyWorkloadClientID),
		workloadTokenFile: from.Get(keyWorkloadTokenFile),
	}
	if identities.workloadTokenFile == "" {
		identities.workloadTokenFile = defaultTokenFile
	}
	return identities
}

// problems of a data source that wants to use an identity of the server.
func (i serverIdentities) problems(kind AuthType, address dataverse.Address) []error {
	name, setting, allowed := "a managed identity", "managed_identity_enabled", i.managed
	if kind == AuthWorkloadIdentity {
		name, setting, allowed = "a workload identity", "workload_identity_enabled", i.workload
	}
	if !allowed {
		return []error{&SettingError{FieldAuthentication, name + " of the Grafana server is not allowed for this data source",
			"ask Grafana's administrator to set in the section [azure] of its configuration " + setting + " = true, and to add " +
				ID + " to forward_settings_to_plugins"}}
	}
	var problems []error
	if address.IsLoopback() {
		problems = append(problems, &SettingError{FieldAuthentication, name + " is for environments in Azure, and not for this computer",
			"choose " + labelClientSecret + " or " + labelAccessToken})
	}
	if kind == AuthWorkloadIdentity {
		for _, setting := range []struct{ name, value string }{
			{"workload_identity_tenant_id", i.workloadTenantID},
			{"workload_identity_client_id", i.workloadClientID},
		} {
			if setting.value == "" {
				problems = append(problems, &SettingError{FieldAuthentication, setting.name + " is missing in Grafana's configuration",
					"ask Grafana's administrator to set it in the section [azure]"})
			}
		}
	}
	return problems
}
