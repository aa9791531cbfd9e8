package web

import (
	"net/netip"
	"strings"

	"github.com/valyala/fasthttp"
)

// remote is the other end of the connection.
func remote(ctx *fasthttp.RequestCtx) netip.Addr {
	addr, _ := netip.AddrFromSlice(ctx.RemoteIP())
	return addr.Unmap()
}

func (a *App) trusts(addr netip.Addr) bool {
	for _, p := range a.Trusted {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// client is who really asks. Each trusted proxy has added the address it saw at
// the right of X-Forwarded-For, so the first one from the right that is not a
// proxy of ours is the client; what stands further left the client wrote itself.
func (a *App) client(ctx *fasthttp.RequestCtx) netip.Addr {
	addr := remote(ctx)
	var hops []string // some proxies add a header of their own below the client's
	for _, line := range ctx.Request.Header.PeekAll("X-Forwarded-For") {
		hops = append(hops, strings.Split(string(line), ",")...)
	}
	for i := len(hops) - 1; i >= 0 && a.trusts(addr); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return addr
		}
		addr = next.Unmap().WithZone("")
	}
	return addr
}
