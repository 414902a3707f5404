# A configuration was changed a moment ago and works.
# shellcheck shell=bash disable=SC2034
HOST=humber
prepare() { app pricing 8086 work.item=price work.interval=1; app shop-api 8080 work.item=page upstream.url=http://127.0.0.1:8086/; }
up() { edit /etc/pricing/pricing.conf 's/interval = .*/interval = 0.8/'; restart pricing; }
SETTLE=11
verify() { PATIENCE=15; check "healthy" answers http://127.0.0.1:8086/health; check "the caller too" answers http://127.0.0.1:8080/health; }
alert() { alertmanager ConfigChangeProbe warning "configuration of pricing on $HOST changed, please verify" label.service=pricing; }
label() { healthy "the change works"; }
