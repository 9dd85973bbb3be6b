"""Who says what stands in a document."""
