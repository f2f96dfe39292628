"""Shared library of all services: the kernel, the contracts, and the runtime that runs both."""
