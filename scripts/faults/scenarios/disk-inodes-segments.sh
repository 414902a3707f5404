# The index volume has no inode left; a node service cannot write its checkpoint. Decoy: an old ENOSPC that was a full disk.
# shellcheck shell=bash disable=SC2034
HOST=medway
prepare() {
  volume /srv/index 40 -N 512
  indexer search-index 9300 /srv/index 30; rm -f /srv/index/checkpoint
  old_svlog search-index "$(H 20)" '{"level":"error","name":"search-index","msg":"merge pass failed: ENOSPC: no space left on device, write","code":"ENOSPC"}'
  old_svlog search-index $(($(H 20) - 240)) '{"level":"info","name":"search-index","msg":"volume /srv/index grown to 40 MB, merge pass finished"}'
}
up() { sv down /etc/service/search-index; rm -f /srv/index/checkpoint; mkdir -p /srv/index/tmp; (cd /srv/index/tmp && seq -f 'part-%05.0f' 1 700 | xargs touch 2>/dev/null) || true; sv up /etc/service/search-index; }
verify() {
  check "no inode left" test "$(df --output=iavail /srv/index | tail -n 1)" -eq 0
  check "the service fails with ENOSPC" log_has search-index 'ENOSPC'
  check "its page says 503" answers http://127.0.0.1:9300/ 503
}
alert() { alertmanager SearchIndexMergeFailing warning "search-index on $HOST: merge passes fail" label.service=search-index label.job=search-index; }
label() { root_cause filesystem /srv/index disk.inodes_exhausted "left-over part files used every inode of the index volume"; }
