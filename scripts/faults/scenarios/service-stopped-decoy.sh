# A service is down. Decoys: a fresh package upgrade and an old OOM of the same service.
# shellcheck shell=bash disable=SC2034
HOST=node-3
prepare() {
  app geocoder 8073 work.item=address
  app dispatch 8079 work.item=trip upstream.url=http://127.0.0.1:8073/
  old_dpkg 840 libssl3 3.0.15-1~deb12u1 3.0.17-1~deb12u2
  old_syslog kern.log "$(H 22)" kernel "[ 7012.112200] Memory cgroup out of memory: Killed process 2210 (geocoder) total-vm:812004kB, anon-rss:522112kB, file-rss:3020kB"
  old_svlog geocoder $(($(H 22) - 4)) "INFO geocoder 2.4.1 listening on 127.0.0.1:8073"
}
up() { stop geocoder; }
verify() { check "it is down" bash -c 'sv status /etc/service/geocoder | grep -q "^down"'; check "the caller fails" log_has dispatch 'Connection refused'; }
alert() { alertmanager DispatchErrors critical "dispatch on $HOST cannot plan trips" label.service=dispatch; }
label() { root_cause service geocoder service.stopped "stopped in the supervisor; neither the upgrade of libssl3 nor yesterday's OOM is the cause"; }
