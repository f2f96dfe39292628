"""The screen before publication: personal data in a text, however it is spelt."""
