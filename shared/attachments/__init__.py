"""Attachments (附件): files that belong to a paper, sealed under the key of its case."""
