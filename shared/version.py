"""The version of everything that is served."""

VERSION = "0.1.0"
