// Pulumi's docker plugin for networks from which the published one cannot be downloaded.
//
// It is the same Terraform provider behind the same bridge, so that @pulumi/docker's resources find
// their names, inputs and states. Left out: the check of the daemon that the published plugin makes
// first, its own `docker.Image` builder, and the schema, which only other languages and `pulumi
// convert` ask for; the bridge then skips its second check of types, which the compiler has made.
package main

import (
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
)

// Set by the linker; the SDK asks for exactly this version.
var release = "0.0.0"

func main() {
	tfbridge.Main("docker", release, describe(), nil)
}
