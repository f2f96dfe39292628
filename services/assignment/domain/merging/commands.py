"""Imports about mergers."""

from typing import ClassVar

from shared.contracts.imports import CaseImport
from shared.kernel.codes import Id
from shared.kernel.messages import RuledCommand


class NoteMerged(CaseImport):
    """Import of case.merged."""

    name: ClassVar[str] = "note-merged"

    master: Id


class NoteUnmerged(CaseImport):
    """Import of case.unmerged."""

    name: ClassVar[str] = "note-unmerged"


class CloseMember(RuledCommand):
    """Import of members.closed: the master was closed, or reopened (`closed` False)."""

    name: ClassVar[str] = "close-member"

    closed: bool


class ReopenMember(RuledCommand):
    """Import of member.left: the case is handled by itself, also where its master was closed and
    the case with it."""

    name: ClassVar[str] = "reopen-member"


MergingImport = NoteMerged | NoteUnmerged | CloseMember | ReopenMember
