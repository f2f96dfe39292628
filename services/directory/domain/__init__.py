"""The rules of the directory, pure and synchronous: units, people, clients."""
