//go:build mongodb

package main

// Apart from the others: it brings the client of MongoDB and that of a backup tool.
import (
	_ "github.com/grafana/alloy/internal/component/prometheus/exporter/mongodb"
)
