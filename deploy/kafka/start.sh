#!/bin/sh
# Formats an empty data folder, the only moment when the first SCRAM user can be made, and serves.
set -eu
configuration=/etc/duban/server.properties
password=$(cat /run/secrets/admin_kafka_password)
/opt/kafka/bin/kafka-storage.sh format --ignore-formatted \
	--cluster-id "$DUBAN_KAFKA_CLUSTER_ID" --config "$configuration" \
	--add-scram "SCRAM-SHA-512=[name=admin,password=$password]"
exec /opt/kafka/bin/kafka-server-start.sh "$configuration"
