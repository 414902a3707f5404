# A service is installed but no longer linked into the supervisor.
# shellcheck shell=bash disable=SC2034
HOST=db-02
EARLY=1
prepare() { app invoice-mailer 8074 work.item=letter; app billing 8090 work.item=invoice upstream.url=http://127.0.0.1:8074/; }
up() { rm /etc/service/invoice-mailer; wait_for 12 bash -c '! ss -ltnH "sport = :8074" | grep -q .'; }
verify() { check_not "nothing listens" listening 8074; check "the caller fails" log_has billing 'Connection refused'; }
alert() { alertmanager ProbeFailed critical "probe of http://127.0.0.1:8074/health on $HOST failed" label.service=invoice-mailer label.target=http://127.0.0.1:8074/health label.job=blackbox; }
label() { root_cause service invoice-mailer service.stopped "its link in /etc/service is gone"; }
