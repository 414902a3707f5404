# A port in a configuration file is not a number.
# shellcheck shell=bash disable=SC2034
HOST=scoter
prepare() { app tax-service 8094 work.item=tax; app checkout 8081 work.item=basket upstream.url=http://127.0.0.1:8094/; }
up() { edit /etc/tax-service/tax-service.conf 's/^port = .*/port = 8O94/'; restart tax-service; }
SETTLE=5
verify() { check "it says which value" log_has tax-service "invalid literal for int.*8O94"; check "the caller fails" log_has checkout 'Connection refused'; }
alert() { grafana CheckoutErrors critical "checkout on $HOST fails for all baskets" label.service=checkout value=1; }
label() { root_cause service tax-service config.invalid "port = 8O94 (letter O) in its configuration"; }
