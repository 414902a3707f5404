# A disk usage warning that is not true any more.
# shellcheck shell=bash disable=SC2034
HOST=nene
prepare() { volume /srv/backups 48; head -c 20M /dev/urandom > /srv/backups/2025-11-20.tar; app backup-agent 8062 work.item=chunk storage.dir=/srv/backups; old_syslog syslog 2400 "backup-agent[611]" "pruned 3 old archives, 61 MB freed"; }
past() { head -c 16M /dev/zero > /srv/backups/tmp.tar; sleep 1; rm /srv/backups/tmp.tar; }
verify() { check "usage below 60%" bash -c '[ "$(df --output=pcent /srv/backups | tail -n 1 | tr -dc 0-9)" -lt 60 ]'; check "healthy" answers http://127.0.0.1:8062/health; }
alert() { alertmanager HostDiskFilling warning "/srv/backups on $HOST is 92% full" label.mountpoint=/srv/backups label.job=node start="$((T_PAST + 1))"; }
label() { healthy "the archives were pruned; usage is at about half"; }
