package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// patterns is a flag that may be given several times; each must match a whole path.
type patterns []*regexp.Regexp

func (list *patterns) String() string {
	return fmt.Sprint(*list)
}

func (list *patterns) Set(expression string) error {
	compiled, err := regexp.Compile("^(?:" + expression + ")$")
	if err != nil {
		return err
	}
	*list = append(*list, compiled)
	return nil
}

func (list *patterns) match(text string) bool {
	return slices.ContainsFunc(*list, func(pattern *regexp.Regexp) bool {
		return pattern.MatchString(text)
	})
}

// clients are those who may connect. Host names are looked up for every request, since containers
// change their addresses.
type clients struct {
	networks []netip.Prefix
	hosts    []string
}

func (list clients) include(ctx context.Context, remote string) bool {
	remoteAddress, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	address := remoteAddress.Addr().Unmap()
	if slices.ContainsFunc(list.networks, func(network netip.Prefix) bool {
		return network.Contains(address)
	}) {
		return true
	}
	return slices.ContainsFunc(list.hosts, func(host string) bool {
		found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		return err == nil && slices.ContainsFunc(found, func(candidate netip.Addr) bool {
			return candidate.Unmap() == address
		})
	})
}

// gate passes what is on the lists to Docker and refuses everything else.
type gate struct {
	clients clients
	allow   map[string]*patterns
	docker  http.Handler
}

func (gate *gate) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	refuse := func(status int, reason string) {
		log.Printf("refused %s %q from %s: %s", request.Method, request.URL.Path, request.RemoteAddr, reason)
		http.Error(response, reason, status)
	}
	if !gate.clients.include(request.Context(), request.RemoteAddr) {
		refuse(http.StatusForbidden, "client not allowed")
		return
	}
	list, known := gate.allow[request.Method]
	if !known || len(*list) == 0 {
		refuse(http.StatusMethodNotAllowed, "method not allowed")
		return
	}
	// Docker would read an encoded or unclean path differently from the pattern.
	if request.URL.RawPath != "" || path.Clean(request.URL.Path) != request.URL.Path {
		refuse(http.StatusForbidden, "path not in its plain form")
		return
	}
	if !list.match(request.URL.Path) {
		refuse(http.StatusForbidden, "path not allowed")
		return
	}
	// An upgraded connection would carry whatever it likes past this gate.
	if request.Header.Get("Upgrade") != "" || strings.Contains(strings.ToLower(request.Header.Get("Connection")), "upgrade") {
		refuse(http.StatusForbidden, "upgrade not allowed")
		return
	}
	gate.docker.ServeHTTP(response, request)
}

func newDockerProxy(socket string) http.Handler {
	return &httputil.ReverseProxy{
		Rewrite: func(request *httputil.ProxyRequest) {
			request.SetURL(&url.URL{Scheme: "http", Host: "docker"})
		},
		Transport: unixTransport(socket),
		// Followed logs and events have to pass line by line.
		FlushInterval: -1,
	}
}

func unixTransport(socket string) *http.Transport {
	return &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		},
		DisableCompression: true,
	}
}
