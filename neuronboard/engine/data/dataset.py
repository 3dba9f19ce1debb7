"""`tf.data.Dataset`: sequences of elements, read by an iterator when a session runs.

An element is a tensor, or tuples and dicts of tensors. Each method makes an operation, whose names
and attributes are TensorFlow's; what they yield is in `elements.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor, to_array
from neuronboard.engine.data import datasets, iterators
from neuronboard.engine.data.function import GraphFunction, trace
from neuronboard.engine.data.structure import flatten, flatten_like, mapped, pack
from neuronboard.engine.graph import Tensor, get_default_graph
from neuronboard.engine.opdef import OpDef
from neuronboard.engine.ops.apply import apply
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.ops.random import get_seed
from neuronboard.engine.ops.static import static_value
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line


class Dataset:
    """A sequence of elements. Make one with a function of `from_*`, or with another's methods."""

    def __init__(self, variant: Tensor, types: Any, shapes: Any) -> None:
        self._variant, self._types, self._shapes = variant, types, shapes

    # ---- what the elements are

    @property
    def output_types(self) -> Any:
        """The types of an element's components, in its structure."""
        return self._types

    @property
    def output_shapes(self) -> Any:
        """What is known of the shapes of an element's components."""
        return self._shapes

    @property
    def output_classes(self) -> Any:
        """The classes of an element's components: tensors."""
        return mapped(lambda _: Tensor, self._types)

    def __repr__(self) -> str:
        return f"<Dataset shapes: {self._shapes}, types: {self._types}>"

    def __iter__(self) -> Any:
        raise errors.SessionStateError(
            message="A Dataset is a part of the graph, and has no elements outside of a session; "
            f"at {user_line()}. Write x = dataset.make_one_shot_iterator().get_next(), and run x"
        )

    def make_one_shot_iterator(self) -> iterators.Iterator:
        """An iterator that begins by itself."""
        return iterators.make_one_shot_iterator(self)

    def make_initializable_iterator(self, shared_name: str | None = None) -> iterators.Iterator:
        """An iterator that begins when its `initializer` is run."""
        return iterators.make_initializable_iterator(self, shared_name)

    # ---- where elements come from

    @staticmethod
    def from_tensors(tensors: Any, name: str | None = None) -> Dataset:
        """One element: the tensors as they are."""
        parts = _tensors(tensors)
        types = [part.dtype.base_dtype for part in parts]
        shapes = [part.shape for part in parts]
        attrs = {"Toutput_types": types, "output_shapes": shapes}
        made = apply(datasets.TENSOR, parts, name=name, **attrs).outputs[0]
        return Dataset(made, pack(tensors, types), pack(tensors, shapes))

    @staticmethod
    def from_tensor_slices(tensors: Any, name: str | None = None) -> Dataset:
        """An element for each row of the tensors, which must have as many."""
        parts = _tensors(tensors)
        rows: int | None = None
        for part in parts:
            if part.shape.ndims == 0:
                raise errors.ArgumentValueError(
                    message=f"from_tensor_slices takes tensors with rows, got {part!r} at "
                    f"{user_line()}: Unbatching a tensor is only supported for rank >= 1"
                )
            own = None if part.shape.dims is None else part.shape.dims[0]
            if None not in (rows, own) and rows != own:
                raise errors.ArgumentValueError(
                    message=f"Dimensions {rows} and {own} are not compatible: the tensors of "
                    f"from_tensor_slices have as many rows. At {user_line()}"
                )
            rows = own if rows is None else rows
        types = [part.dtype.base_dtype for part in parts]
        shapes = [_without_first(part.shape) for part in parts]
        attrs = {"Toutput_types": types, "output_shapes": shapes}
        made = apply(datasets.TENSOR_SLICE, parts, name=name, **attrs).outputs[0]
        return Dataset(made, pack(tensors, types), pack(tensors, shapes))

    @staticmethod
    def from_generator(
        generator: Callable[..., Any],
        output_types: Any,
        output_shapes: Any = None,
        args: Sequence[Any] | None = None,
    ) -> Dataset:
        """What a Python generator yields; the function is called for each pass.

        output_types, output_shapes: of an element. args: numbers and arrays for the function.
        Raises, when it is run, InvalidArgumentError for what is of another type or shape.
        """
        types = mapped(dtypes.as_dtype, output_types)
        shapes = iterators._shapes_of(types, output_shapes)
        given = [np.asarray(value) for value in args or ()]

        def convert(item: Any) -> tuple[Any, ...]:
            return tuple(
                _yielded(value, dtype, shape)
                for value, dtype, shape in zip(
                    flatten_like(types, item), flatten(types), flatten(shapes), strict=True
                )
            )

        attrs = {"generator": lambda: generator(*given), "convert": convert}
        return _made(datasets.GENERATOR, (), types, shapes, **attrs)

    @staticmethod
    def range(*args: Any) -> Dataset:
        """int64 numbers, with the arguments of Python's `range`."""
        start, stop, step = {1: (0, *args, 1), 2: (*args, 1)}.get(len(args), args)
        names = {"start": start, "stop": stop, "step": step}
        given = [_number(value, name) for name, value in names.items()]
        return _made(datasets.RANGE, given, dtypes.int64, TensorShape([]))

    @staticmethod
    def zip(datasets_: Any) -> Dataset:
        """Elements of several datasets (in a tuple or dict) side by side, until the first ends."""
        parts = flatten(datasets_)
        for part in parts:
            if not isinstance(part, Dataset):
                raise errors.DTypeError(
                    message=f"zip takes datasets in a tuple or dict, got {part!r} at {user_line()}"
                )
        types = pack(datasets_, [part._types for part in parts])
        shapes = pack(datasets_, [part._shapes for part in parts])
        return _made(datasets.ZIP, ([part._variant for part in parts],), types, shapes)

    # ---- how they follow each other

    def concatenate(self, dataset: Dataset) -> Dataset:
        """These elements, then those of another dataset; TypeError for other types."""
        if self._types != dataset._types:
            raise errors.DTypeError(
                message="Incompatible dataset elements: concatenate takes a dataset with elements "
                f"of {self._types!r}, got {dataset._types!r} at {user_line()}"
            )
        pairs = zip(flatten(self._shapes), flatten(dataset._shapes), strict=True)
        shapes = [_common(mine, other) for mine, other in pairs]
        given = (self._variant, dataset._variant)
        return _made(datasets.CONCATENATE, given, self._types, pack(self._types, shapes))

    def repeat(self, count: Any = None) -> Dataset:
        """So many passes; without end if None or negative."""
        return self._with(datasets.REPEAT, _number(-1 if count is None else count, "count"))

    def take(self, count: Any) -> Dataset:
        """The first `count` elements."""
        return self._with(datasets.TAKE, _number(count, "count"))

    def skip(self, count: Any) -> Dataset:
        """All but the first `count` elements."""
        return self._with(datasets.SKIP, _number(count, "count"))

    def shard(self, num_shards: Any, index: Any) -> Dataset:
        """Every `num_shards`-th element, from number `index` on."""
        given = _number(num_shards, "num_shards"), _number(index, "index")
        return self._with(datasets.SHARD, *given)

    def shuffle(
        self,
        buffer_size: Any,
        seed: int | None = None,
        reshuffle_each_iteration: bool | None = None,
    ) -> Dataset:
        """In another order: each at random out of a buffer of `buffer_size` that is filled again.

        seed: with it, or the graph's, the order is the same in each program.
        reshuffle_each_iteration: another order in each pass, unless it is False.
        """
        first, second = get_seed(seed)
        given = [_number(buffer_size, "buffer_size")]
        given += [_number(first or 0, "seed"), _number(second or 0, "seed2")]
        again = reshuffle_each_iteration is not False
        return self._with(datasets.SHUFFLE, *given, reshuffle_each_iteration=again)

    def cache(self, filename: Any = "") -> Dataset:
        """The elements of the first pass kept in memory; a file is not made."""
        return self._with(datasets.CACHE, constant("", dtypes.string, name="filename"))

    def prefetch(self, buffer_size: Any) -> Dataset:
        """The same elements: reading ahead would take the time from the training here."""
        return self._with(datasets.PREFETCH, _number(buffer_size, "buffer_size"))

    # ---- groups

    def batch(self, batch_size: Any, drop_remainder: Any = False) -> Dataset:
        """Groups of `batch_size` elements, stacked; drop_remainder: without a smaller last one."""
        size = _number(batch_size, "batch_size")
        drop = convert_to_tensor(drop_remainder, dtypes.bool_, name="drop_remainder")
        rows = _rows(size, drop)
        shapes = mapped(lambda shape: _behind(rows, shape), self._shapes)
        return _made(datasets.BATCH, (self._variant, size, drop), self._types, shapes)

    def padded_batch(
        self,
        batch_size: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        drop_remainder: Any = False,
    ) -> Dataset:
        """The same of elements of several shapes, which are filled up.

        padded_shapes: in the structure of an element; None or -1 is the largest size in a group.
        padding_values: what they are filled with; 0 and "" if None.
        """
        types = flatten(self._types)
        given = self._shapes if padded_shapes is None else padded_shapes
        wanted = [TensorShape(_open(shape)) for shape in flatten_like(self._types, given)]
        values: list[Any] = [None] * len(types)
        if padding_values is not None:
            values = flatten_like(self._types, padding_values)
        fill = [_filler(value, dtype) for value, dtype in zip(values, types, strict=True)]
        sizes = [[-1 if d is None else d for d in shape.dims or ()] for shape in wanted]
        numbers = [constant(size, dtypes.int64, [len(size)], name="padded_shape") for size in sizes]
        size = _number(batch_size, "batch_size")
        drop = convert_to_tensor(drop_remainder, dtypes.bool_, name="drop_remainder")
        rows = _rows(size, drop)
        shapes = pack(self._types, [_behind(rows, shape) for shape in wanted])
        inputs = (self._variant, size, numbers, fill, drop)
        return _made(datasets.PADDED_BATCH, inputs, self._types, shapes, N=len(types))

    def window(
        self, size: Any, shift: Any = None, stride: Any = 1, drop_remainder: Any = False
    ) -> Dataset:
        """Datasets of `size` elements each, one for each component, for `flat_map` to put together.

        shift: how many elements behind the last one the next window begins; `size` if None.
        stride: how far the elements of a window are apart. drop_remainder: without smaller ones.
        """
        names = {"size": size, "shift": size if shift is None else shift, "stride": stride}
        given = [_number(value, name) for name, value in names.items()]
        drop = convert_to_tensor(drop_remainder, dtypes.bool_, name="drop_remainder")
        parts = zip(flatten(self._types), flatten(self._shapes), strict=True)
        kinds = pack(self._types, [_Inner(dtype, shape) for dtype, shape in parts])
        shapes = mapped(lambda _: TensorShape([]), self._types)
        return _made(datasets.WINDOW, (self._variant, *given, drop), kinds, shapes)

    def unbatch(self) -> Dataset:
        """The rows of each element, one after the other."""
        shapes = mapped(_without_first, self._shapes)
        return _made(datasets.UNBATCH, (self._variant,), self._types, shapes)

    # ---- functions of elements

    def map(
        self, map_func: Callable[..., Any], num_parallel_calls: Any = None, **_: Any
    ) -> Dataset:
        """`map_func` of each element; a tuple gives it an argument for each part.

        It is called once, to make a graph. num_parallel_calls means nothing here.
        """
        function, result = self._traced(map_func)
        types, shapes = _signature(function, result)
        return _made(datasets.MAP, (self._variant, function.captured), types, shapes, f=function)

    def filter(self, predicate: Callable[..., Any]) -> Dataset:
        """The elements for which `predicate` gives true."""
        function, _ = self._traced(predicate)
        [output, *more] = function.outputs
        if more or output.dtype != dtypes.bool_ or not output.shape.is_compatible_with([]):
            raise errors.ArgumentValueError(
                message="Invalid `predicate`. `predicate` must return a `tf.bool` scalar tensor, "
                f"but gives {output!r}. At {user_line()}"
            )
        return self._with(datasets.FILTER, function.captured, predicate=function)

    def flat_map(self, map_func: Callable[..., Any]) -> Dataset:
        """The elements of the dataset that `map_func` gives for each element."""
        function, inner = self._inner(map_func, "flat_map")
        inputs = (self._variant, function.captured)
        return _made(datasets.FLAT_MAP, inputs, inner._types, inner._shapes, f=function)

    def interleave(
        self,
        map_func: Callable[..., Any],
        cycle_length: Any = 16,
        block_length: Any = 1,
        num_parallel_calls: Any = None,
    ) -> Dataset:
        """The same of `cycle_length` elements at once, `block_length` of each in turn."""
        function, inner = self._inner(map_func, "interleave")
        sizes = _number(cycle_length, "cycle_length"), _number(block_length, "block_length")
        inputs = (self._variant, function.captured, *sizes)
        return _made(datasets.INTERLEAVE, inputs, inner._types, inner._shapes, f=function)

    def enumerate(self, start: int = 0) -> Dataset:
        """(number, element) for each element."""
        largest = np.iinfo(np.int64).max
        return Dataset.zip((Dataset.range(start, largest), self))

    def apply(self, transformation_func: Callable[[Dataset], Dataset]) -> Dataset:
        """What a function of this dataset gives."""
        found = transformation_func(self)
        if not isinstance(found, Dataset):
            raise errors.DTypeError(
                message="`transformation_func` must return a Dataset, got "
                f"{found!r} at {user_line()}"
            )
        return found

    def _with(self, definition: OpDef, *given: Any, **attrs: Any) -> Dataset:
        """The dataset of an operation that keeps what elements are."""
        inputs = (self._variant, *given)
        return _made(definition, inputs, self._types, self._shapes, **attrs)

    def _traced(self, function: Callable[..., Any]) -> tuple[GraphFunction, Any]:
        def call(given: Sequence[Tensor]) -> tuple[list[Any], Any]:
            kinds = flatten(self._types)
            leaves = [_opened(kind, part) for kind, part in zip(kinds, given, strict=True)]
            element = pack(self._types, leaves)
            result = function(*element) if isinstance(element, tuple) else function(element)
            if isinstance(result, list):
                result = tuple(result)
            return ([] if isinstance(result, Dataset) else flatten(result)), result

        kinds = [_element_type(kind) for kind in flatten(self._types)]
        arguments = zip(kinds, flatten(self._shapes), strict=True)
        return trace(function, list(arguments), call)

    def _inner(self, function: Callable[..., Any], method: str) -> tuple[GraphFunction, Dataset]:
        """A function that gives a dataset."""
        kept: list[Dataset] = []

        def variant(*element: Any) -> Tensor:
            found = function(*element)
            if not isinstance(found, Dataset):
                raise errors.DTypeError(
                    message=f"the function of {method} must return a Dataset, got {found!r} at "
                    f"{user_line()}"
                )
            kept.append(found)
            return found._variant

        traced, _ = self._traced(variant)
        return traced, kept[0]


