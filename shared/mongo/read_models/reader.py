"""The motor client that reads read models; no other module imports motor (ADR 8)."""

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase

from shared.mongo.connect import DEFAULTS, Document, bounds_for

ReadClient = AsyncIOMotorClient[Document]
ReadDatabase = AsyncIOMotorDatabase[Document]
ReadCollection = AsyncIOMotorCollection[Document]
"""One generation of a read model, as `queries.py` of the services read it."""


def connect_reader(url: str) -> ReadClient:
    """Returns a client for read models; options in the URL win over the bounds.

    The driver's own bounds would keep a caller waiting for 30 s until it says that the store is
    away. mongod ends a read that takes longer than `socketTimeoutMS`, repetitions included.
    """
    return AsyncIOMotorClient(url, **bounds_for(url, timeoutMS=DEFAULTS["socketTimeoutMS"]))
