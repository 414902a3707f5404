# A container was paused and forgotten; a service that reads its output goes stale.
# shellcheck shell=bash disable=SC2034
HOST=dock-11
EARLY=1
SETTLE=6
DIALECT=text
prepare() { docker_engine; mkdir -p /srv/feed; }
past() {
  image registry.northwind.internal/feeds/ticker:3.3 <<'SH'
#!/bin/sh
echo "INFO ticker 3.3 writing /feed/last"
while :; do date +%s > /feed/last; sleep 1; done
SH
  run ticker -v /srv/feed:/feed --restart always registry.northwind.internal/feeds/ticker:3.3
}
up() { docker pause ticker >/dev/null; }
verify() { check "paused" container_is ticker '{{.State.Status}}' paused; check "the feed is old" bash -c 'sleep 2; [ $(($(date +%s) - $(cat /srv/feed/last))) -ge 3 ]'; }
alert() { echo "$HOST: /srv/feed/last was not written for a while, ticker seems stuck (since $(clock "$T_FAULT"))"; }
label() { root_cause container ticker container.paused "the container is paused"; }