class OfFiles(Dataset):
    """What is read from files, each element a string of bytes; `_sort` says how."""

    _sort: OpDef

    def __init__(
        self,
        filenames: Any,
        compression_type: str | None = None,
        buffer_size: Any = None,
        num_parallel_reads: Any = None,
    ) -> None:
        names = convert_to_tensor(filenames, dtypes.string, name="filenames")
        packed = constant(compression_type or "", dtypes.string, name="compression_type")
        given = (names, packed, _number(buffer_size or 0, "buffer_size"))
        made = _made(self._sort, given, dtypes.string, TensorShape([]))
        super().__init__(made._variant, made._types, made._shapes)


class TextLineDataset(OfFiles):
    """The lines of text files, without their ends, each a string."""

    _sort = datasets.TEXT_LINE


class _Inner:
    """The type of a component that is a dataset itself: what elements that one has."""

    def __init__(self, types: Any, shapes: Any) -> None:
        self.types, self.shapes = types, shapes

    def __repr__(self) -> str:
        return f"<Dataset shapes: {self.shapes}, types: {self.types}>"


def _element_type(kind: Any) -> dtypes.DType:
    return dtypes.variant if isinstance(kind, _Inner) else kind


def _opened(kind: Any, part: Tensor) -> Any:
    """A component as a function of elements gets it: a tensor, or a dataset."""
    return Dataset(part, kind.types, kind.shapes) if isinstance(kind, _Inner) else part


