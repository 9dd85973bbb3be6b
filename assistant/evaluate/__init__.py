"""Measuring the assistant: the formulas, and what runs them over questions."""
