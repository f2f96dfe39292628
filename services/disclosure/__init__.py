"""Disclosure: what of a reply the public may read.

Owns: publications of replies, one per replied task. Stream: `disclosure-<case>`. Its read side is
the public site, a process and a database of its own.
Decides: mode, form and reason; the second person's review; publishing only while intake has the
case reserved; taking down.
Listens to: intake (accepted, numbered, cleared, refused, withdrawn, erased), handling (signed,
replied).
Publishes: disclosure.decided, reviewed, requested, case.disclosed, publication.released, withdrawn.
"""
