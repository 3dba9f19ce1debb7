"""NeuronBoard: a training dashboard and a small graph-and-session engine."""
