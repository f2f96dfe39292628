"""Rerouting (转办): a paper is passed on as a letter or an opinion, or becomes another kind."""
