"""The error tree: one class for each decision that a caller can take.

NeuronBoardError
+-- OpError                 the engine's and TensorFlow's family (`tf.errors.*`)
+-- DataError               bytes in a file are not what its format says
|   +-- MissingLogdirError  there is no folder to read; a FileNotFoundError too
+-- WriterError             an event file could not be written
+-- SettingError            a flag or setting has a value that cannot be used
+-- QueryError              a question that cannot be answered as asked (HTTP 400)
    +-- NotFoundQueryError  the run, tag or node that it names does not exist (HTTP 404)
    +-- StaleQueryError     it goes by a list that has changed since (HTTP 409)
"""

from __future__ import annotations


class NeuronBoardError(Exception):
    """Root of every error that NeuronBoard raises on purpose."""


class DataError(NeuronBoardError):
    """Bytes are damaged or are not of the format they should be."""


class MissingLogdirError(DataError, FileNotFoundError):
    """The folder to read event files from does not exist, or is no folder."""


class WriterError(NeuronBoardError):
    """An event file could not be written: the disk is full, read-only, or gone."""


class SettingError(NeuronBoardError):
    """A command-line flag or setting has a value that cannot be used."""


class QueryError(NeuronBoardError):
    """A question that cannot be answered as asked; the message says what to ask instead."""


class NotFoundQueryError(QueryError):
    """The question names a run, tag or node that does not exist."""


class StaleQueryError(QueryError):
    """The question goes by a list of runs that has changed since; ask for the list first."""


class OpError(NeuronBoardError):
    """An error of the engine, as TensorFlow's `tf.errors.OpError`.

    op: the operation at fault, or None. node_def: its NodeDef, or None. error_code: 1 to 16.
    """

    code = 2

    def __init__(
        self, node_def: object = None, op: object = None, message: str = "", error_code: int = 0
    ) -> None:
        super().__init__(message)
        self.node_def = node_def
        self.op = op
        self.message = message
        self.error_code = error_code or self.code

    def __str__(self) -> str:
        return self.message


class CancelledError(OpError):
    """An operation was cancelled."""

    code = 1


class UnknownError(OpError):
    """An error of unknown cause."""

    code = 2


class InvalidArgumentError(OpError):
    """An operation got an argument it cannot work with."""

    code = 3


class DeadlineExceededError(OpError):
    """A time limit ran out."""

    code = 4


class NotFoundError(OpError):
    """Something that was named does not exist."""

    code = 5


class AlreadyExistsError(OpError):
    """Something to be made exists already."""

    code = 6


class PermissionDeniedError(OpError):
    """The caller may not do this."""

    code = 7


class ResourceExhaustedError(OpError):
    """Memory or another resource ran out."""

    code = 8


class FailedPreconditionError(OpError):
    """The system is not in the state that this needs: a variable has no value yet."""

    code = 9


class AbortedError(OpError):
    """An operation was ended early."""

    code = 10


class OutOfRangeError(OpError):
    """An operation went past the end of something."""

    code = 11


class UnimplementedError(OpError):
    """An operation is not implemented."""

    code = 12


class InternalError(OpError):
    """An invariant of the engine is broken."""

    code = 13


class UnavailableError(OpError):
    """Something is not available now."""

    code = 14


class DataLossError(OpError):
    """Data is lost or damaged."""

    code = 15


class UnauthenticatedError(OpError):
    """The caller is not who it should be."""

    code = 16


class ShapeError(InvalidArgumentError, ValueError):
    """Shapes that do not fit, found while a graph is built (TensorFlow: ValueError)."""


class DTypeError(InvalidArgumentError, TypeError):
    """Element types that do not fit (TensorFlow: TypeError)."""


class ArgumentValueError(InvalidArgumentError, ValueError):
    """An argument with a value that cannot be used (TensorFlow: ValueError)."""


class FetchError(NotFoundError, ValueError):
    """Something to fetch or feed that this session's graph does not hold (ValueError)."""


class InaccessibleTensorError(FetchError):
    """A value inside of a branch, a loop or a function, which has none outside."""


class ConversionError(DTypeError, ValueError):
    """A tensor of one type where another is wanted: TypeError of operations, else ValueError."""


class FeedError(FetchError, TypeError):
    """A key to feed that this session's graph does not hold (TensorFlow: TypeError)."""


class NameNotFoundError(NotFoundError, KeyError):
    """A name that the graph does not hold (TensorFlow: KeyError)."""

    __str__ = OpError.__str__


class MissingNodeError(NotFoundError, AssertionError):
    """A node that a GraphDef should hold (TensorFlow: AssertionError)."""


class MissingFileError(NotFoundError, FileNotFoundError):
    """A file to read that does not exist (TensorFlow: OSError)."""

    __str__ = OpError.__str__


class GradientError(UnimplementedError, LookupError):
    """An operation whose gradient is not known (TensorFlow: LookupError)."""


class SessionStateError(FailedPreconditionError, RuntimeError):
    """A session that is closed, or whose graph is empty (TensorFlow: RuntimeError)."""


class OperatorNotAllowedInGraphError(InvalidArgumentError, TypeError):
    """A tensor used where Python wants a value, such as in `if` (TensorFlow: TypeError)."""


# TensorFlow's numbers of what can go wrong: `error.error_code == tf.errors.NOT_FOUND`
OK, CANCELLED, UNKNOWN, INVALID_ARGUMENT, DEADLINE_EXCEEDED, NOT_FOUND = range(6)
ALREADY_EXISTS, PERMISSION_DENIED, RESOURCE_EXHAUSTED, FAILED_PRECONDITION = range(6, 10)
ABORTED, OUT_OF_RANGE, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS = range(10, 16)
UNAUTHENTICATED = 16