def _made(
    definition: OpDef, inputs: Sequence[Any], types: Any, shapes: Any, **attrs: Any
) -> Dataset:
    kinds = [_element_type(kind) for kind in flatten(types)]
    attrs |= {"output_types": kinds, "output_shapes": flatten(shapes)}
    return Dataset(apply(definition, *inputs, **attrs).outputs[0], types, shapes)


def _tensors(structure: Any) -> list[Tensor]:
    """The leaves of an element as tensors."""
    with get_default_graph().name_scope("normalize_element"):
        return [
            convert_to_tensor(leaf, name=f"component_{i}")
            for i, leaf in enumerate(flatten(structure))
        ]


def _number(value: Any, name: str) -> Tensor:
    return convert_to_tensor(value, None if isinstance(value, Tensor) else dtypes.int64, name=name)


def _without_first(shape: TensorShape) -> TensorShape:
    return TensorShape(None) if shape.dims is None else TensorShape(shape.dims[1:])


def _behind(rows: int | None, shape: TensorShape) -> TensorShape:
    return TensorShape(None) if shape.dims is None else TensorShape([rows, *shape.dims])


def _common(one: TensorShape, other: TensorShape) -> TensorShape:
    """What two shapes have in common."""
    if one.dims is None or other.dims is None or len(one.dims) != len(other.dims):
        return TensorShape(None)
    sizes = zip(one.dims, other.dims, strict=True)
    return TensorShape([mine if mine == theirs else None for mine, theirs in sizes])


