"""The bus: topics, envelopes, relay and consumers on Kafka."""
