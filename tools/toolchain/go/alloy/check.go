package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/grafana/alloy/internal/component"
	"github.com/grafana/alloy/internal/featuregate"
	"github.com/grafana/alloy/internal/service"
	"github.com/grafana/alloy/internal/service/cluster"
	httpservice "github.com/grafana/alloy/internal/service/http"
	"github.com/grafana/alloy/internal/service/labelstore"
	"github.com/grafana/alloy/internal/service/livedebugging"
	"github.com/grafana/alloy/internal/service/remotecfg"
	"github.com/grafana/alloy/internal/validator"
	"github.com/grafana/alloy/syntax/parser"
	"github.com/grafana/alloy/syntax/printer"
	"github.com/spf13/cobra"
)

func validateCommand() *cobra.Command {
	stability := featuregate.StabilityGenerallyAvailable
	command := &cobra.Command{
		Use:   "validate [flags] path",
		Short: "Check a configuration without running it",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, words []string) error {
			return validate(words[0], stability)
		},
	}
	command.Flags().Var(&stability, "stability.level", "least stable features to allow")
	return command
}

func validate(path string, stability featuregate.Stability) error {
	texts, err := readSources(path)
	if err != nil {
		return err
	}
	err = validator.Validate(validator.Options{
		Sources: texts,
		ServiceDefinitions: []service.Definition{
			(&cluster.Service{}).Definition(),
			(&httpservice.Service{}).Definition(),
			(&labelstore.Service{}).Definition(),
			(&livedebugging.Service{}).Definition(),
			(&remotecfg.Service{}).Definition(),
		},
		ComponentRegistry: component.NewDefaultRegistry(stability, false),
		MinStability:      stability,
	})
	if err != nil {
		validator.Report(os.Stderr, err, texts)
		return errors.New("validation failed")
	}
	return nil
}

func formatCommand() *cobra.Command {
	var test bool
	command := &cobra.Command{
		Use:   "fmt [flags] file",
		Short: "Print a configuration in its standard form",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, words []string) error {
			if test {
				return checkFormat(words[0])
			}
			return writeFormatted(os.Stdout, words[0])
		},
	}
	command.Flags().BoolVarP(&test, "test", "t", false, "print nothing; fail where the form differs")
	return command
}

func checkFormat(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var formatted bytes.Buffer
	if err := writeFormatted(&formatted, path); err != nil {
		return err
	}
	if !bytes.Equal(text, formatted.Bytes()) {
		return fmt.Errorf("file %s is not formatted correctly", path)
	}
	return nil
}

func writeFormatted(to io.Writer, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	file, err := parser.ParseFile(path, text)
	if err != nil {
		return err
	}
	if err := printer.Fprint(to, file); err != nil {
		return err
	}
	_, err = fmt.Fprintln(to)
	return err
}
