# A neighbour answers after four seconds; its caller waits two.
# shellcheck shell=bash disable=SC2034
HOST=marten
prepare() { app address-check 8099 server.slow_seconds=0 work.item=address; app checkout 8081 work.item=basket upstream.url=http://127.0.0.1:8099/check upstream.timeout=2; }
up() { edit /etc/address-check/address-check.conf 's/slow_seconds = .*/slow_seconds = 4/'; restart address-check; }
SETTLE=6
verify() { check "timeouts" log_has checkout 'timed out'; check "its health page is quick" answers http://127.0.0.1:8099/health; }
alert() { alertmanager CheckoutLatencyHigh critical "checkout on $HOST takes more than 2 s" label.service=checkout; }
label() { root_cause service address-check service.hung "slow_seconds = 4 in its configuration; checkout gives up after 2 s" type=config.invalid type=dependency.unreachable also=127.0.0.1:8099; }
