"""MongoDB and Kafka started on this machine."""
