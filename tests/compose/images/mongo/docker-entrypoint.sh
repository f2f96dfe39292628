#!/bin/bash
# The first start of empty data makes the administrator, while nobody else reaches mongod.
set -eu
case "${1:-}" in -*) set -- mongod "$@" ;; esac
if [ -n "${MONGO_INITDB_ROOT_USERNAME:-}" ] && [ ! -e /data/db/storage.bson ]; then
	mongod --fork --logpath /proc/self/fd/1 --bind_ip 127.0.0.1 --pidfilepath /tmp/first.pid
	python3 - <<-'PYTHON'
		import os
		from pathlib import Path
		from pymongo import MongoClient
		secret = Path(os.environ["MONGO_INITDB_ROOT_PASSWORD_FILE"]).read_text()
		user = os.environ["MONGO_INITDB_ROOT_USERNAME"]
		admin = MongoClient("127.0.0.1").admin
		admin.command("createUser", user, pwd=secret, roles=["root"])
	PYTHON
	mongod --shutdown
fi
exec "$@"
