package main

import (
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

const module = "index"

// describe says how the provider's resources are called in @pulumi/docker.
func describe() tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		Name:    "docker",
		Version: release,
		P:       shimv2.NewProvider(provider.New(release)()),
		Config:  map[string]*tfbridge.SchemaInfo{"registry_auth": {Name: "registryAuth", MaxItemsOne: tfbridge.False()}},
		// These three do not follow the rule below.
		Resources: map[string]*tfbridge.ResourceInfo{
			"docker_container": {
				Tok: tfbridge.MakeResource("docker", module, "Container"),
				Fields: map[string]*tfbridge.SchemaInfo{
					// Lists that the SDK does not give a plural.
					"command":           {Name: "command"},
					"networks_advanced": {Name: "networksAdvanced"},
				},
				// A name and a published port exist once: the new one cannot start beside the old.
				DeleteBeforeReplace: true,
			},
			"docker_image": {
				Tok: tfbridge.MakeResource("docker", module, "RemoteImage"),
				// An image's name says what to pull; a made-up one would make no sense.
				Fields: map[string]*tfbridge.SchemaInfo{"name": {Name: "name"}},
			},
			"docker_config": {Tok: tfbridge.MakeResource("docker", module, "ServiceConfig")},
		},
		DataSources: map[string]*tfbridge.DataSourceInfo{
			"docker_image": {Tok: tfbridge.MakeDataSource("docker", module, "getRemoteImage")},
		},
	}
	info.MustComputeTokens(tokens.SingleModule("docker_", module, tokens.MakeStandard("docker")))
	info.SetAutonaming(255, "-")
	return info
}
