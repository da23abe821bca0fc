module sightline/toolchain/socket-proxy

go 1.25.0
