"""What a language model may write, and what of it may be shown."""
