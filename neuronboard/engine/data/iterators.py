"""Iterators: what a session keeps of a dataset, and the operations that ask it for elements."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.data.elements import Element, Source
from neuronboard.engine.data.structure import flatten, flatten_like, pack
from neuronboard.engine.graph import Operation, Tensor, get_default_graph
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.apply import apply, one
from neuronboard.engine.ops.define import Inferred
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line

if TYPE_CHECKING:
    from neuronboard.engine.data.dataset import Dataset

State = dict[str, Any]


class _Running:
    """The elements of a dataset that are still to come; threads take turns."""

    def __init__(self, source: Source) -> None:
        self._elements = source()
        self._lock = threading.Lock()

    def next(self) -> Element | None:
        with self._lock:
            return next(self._elements, None)


def _resource(op: Operation) -> Inferred:
    return [(dtypes.resource, TensorShape([]))]


def _stateful(op_type: str, inputs: tuple[str, ...], infer: Any, kernel: Any, **more: Any) -> OpDef:
    return register(
        OpDef(
            type=op_type,
            inputs=inputs,
            infer=infer,
            kernel=kernel,
            grad=NOT_DIFFERENTIABLE,
            stateful=True,
            pure=False,
            **more,
        )
    )


def _one_shot(state: State, op: Operation) -> str:
    if op.name not in state:
        [source] = op.attrs["dataset_factory"]()
        state.setdefault(op.name, _Running(source))
    return op.name


def _make(state: State, op: Operation, source: Source, name: str) -> tuple[()]:
    state[name] = _Running(source)
    return ()


def _get_next(state: State, op: Operation, name: str) -> Any:
    running = state.get(name)
    if running is None:
        raise errors.FailedPreconditionError(
            op.node_def,
            op,
            "GetNext() failed because the iterator has not been initialized. Ensure that you have "
            "run the initializer operation for this iterator before getting the next element.\n\t "
            f"[[{{{{node {op.name}}}}}]]\n{name!r} begins with session.run(iterator.initializer)",
        )
    element = running.next()
    if element is None:
        raise errors.OutOfRangeError(
            op.node_def,
            op,
            f"End of sequence\n\t [[{{{{node {op.name}}}}}]]\nThe dataset has no more elements: "
            "catch tf.errors.OutOfRangeError to end the loop, or let it repeat() itself",
        )
    return element if len(op.outputs) > 1 else element[0]


def _components(op: Operation) -> Inferred:
    return list(zip(op.attrs["output_types"], op.attrs["output_shapes"], strict=True))


ONE_SHOT = _stateful("OneShotIterator", (), _resource, _one_shot)
ITERATOR = _stateful("IteratorV2", (), _resource, lambda state, op: op.name)
MAKE_ITERATOR = _stateful("MakeIterator", ("dataset", "iterator"), lambda op: [], _make)
GET_NEXT = _stateful("IteratorGetNext", ("iterator",), _components, _get_next)
TO_HANDLE = _stateful(
    "IteratorToStringHandle",
    ("resource_handle",),
    lambda op: [(dtypes.string, TensorShape([]))],
    lambda state, op, name: name.encode(),
)
FROM_HANDLE = _stateful(
    "IteratorFromStringHandleV2",
    ("string_handle",),
    _resource,
    lambda state, op, handle: handle.decode(),
    takes={"string_handle": "O"},
)


class Iterator:
    """The elements of a dataset, one for each run: `get_next()` gives the tensors of the next one.

    Made by `make_one_shot_iterator`, `make_initializable_iterator`, `Iterator.from_structure` and
    `Iterator.from_string_handle`. At the end a run raises OutOfRangeError.
    """

    def __init__(
        self, resource: Tensor, initializer: Operation | None, types: Any, shapes: Any
    ) -> None:
        self._resource, self._initializer = resource, initializer
        self._types, self._shapes = types, shapes
        self._handle: Tensor | None = None
        if resource.op.type != "IteratorFromStringHandleV2":
            with resource.graph.colocate_with(resource):
                self._handle = one(TO_HANDLE, resource)

    @property
    def initializer(self) -> Operation:
        """The operation that lets it begin; ValueError for one that begins by itself."""
        if self._initializer is None:
            raise errors.ArgumentValueError(
                message=f"Iterator does not have an initializer. At {user_line()}: a one-shot "
                "iterator begins by itself, one of a structure by make_initializer(dataset)"
            )
        return self._initializer

    def make_initializer(self, dataset: Dataset, name: str | None = None) -> Operation:
        """The operation that lets it begin with a dataset; TypeError for other elements."""
        wanted = [t.name for t in flatten(self._types)]
        given = [t.name for t in flatten(dataset.output_types)]
        if wanted != given:
            raise errors.DTypeError(
                message=f"Expected output types {self._types!r} but got dataset with output types "
                f"{dataset.output_types!r}. At {user_line()}"
            )
        with dataset._variant.graph.colocate_with(self._resource):
            return apply(
                MAKE_ITERATOR, dataset._variant, self._resource, name=name or "make_initializer"
            )

    def get_next(self, name: str | None = None) -> Any:
        """The tensors of the next element, in the dataset's structure. Call it before the loop."""
        attrs = _described(self._types, self._shapes)
        with self._resource.graph.colocate_with(self._resource):
            op = apply(GET_NEXT, self._resource, name=name, **attrs)
        return pack(self._types, op.outputs)

    def string_handle(self, name: str | None = None) -> Tensor:
        """A text that can be fed to an iterator of `from_string_handle`."""
        if name is None and self._handle is not None:
            return self._handle
        return one(TO_HANDLE, self._resource, name=name)

    @property
    def output_types(self) -> Any:
        """The types of the components."""
        return self._types

    @property
    def output_shapes(self) -> Any:
        """What is known of the shapes of the components."""
        return self._shapes

    @property
    def output_classes(self) -> Any:
        """The classes of the components: tensors."""
        return pack(self._types, [Tensor for _ in flatten(self._types)])

    @staticmethod
    def from_structure(
        output_types: Any,
        output_shapes: Any = None,
        shared_name: str | None = None,
        output_classes: Any = None,
    ) -> Iterator:
        """An iterator that begins with whichever dataset `make_initializer` gives it."""
        types = pack(output_types, [dtypes.as_dtype(t) for t in flatten(output_types)])
        shapes = _shapes_of(types, output_shapes)
        return Iterator(_new(types, shapes, shared_name), None, types, shapes)

    @staticmethod
    def from_string_handle(
        string_handle: Any, output_types: Any, output_shapes: Any = None, output_classes: Any = None
    ) -> Iterator:
        """The iterator whose `string_handle` is given, or fed."""
        types = pack(output_types, [dtypes.as_dtype(t) for t in flatten(output_types)])
        shapes = _shapes_of(types, output_shapes)
        attrs = _described(types, shapes)
        return Iterator(one(FROM_HANDLE, string_handle, **attrs), None, types, shapes)


