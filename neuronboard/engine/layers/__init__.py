"""Layers: operations together with the variables that they need, as `tf.layers` has them."""
