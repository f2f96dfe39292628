"""Numbers of documents for people: exact, or marked as an estimate."""

from typing import Any

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import ExecutionTimeout

LONGEST_MS = 3_000


async def counted(collection: AsyncCollection[Any]) -> tuple[int, bool]:
    """Returns the number of documents, and whether it is exact.

    The estimate is what mongod noted last: after it was killed it may be far too small. It is
    given only where counting takes longer than 3 s. Raises PyMongoError.
    """
    try:
        return await collection.count_documents({}, maxTimeMS=LONGEST_MS), True
    except ExecutionTimeout:
        return await collection.estimated_document_count(), False
