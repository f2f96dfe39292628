#!/bin/sh
# mongod wants a key file that nobody else may read, and a mounted secret is readable: a copy in memory.
set -eu
install -m 400 /run/secrets/mongo_key_file /tmp/key_file
exec docker-entrypoint.sh mongod --replSet duban --keyFile /tmp/key_file --bind_ip_all \
	--wiredTigerCacheSizeGB "$DUBAN_MONGO_CACHE_GB" --oplogSize 10240 \
	--networkMessageCompressors snappy,zstd --slowOpSampleRate 0.0
