"""Progress reports with FastAPI, DBOS and PostgreSQL: a durable workflow of two steps, which append
a fact and then show it in a table."""

import os
from typing import Annotated, Any

import uvicorn
from dbos import DBOS, DBOSConfig
from fastapi import Depends, FastAPI
from psycopg_pool import ConnectionPool
from pydantic import BaseModel
from token_check import subject

ADDRESS = os.environ["POSTGRES_URL"]
TABLES = """
CREATE TABLE IF NOT EXISTS facts
(case_id text, version int, body jsonb, PRIMARY KEY (case_id, version));
CREATE TABLE IF NOT EXISTS register (id text PRIMARY KEY, version int);
"""
APPEND = """
INSERT INTO facts SELECT %(case)s, coalesce(max(version), 0) + 1, %(body)s FROM facts
WHERE case_id = %(case)s RETURNING version
"""
SHOW = """
INSERT INTO register VALUES (%s, %s)
ON CONFLICT (id) DO UPDATE SET version = greatest(register.version, EXCLUDED.version)
"""


class Report(BaseModel):
    node: str
    text: str


app = FastAPI()
config: DBOSConfig = {"name": "bench", "system_database_url": ADDRESS}
DBOS(config=config)
pool = ConnectionPool(ADDRESS, min_size=4, max_size=16, open=True)
By = Annotated[str, Depends(subject)]


@DBOS.step(retries_allowed=True, max_attempts=10, interval_seconds=0.01)
def append(case: str, body: str) -> int:
    """Two at once on one case exclude each other by the key; the later one is done again."""
    with pool.connection() as connection:
        row: Any = connection.execute(APPEND, {"case": case, "body": body}).fetchone()
        return int(row[0])


@DBOS.step()
def show(case: str, version: int) -> None:
    with pool.connection() as connection:
        connection.execute(SHOW, (case, version))


@DBOS.workflow()
def report(case: str, body: str) -> int:
    version = append(case, body)
    show(case, version)
    return version


@app.post("/cases/{name}/progress", status_code=201)
def progress(name: str, body: Report, by: By) -> dict[str, Any]:
    return {"stream": name, "version": report(name, body.model_dump_json())}


@app.get("/visible")
def visible() -> int:
    """Returns the sum of all versions."""
    with pool.connection() as connection:
        row: Any = connection.execute("SELECT coalesce(sum(version), 0) FROM register").fetchone()
        return int(row[0])


if __name__ == "__main__":
    with pool.connection() as connection:
        connection.execute(TABLES)
    DBOS.launch()
    uvicorn.run(app, port=int(os.environ["PORT"]), log_level="warning")
