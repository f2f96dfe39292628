#!/bin/sh
# Puts the files of `make secrets` into the cluster, each where it is needed and nowhere else.
set -eu
namespace=${1:-duban}
from=${2:-deploy/secrets}

put() {
	name=$1
	shift
	kubectl create secret generic "$name" --namespace "$namespace" --dry-run=client --output yaml "$@" |
		kubectl apply --filename -
}

# First: nobody signs with a key that the others do not know.
put duban-key-ring --from-file="key_ring=$from/key_ring"
accounts=''
for service in directory intake assignment handling feedback disclosure reminder portal; do
	put "duban-$service" \
		--from-file="mongo_url=$from/${service}_mongo_url" \
		--from-file="duban_kafka_password=$from/${service}_kafka_password"
	accounts="$accounts --from-file=$from/${service}_mongo_url --from-file=$from/${service}_kafka_password"
done
# Who writes the public site's own store; the files above are put again with it.
put duban-disclosure \
	--from-file="mongo_url=$from/disclosure_mongo_url" \
	--from-file="duban_site_mongo_url=$from/disclosure_site_mongo_url" \
	--from-file="duban_kafka_password=$from/disclosure_kafka_password"
for service in directory intake assignment handling feedback disclosure reminder; do
	put "duban-$service-signing" --from-file="${service}_signing_key=$from/${service}_signing_key"
done
put duban-site --from-file="mongo_url=$from/site_mongo_url"
put duban-audit --from-file="duban_audit_mongo_url=$from/audit_mongo_url"
put duban-admin \
	--from-file="mongo_url=$from/admin_mongo_url" \
	--from-file="duban_site_mongo_url=$from/admin_site_mongo_url" \
	--from-file="duban_kafka_password=$from/admin_kafka_password"
# shellcheck disable=SC2086 # one word for each file
put duban-accounts $accounts --from-file="$from/site_mongo_url" \
	--from-file="$from/disclosure_site_mongo_url" --from-file="$from/audit_mongo_url"
# Made by `duban prepare`; kept apart from every backup of the data.
put duban-vault-key --from-file="vault.key=$from/vault.key"
