"""The pure core of the portal: what facts look like to people."""
