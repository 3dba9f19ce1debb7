"""`compat.v1`: the names and argument orders of TensorFlow 1.x."""
