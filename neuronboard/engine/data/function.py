"""Graphs that an operation calls: what `Dataset.map` and others make of a Python function.

The function is called once, with placeholders, in a graph of its own. A tensor of the graph around
it that it takes is captured: it becomes an argument more, computed when the dataset is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from neuronboard.engine.code import Run, compile_code
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.dtypes import DType
from neuronboard.engine.graph import Graph, Operation, Tensor, get_default_graph
from neuronboard.engine.opdef import OpDef
from neuronboard.engine.ops.constant import placeholder
from neuronboard.engine.plan import compile_plan
from neuronboard.engine.shape import TensorShape


class FunctionGraph(Graph):
    """The graph of a function: operations that take outer tensors get a captured one instead."""

    def __init__(self, outer: Graph) -> None:
        super().__init__()
        self.outer = outer
        self.seed = outer.seed
        self.captured: dict[Tensor, Tensor] = {}

    def add_operation(
        self, definition: OpDef, inputs: Sequence[Tensor], attrs: dict[str, Any], name: str
    ) -> Operation:
        inner = [self.capture(tensor) for tensor in inputs]
        return super().add_operation(definition, inner, attrs, name)

    def capture(self, tensor: Tensor) -> Tensor:
        """A tensor of this graph with the value of `tensor`, which may be of an outer graph."""
        if tensor.graph is self:
            return tensor
        if isinstance(self.outer, FunctionGraph):
            tensor = self.outer.capture(tensor)
        if tensor.graph is not self.outer:
            return tensor  # which `add_operation` refuses
        if tensor not in self.captured:
            with self.as_default(), self.name_scope(None), self.control_dependencies(None):
                self.captured[tensor] = placeholder(
                    tensor.dtype.base_dtype, tensor.shape, name="captured"
                )
        return self.captured[tensor]


class GraphFunction:
    """A function of tensors: its graph, its arguments, and what it gives, laid flat.

    captured: the outer tensors that it takes behind its arguments.
    """

    def __init__(
        self, name: str, graph: Graph, arguments: Sequence[Tensor], outputs: Sequence[Tensor]
    ) -> None:
        self.name = name
        self.graph = graph
        self.outputs = list(outputs)
        inner = graph.captured if isinstance(graph, FunctionGraph) else {}
        self.captured = list(inner)
        self._fed = (*arguments, *inner.values())
        self._run: Run | None = None

    def bound(self, captured: Sequence[Any]) -> Callable[..., tuple[Any, ...]]:
        """The function of arrays, with values for what it captured; random draws are its own."""
        if self._run is None:
            self._run = compile_code(compile_plan(self.outputs, self._fed))
        run, state = self._run, dict[str, Any]()

        def call(*values: Any) -> tuple[Any, ...]:
            return run(state, (*values, *captured))

        return call

    def __call__(self, *values: Any) -> tuple[Any, ...]:
        """The same without captured values."""
        return self.bound(())(*values)

    def __str__(self) -> str:
        return self.name


def trace(
    function: Callable[..., Any],
    arguments: Sequence[tuple[DType, TensorShape]],
    call: Callable[[Sequence[Tensor]], tuple[list[Any], Any]],
) -> tuple[GraphFunction, Any]:
    """Calls a Python function with placeholders; gives the graph function, and what `call` says.

    call: (placeholders) -> (flat results, anything else); it calls `function`.
    """
    outer = get_default_graph()
    graph = FunctionGraph(outer)
    with graph.as_default():
        given = [
            placeholder(dtype, shape, name=f"args_{i}")
            for i, (dtype, shape) in enumerate(arguments)
        ]
        results, more = call(given)
        outputs = [graph.capture(convert_to_tensor(result)) for result in results]
    label = getattr(function, "__name__", "function").strip("<>")
    name = outer.unique_name(f"Dataset_{label}")
    return GraphFunction(name, graph, given, outputs), more
