"""Operations: the command line, supervision, provisioning and the embedded MongoDB and Kafka."""
