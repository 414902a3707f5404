# A shell worker cannot fork. Decoy: an old OOM of another program in the kernel log.
# shellcheck shell=bash disable=SC2034
HOST=db-05
prepare() {
  limit_group pids label-printer pids.max=40
  BEFORE=$(in_group pids label-printer) script_service label-printer <<'SH'
#!/bin/sh
n=0
while :; do
  n=$((n + 1))
  out=$(for i in 1 2 3 4 5 6; do (sleep 0.2; echo "$i") & done; wait)
  [ $((n % 10)) -ne 1 ] || echo "INFO batch $n printed $(echo "$out" | wc -l) labels"
  sleep 0.5
done
SH
  app billing 8090 work.item=invoice
  old_syslog kern.log "$(H 14)" kernel "[ 1811.770012] Out of memory: Killed process 4411 (pdf-merge) total-vm:3100220kB, anon-rss:2911004kB"
}
up() { echo 3 > /sys/fs/cgroup/pids/label-printer/pids.max; }
verify() {
  check "fork fails" log_has label-printer 'Cannot fork|Resource temporarily unavailable'
  check "the group counts refused forks" bash -c '[ "$(sed -n "s/^max //p" /sys/fs/cgroup/pids/label-printer/pids.events)" -gt 0 ]'
}
alert() { alertmanager LabelQueueGrowing warning "label-printer on $HOST prints no labels" label.service=label-printer; }
label() { root_cause service label-printer pids.exhausted "pids.max of its control group is 3"; }
