"""Reads every record that a broker takes: who may write to a topic must not stop its readers.

The library decodes the names of headers as UTF-8, which no broker checks; one record that is none
would stop all consumers of its partition for ever (ADR 29).
"""

import struct
from collections.abc import Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy, _DefaultRecordPy
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import decode_varint

LENGTH_AT, OUTSIDE_LENGTH = 8, 12
"""Bytes of a batch: the place of its length, and those that the length does not count."""


class ReadableRecords:
    """Stands for the library's reader of what one fetch has brought, batch by batch."""

    def __init__(self, data: bytes) -> None:
        self._records: Any = MemoryRecords(data)
        self._data = memoryview(data)
        self._begin = 0

    def size_in_bytes(self) -> int:
        return int(self._records.size_in_bytes())

    def has_next(self) -> bool:
        return bool(self._records.has_next())

    def next_batch(self) -> Any:
        begin = self._begin
        (length,) = struct.unpack_from(">i", self._data, begin + LENGTH_AT)
        self._begin = begin + OUTSIDE_LENGTH + length
        return ReadableBatch(self._records.next_batch(), self._data[begin : self._begin])


class ReadableBatch:
    """A batch of the library; read once more, with more patience, where the library fails."""

    def __init__(self, batch: Any, data: memoryview) -> None:
        self._batch = batch
        self._data = data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter(list(self._batch))
        except UnicodeDecodeError:
            return iter(PatientBatch(self._data))


class PatientBatch(_DefaultRecordBatchPy):  # type: ignore[misc]
    """Leaves out the headers of a record where one has no readable name: it is no fact then."""

    _pos: int

    def _read_msg(self, decode_varint: Any = decode_varint) -> Any:
        try:
            return super()._read_msg(decode_varint)
        except UnicodeDecodeError:
            return self._without_headers()

    def _without_headers(self) -> Any:
        length, begin = decode_varint(self._buffer, self._pos)
        self._pos = begin + length
        _attributes, at = decode_varint(self._buffer, begin)
        _milliseconds, at = decode_varint(self._buffer, at)
        offset, at = decode_varint(self._buffer, at)
        key, at = self._bytes(at)
        value, _ = self._bytes(at)
        kind = self.timestamp_type
        return _DefaultRecordPy(self.base_offset + offset, self.max_timestamp, kind, key, value, [])

    def _bytes(self, at: int) -> tuple[bytes | None, int]:
        size, begin = decode_varint(self._buffer, at)
        if size < 0:
            return None, begin
        return bytes(self._buffer[begin : begin + size]), begin + size


def read_every_record() -> None:
    """Has all consumers of the library read by `ReadableRecords`."""
    fetcher.MemoryRecords = ReadableRecords
