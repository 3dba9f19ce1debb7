"""What stands in `tensorflow.python.client.timeline`: traced runs for Chrome's viewer."""

from neuronboard.engine.timeline import Timeline

__all__ = ["Timeline"]
