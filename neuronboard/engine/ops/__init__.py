"""The operations: each is one block of definition and public function; importing registers them."""

from neuronboard.engine.ops import array, constant, control, math, nn, state

__all__ = ["array", "constant", "control", "math", "nn", "state"]
