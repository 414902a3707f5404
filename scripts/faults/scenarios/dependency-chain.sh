# Three services in a row; the last one is stopped, the alert names the first.
# shellcheck shell=bash disable=SC2034
HOST=worker-7
prepare() {
  app price-feed 8098 work.item=price
  app pricing 8086 work.item=quote upstream.url=http://127.0.0.1:8098/health
  app shop-api 8080 work.item=page upstream.url=http://127.0.0.1:8086/health
  app audit 9310 work.item=record
}
up() { stop price-feed; }
SETTLE=5
verify() { check "the first fails" log_has shop-api '503'; check "the second is refused" log_has pricing 'Connection refused'; }
alert() { alertmanager ShopPagesFailing critical "shop-api on $HOST renders error pages" label.service=shop-api label.tier=frontend; }
label() { root_cause service price-feed service.stopped "price-feed is down; pricing and shop-api fail above it"; }
