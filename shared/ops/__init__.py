"""What operators use: the command line, the supervisor and the embedded MongoDB and Kafka."""
