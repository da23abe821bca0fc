// An Alloy of the components that Sightline uses, for hosts that cannot pull the official image.
//
// Runtime, HTTP server, components and validator are upstream's; the module's path lies below
// theirs, so that it may import them. Upstream's own main brings every component and cgo, and takes
// several times as long to compile. Left out besides: the web page, reports of usage, clustering,
// conversion from other formats, and the alloy_resources_* metrics.
package main

import (
	"os"

	"github.com/grafana/alloy/internal/build"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"
)

func main() {
	prometheus.MustRegister(build.NewCollector("alloy"))
	program := &cobra.Command{
		Use:     "alloy",
		Short:   "Grafana Alloy with the components that Sightline uses",
		Version: build.Print("alloy"),
		// A mistake in a configuration is no reason to print the flags.
		SilenceUsage: true,
	}
	program.SetVersionTemplate("{{ .Version }}\n")
	program.AddCommand(runCommand(), validateCommand(), formatCommand())
	if program.Execute() != nil {
		os.Exit(1)
	}
}
