# The spool of a mail service is full; it speaks in shell errors.
# shellcheck shell=bash disable=SC2034
HOST=derwent
DIALECT=text
prepare() {
  volume /var/spool/outbox 32
  mailer mailer /var/spool/outbox
  app billing 8090 work.item=invoice
  old_syslog syslog "$(H 5)" "billing[733]" "nightly invoice run finished, 412 invoices"
}
up() { fill /var/spool/outbox new/bulk-campaign.eml; }
verify() {
  check "no space left" test "$(df --output=avail /var/spool/outbox | tail -n 1)" -eq 0
  check "the mailer reports it" log_has mailer 'No space left on device|not queued'
  check "billing answers" answers http://127.0.0.1:8090/health
}
alert() {
  echo "[PROBLEM] $HOST: mailer queue - no message delivered for 60 s"
  echo "Since: $(clock "$T_FAULT")"
  echo "Severity: critical"
  echo "Service: mailer"
}
label() { root_cause filesystem /var/spool/outbox disk.space_exhausted "a bulk message filled the spool of mailer"; }
