# A worker refuses its queue's format, exits, and its finish script keeps it down.
# shellcheck shell=bash disable=SC2034
HOST=gannet
DIALECT=text
prepare() {
  script_service queue-worker <<'PY'
#!/usr/bin/python3
import sys, time
print("INFO queue-worker 1.9 connecting to spool /var/spool/jobs", flush=True)
while True:
    version = open("/var/spool/jobs/VERSION").read().strip()
    if version != "4":
        print(f"FATAL spool format {version} is newer than 4, refusing to touch it", flush=True)
        sys.exit(3)
    time.sleep(1)
PY
  mkdir -p /var/spool/jobs; echo 4 > /var/spool/jobs/VERSION
  printf '#!/bin/sh\n[ "$1" != 3 ] || sv down .\n' > /etc/sv/queue-worker/finish; chmod 755 /etc/sv/queue-worker/finish
  app submitter 8092 work.item=job
}
up() { echo 5 > /var/spool/jobs/VERSION; }
verify() { check "it is down" bash -c 'sv status /etc/service/queue-worker | grep -q "^down"'; check "it says why" log_has queue-worker 'FATAL spool format'; }
alert() { echo "ALERT queue-worker absent on $HOST since $(clock "$T_FAULT"), jobs are piling up (severity=critical)"; }
label() { root_cause service queue-worker service.failed "exited with 3: spool format 5 is unknown to it" type=service.stopped; }
