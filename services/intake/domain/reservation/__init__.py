"""Reservation (公开预留): a case is held until disclosure publishes a reply or releases it."""
