# A server has no file descriptor left for new connections.
# shellcheck shell=bash disable=SC2034
HOST=worker-12
prepare() {
  BEFORE='ulimit -n 48' app session-api 8077 work.item=session
  mkdir -p /opt/metrics-agent/bin /etc/metrics-agent; echo 2 > /etc/metrics-agent/connections
  cat > /opt/metrics-agent/bin/metrics-agent <<'PY'
#!/usr/bin/python3
import socket, time
held = []
while True:
    want = int(open("/etc/metrics-agent/connections").read())
    while len(held) < want:
        s = socket.create_connection(("127.0.0.1", 8077), timeout=5)
        held.append(s)
    print(f"INFO {len(held)} keep-alive connections to 127.0.0.1:8077", flush=True)
    time.sleep(20 if len(held) < 50 else 60)
PY
  chmod 755 /opt/metrics-agent/bin/metrics-agent
  supervised metrics-agent 'exec chpst -u app /opt/metrics-agent/bin/metrics-agent'
}
up() { echo 90 > /etc/metrics-agent/connections; restart metrics-agent; }
verify() {
  check "the server reports EMFILE" log_has session-api 'Too many open files'
  check "its descriptors are at the limit" bash -c 'p=$(cat /etc/service/session-api/supervise/pid); [ "$(ls /proc/$p/fd | wc -l)" -ge 47 ]'
  check "it does not answer" answers http://127.0.0.1:8077/health 000
}
alert() { alertmanager EndpointDown critical "http://127.0.0.1:8077/health on $HOST does not answer" label.service=session-api label.job=blackbox label.target=http://127.0.0.1:8077/health; }
label() { root_cause service session-api fd.exhausted "connections that metrics-agent never closes use the 48 descriptors session-api may have"; }