def _rows(size: Tensor, drop: Tensor) -> int | None:
    """How many rows every group has, where that is known."""
    rows = static_value(size)
    return int(rows) if rows is not None and static_value(drop) else None


def _open(shape: Any) -> Any:
    """A padded shape with None where -1 stands."""
    if isinstance(shape, TensorShape):
        return shape
    return [None if size in (None, -1) else size for size in shape]


def _filler(value: Any, dtype: dtypes.DType) -> Tensor:
    if value is None:
        value = "" if dtype == dtypes.string else np.zeros((), dtype.as_numpy_dtype)
    return convert_to_tensor(value, dtype, name="padding_value")


def _yielded(value: Any, dtype: dtypes.DType, shape: TensorShape) -> Any:
    """What a generator yielded, as an array of the promised type and shape."""
    try:
        array = to_array(value, dtype)
    except (TypeError, ValueError) as error:
        raise errors.InvalidArgumentError(
            message="`generator` yielded an element that could not be converted to the expected "
            f"type. The expected type was {dtype.name}, but the yielded element was {value!r}: "
            f"{error}"
        ) from None
    if not shape.is_compatible_with(array.shape):
        raise errors.InvalidArgumentError(
            message=f"`generator` yielded an element of shape {array.shape} where an element of "
            f"shape {shape} was expected."
        )
    return array[()]


def _signature(function: GraphFunction, result: Any) -> tuple[Any, Any]:
    """Types and shapes of what a function gives, in its structure."""
    types = pack(result, [output.dtype.base_dtype for output in function.outputs])
    return types, pack(result, [output.shape for output in function.outputs])
