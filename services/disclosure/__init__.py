"""Disclosure: the publication of replies.

Owns: publications of replies, one per replied task (stream `disclosure-<case>`), and the public
site, a process with a database of its own.
Decides: mode, form and reason; the review by a second person; publishing while intake has reserved
the case; taking down.
Listens to: intake (accepted, numbered, cleared, refused, withdrawn, erased), handling (signed,
replied).
Publishes: disclosure.decided, reviewed, requested, case.disclosed, publication.released, withdrawn.
"""
