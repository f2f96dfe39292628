"""The read model of the portal, pure and synchronous."""