def _shapes_of(types: Any, shapes: Any) -> Any:
    """Shapes in the structure of types; unknown ones where none are given."""
    if shapes is None:
        return pack(types, [TensorShape(None) for _ in flatten(types)])
    return pack(types, [TensorShape(shape) for shape in flatten_like(types, shapes)])


def _described(types: Any, shapes: Any) -> dict[str, Any]:
    return {"output_types": flatten(types), "output_shapes": flatten(_shapes_of(types, shapes))}


def _new(types: Any, shapes: Any, shared_name: str | None) -> Tensor:
    name = (shared_name or "").encode()
    attrs = _described(types, shapes)
    return one(ITERATOR, container=b"", shared_name=name, **attrs)


def make_initializable_iterator(dataset: Dataset, shared_name: str | None = None) -> Iterator:
    """An iterator that begins each time that its `initializer` is run; it may be fed then."""
    with dataset._variant.graph.as_default():
        types, shapes = dataset.output_types, dataset.output_shapes
        resource = _new(types, shapes, shared_name)
        with resource.graph.colocate_with(resource):
            begin = apply(MAKE_ITERATOR, dataset._variant, resource)
        return Iterator(resource, begin, types, shapes)


def make_one_shot_iterator(dataset: Dataset) -> Iterator:
    """An iterator that begins by itself in each session, once.

    Raises ValueError for a dataset that needs a placeholder or a variable.
    """
    from neuronboard.engine.data.function import GraphFunction

    variant = dataset._variant
    for op in _above(variant.op):
        if op.type in ("Placeholder", "VariableV2"):
            kind = "a placeholder" if op.type == "Placeholder" else "a stateful node"
            raise errors.ArgumentValueError(
                op=op,
                message=f"Cannot capture {kind} (name:{op.name}, type:{op.type}) by value: it was "
                f"made at {op.where}, and a one-shot iterator was to be made at {user_line()}. Use "
                "make_initializable_iterator(), and run its initializer",
            )
    with variant.graph.as_default():
        name = get_default_graph().unique_name("_make_dataset")
        factory = GraphFunction(name, variant.graph, (), [variant])
        attrs = _described(dataset.output_types, dataset.output_shapes)
        resource = one(ONE_SHOT, dataset_factory=factory, container=b"", shared_name=b"", **attrs)
        return Iterator(resource, None, dataset.output_types, dataset.output_shapes)


def _above(op: Operation) -> Sequence[Operation]:
    """An operation and everything that it hangs on."""
    found, todo = dict.fromkeys([op]), [op]
    while todo:
        for tensor in todo.pop().inputs:
            if tensor.op not in found:
                found[tensor.op] = None
                todo.append(tensor.op)
    return list(found)
