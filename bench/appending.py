"""`python -m bench.appending URL DATABASE WRITERS COMMANDS`: appends, each to a case of its own."""

import asyncio
import json
import sys
from itertools import count

from bench.append import written
from bench.logs import Log
from bench.rounds import Run
from shared.mongo.connect import connect


async def appended(url: str, database: str, writers: int, commands: int) -> Run:
    client = connect(url)
    log = Log(client[database])
    await log.prepare()
    run = await written(log.write, range(commands), writers, (), count())
    await client.drop_database(database)
    await client.close()
    return run


if __name__ == "__main__":
    found = asyncio.run(appended(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
    sys.stdout.write(json.dumps(vars(found)))
