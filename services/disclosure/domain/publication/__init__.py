"""Publication: after intake has reserved the case, until the reply is taken down."""
