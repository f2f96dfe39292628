"""Attachments (附件): files that belong to a paper are added and removed."""
