"""The error tree: one class for each decision that a caller can take.

NeuronBoardError
+-- OpError                 the engine's and TensorFlow's family (`tf.errors.*`)
+-- DataError               bytes in a file are not what its format says
+-- WriterError             an event file could not be written
+-- SettingError            a flag or setting has a value that cannot be used
+-- QueryError              a question that cannot be answered as asked (HTTP 400)
    +-- NotFoundQueryError  the run, tag or node that it names does not exist (HTTP 404)
"""

from __future__ import annotations


class NeuronBoardError(Exception):
    """Root of every error that NeuronBoard raises on purpose."""


class DataError(NeuronBoardError):
    """Bytes are damaged or are not of the format they should be."""


class WriterError(NeuronBoardError):
    """An event file could not be written: the disk is full, read-only, or gone."""


class SettingError(NeuronBoardError):
    """A command-line flag or setting has a value that cannot be used."""


class QueryError(NeuronBoardError):
    """A question that cannot be answered as asked; the message says what to ask instead."""


class NotFoundQueryError(QueryError):
    """The question names a run, tag or node that does not exist."""
