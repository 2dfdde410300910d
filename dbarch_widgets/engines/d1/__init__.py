"""Cloudflare D1 on this machine: miniflare and workerd in a node process, asked over a loopback address."""
