"""The processes of one installation and where they listen."""
