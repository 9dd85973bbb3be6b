"""A question as it was typed, and the talk before it -> what is asked."""
