"""The extension: encoder/module.c."""

from neuronboard.formats.event_encode_pure import PureEncoder

class Encoder(PureEncoder): ...
