"""The least that FastAPI can do: a fixed answer; and the same after a paper was parsed."""

import sys

import uvicorn
from fastapi import FastAPI

from services.intake.schemas import NewCase

app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)


@app.get("/readyz")
async def ready() -> dict[str, bool]:
    return {"ready": True}


@app.post("/nothing", status_code=201)
async def nothing() -> dict[str, str]:
    return {"done": "nothing"}


@app.post("/parsed", status_code=201)
async def parsed(body: NewCase) -> dict[str, str]:
    return {"kind": body.kind}


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), access_log=False, log_level="warning")
