"""Summaries into event files, from any training code; the engine is not needed."""
