"""Graphs of operations, and sessions that run them: TensorFlow's model on numpy."""
