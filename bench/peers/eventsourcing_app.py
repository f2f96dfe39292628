"""Progress reports with FastAPI, `eventsourcing` and PostgreSQL: an aggregate for each case, and
one projection into a table."""

import os
from functools import singledispatchmethod
from typing import Annotated, Any
from uuid import NAMESPACE_URL, UUID, uuid5

import uvicorn
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import IntegrityError, Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.utils import get_topic
from fastapi import Depends, FastAPI
from psycopg.sql import SQL
from pydantic import BaseModel
from token_check import subject


class Report(BaseModel):
    node: str
    text: str


class Case(Aggregate):
    def __init__(self, name: str) -> None:
        self.name = name
        self.reports = 0

    @staticmethod
    def create_id(name: str) -> UUID:
        return uuid5(NAMESPACE_URL, f"/cases/{name}")

    @event("Reported")
    def report(self, by: str, node: str, text: str) -> None:
        self.reports += 1


class Cases(Application[UUID]):
    def report(self, name: str, by: str, body: Report) -> int:
        """Two at once on one case exclude each other by the key; the later one decides again."""
        while True:
            case = self.case(name)
            case.report(by, body.node, body.text)
            try:
                self.save(case)
            except IntegrityError:
                continue
            return int(case.version)

    def case(self, name: str) -> Case:
        try:
            found: Case = self.repository.get(Case.create_id(name))
        except AggregateNotFoundError:
            return Case(name)
        return found


class Register(PostgresTrackingRecorder):
    """The table of cases, moved together with the position of the projection."""

    def __init__(self, datastore: PostgresDatastore, **options: Any) -> None:
        super().__init__(datastore, **options)
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS register (id uuid PRIMARY KEY, version int)")
        )

    def show(self, case: UUID, version: int, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(
                "INSERT INTO register VALUES (%s, %s) "
                "ON CONFLICT (id) DO UPDATE SET version = EXCLUDED.version",
                (case, version),
            )
            self._insert_tracking(cursor, tracking)

    def versions(self) -> int:
        with self.datastore.transaction() as cursor:
            cursor.execute("SELECT coalesce(sum(version), 0) AS total FROM register")
            row: Any = cursor.fetchone()
            return int(row["total"])


class RegisterProjection(Projection[Register]):
    name = "register"
    topics = (get_topic(Case.Reported),)

    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.show(domain_event.originator_id, domain_event.originator_version, tracking)


app = FastAPI()
runner = ProjectionRunner(
    application_class=Cases, projection_class=RegisterProjection, view_class=Register, env={}
)
By = Annotated[str, Depends(subject)]


@app.post("/cases/{name}/progress", status_code=201)
def progress(name: str, body: Report, by: By) -> dict[str, Any]:
    return {"stream": name, "version": runner.app.report(name, by, body)}


@app.get("/visible")
def visible() -> int:
    """Returns the sum of all versions; an aggregate begins with one of its own."""
    return runner.projection.view.versions()


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["PORT"]), log_level="warning")
