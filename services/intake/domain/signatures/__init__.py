"""Signatures (联名): co-signers of a joint paper confirm, or do not sign."""
