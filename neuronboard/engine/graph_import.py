"""GraphDef messages put into a graph: `tf.import_graph_def`."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Graph, Operation, Tensor, get_default_graph
from neuronboard.engine.opdef import REGISTRY, OpDef
from neuronboard.engine.ops.flow import MERGES, NEXT_ITERATIONS
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line
from neuronboard.formats.tensor_proto import make_ndarray
from neuronboard.pb.graph_pb2 import AttrValue, GraphDef, NodeDef

# where types are registered that are loaded when they are asked for
_RARE = (
    *("custom_gradient", "data.datasets", "data.iterators", "ops.counting", "ops.files"),
    *("ops.image", "ops.spectral", "ops.splitting", "ops.tensor_array"),
)


def _registered(op_type: str) -> OpDef | None:
    """The definition of a type, or None."""
    if op_type not in REGISTRY:
        for module in _RARE:
            import_module(f"neuronboard.engine.{module}")
    return REGISTRY.get(op_type)


def import_graph_def(
    graph_def: GraphDef,
    input_map: Mapping[str, Any] | None = None,
    return_elements: Sequence[str] | None = None,
    name: str | None = None,
    op_dict: Any = None,
    producer_op_list: Any = None,
) -> list[Tensor | Operation] | None:
    """Adds the nodes of a GraphDef to the default graph, below `name` ("import").

    input_map: tensor of the message ("x:0") -> tensor to take in its place. return_elements: names
    of tensors and operations of the message to give back. Raises ValueError for names that are not
    there, and for op types that the engine does not have.
    """
    if not isinstance(graph_def, GraphDef):
        raise errors.DTypeError(
            message="Argument `graph_def` must be a GraphDef proto. Got "
            f"{type(graph_def).__name__!r} at {user_line()}"
        )
    if input_map is not None and not isinstance(input_map, Mapping):
        raise errors.DTypeError(
            message="Argument `input_map` must be a dictionary. Obtained "
            f"{type(input_map).__name__} at {user_line()}"
        )
    elements = None if return_elements is None else list(return_elements)
    if elements is not None and not all(isinstance(name, (str, bytes)) for name in elements):
        raise errors.DTypeError(
            message="Argument `return_elements` must be a list of strings. Obtained "
            f"{return_elements}. At {user_line()}"
        )
    graph = get_default_graph()
    replaced = {_tensor_name(key): value for key, value in (input_map or {}).items()}
    prefix = "import" if name is None else name
    with graph.name_scope(prefix or None) as scope:
        below = scope if prefix else ""
        tensors = {
            key: convert_to_tensor(value, name=key.partition(":")[0])
            for key, value in replaced.items()
        }
        made = _Import(graph, below, tensors)
        if elements is not None:
            made.look_for(elements, graph_def)
        made.run(graph_def)
    unused = [key for key in replaced if key not in made.used]
    if unused:
        raise errors.ArgumentValueError(
            message="Attempted to map inputs that were not found in graph_def: "
            f"[{', '.join(unused)}]. At {user_line()}"
        )
    return None if elements is None else [made.element(element) for element in elements]


def _tensor_name(name: str) -> str:
    """ "x" and "x:0" are the same output."""
    return name if ":" in name else f"{name}:0"


class _Import:
    """One import: the nodes in an order that their inputs allow, each as an operation."""

    def __init__(self, graph: Graph, below: str, replaced: Mapping[str, Tensor]) -> None:
        self._graph, self._below, self._replaced = graph, below, replaced
        self._made: dict[str, Operation] = {}
        self.used: set[str] = set()

    def look_for(self, elements: Sequence[str], graph_def: GraphDef) -> None:
        """Raises ValueError where one of `elements` is not there, before anything is made."""
        names = {node.name for node in graph_def.node}
        for name in elements:
            maker, colon, _ = name.partition(":")
            if maker not in names and not (colon and _tensor_name(name) in self._replaced):
                kind = "tensor" if colon else "node"
                raise errors.ArgumentValueError(
                    message=f"Requested return {kind} {name!r} not found in graph def. At "
                    f"{user_line()}: [node.name for node in graph_def.node] lists what there is"
                )

    def run(self, graph_def: GraphDef) -> None:
        waiting = {node.name: node for node in graph_def.node}
        order: list[NodeDef] = []
        placed: set[str] = set()
        stack = list(reversed(graph_def.node))
        while stack:
            node = stack[-1]
            if node.name in placed:
                stack.pop()
                continue
            rounds = self._rounds(node, waiting)
            wanted = (
                _maker(name)
                for i, name in enumerate(node.input)
                if i not in rounds and not self._is_replaced(name)
            )
            missing = [name for name in wanted if name not in placed]
            unknown = [name for name in missing if name not in waiting]
            if unknown:
                raise errors.ArgumentValueError(
                    message=f"Node {node.name!r}: Unknown input node {unknown[0]!r}: it is not in "
                    f"the graph_def. At {user_line()}"
                )
            if missing and len(stack) < 2 * len(waiting) + 2:
                stack += [waiting[name] for name in missing]
                continue
            if missing:
                raise errors.UnimplementedError(
                    message=f"The graph_def has a cycle through {node.name!r} that is no loop of "
                    f"Merge and NextIteration. At {user_line()}"
                )
            placed.add(node.name)
            order.append(node)
            stack.pop()
        functions = {function.signature.name for function in graph_def.library.function}
        for node in order:
            self._add(node, functions, self._rounds(node, waiting))
        for node in order:
            for i in self._rounds(node, waiting):
                self._made[node.name].update_input(i, self._output(_tensor_name(node.input[i])))

    @staticmethod
    def _rounds(node: NodeDef, waiting: Mapping[str, NodeDef]) -> list[int]:
        """The inputs of a merge that come from the iteration before: they are made after it."""
        if node.op not in MERGES:
            return []
        makers = [waiting.get(_maker(name)) for name in node.input]
        return [i for i, maker in enumerate(makers) if maker and maker.op in NEXT_ITERATIONS]

    def _is_replaced(self, name: str) -> bool:
        """Whether an input is mapped to another: its own maker need not be there."""
        return not name.startswith("^") and _tensor_name(name) in self._replaced

    def _add(self, node: NodeDef, functions: set[str], rounds: list[int]) -> None:
        definition = _registered(node.op)
        if definition is None and node.op in functions:
            raise errors.UnimplementedError(
                message=f"Node {node.name!r} calls the function {node.op!r} of the graph_def's "
                f"library. At {user_line()}: functions cannot be run here; write the graph without "
                "tf.function and Defun"
            )
        if definition is None:
            near = difflib.get_close_matches(node.op, REGISTRY, 3)
            meant = f" Did you mean {' or '.join(near)}?" if near else ""
            raise errors.FetchError(
                message=f"Op type not registered {node.op!r} for node {node.name!r}. At "
                f"{user_line()}.{meant}"
            )
        inputs: list[Tensor] = []
        control: list[Operation] = []
        spelled: list[str | None] = []
        for i, name in enumerate(node.input):
            if i in rounds:
                name = next(x for j, x in enumerate(node.input) if j not in rounds)
            if name.startswith("^"):
                control.append(self._made[name[1:]])
                continue
            key = _tensor_name(name)
            if key in self._replaced:
                self.used.add(key)
                inputs.append(self._replaced[key])
                spelled.append(self._replaced[key].name)
                continue
            inputs.append(self._output(key))
            spelled.append(None)
        attrs = {key: _value(attr) for key, attr in node.attr.items()}
        shapes = attrs.pop("_output_shapes", None) or []
        attrs = {**_defaults(node.op), **attrs}
        if "_class" in attrs:
            attrs["_class"] = [self._moved(group) for group in attrs["_class"]]
        if "frame_name" in attrs:  # two imports of one loop are two loops
            attrs["frame_name"] = self._below.encode() + attrs["frame_name"]
        name = f"{self._free(node.name)}/"
        with self._graph.control_dependencies(control):
            op = self._graph.add_operation(definition, inputs, attrs, name)
        op.device = node.device or op.device
        for tensor, shape in zip(op.outputs, shapes, strict=False):
            if tensor.shape.is_compatible_with(shape):  # it may know more, of what goes round
                tensor.set_shape(shape)
        op.spelled = tuple(spelled) if any(spelled) else ()
        self._made[node.name] = op

    def _free(self, name: str) -> str:
        """The name of a node here: with a number behind it where another has it already."""
        if not self._below and self._graph.has_operation(name):
            return self._graph.unique_name(name)
        whole = f"{self._below}{name}"
        self._graph.take_name(whole)
        return whole

    def _moved(self, group: bytes) -> bytes:
        kind, _, name = group.decode().partition("@")
        made = self._made.get(name)
        return f"{kind}@{made.name if made else self._below + name}".encode()

    def _output(self, key: str) -> Tensor:
        name, _, index = key.partition(":")
        return self._made[name].outputs[int(index)]

    def element(self, name: str) -> Tensor | Operation:
        """A tensor or operation of the message, by its name there."""
        operation, colon, _ = name.partition(":")
        if colon and _tensor_name(name) in self._replaced:
            return self._replaced[_tensor_name(name)]
        op = self._made[operation]
        if colon and int(name.rpartition(":")[2]) >= len(op.outputs):
            raise errors.ArgumentValueError(
                op=op,
                message=f"Invalid return output {name.rpartition(':')[2]} of node {operation!r}, "
                f"which has {len(op.outputs)} output(s). At {user_line()}",
            )
        return self._output(name) if colon else op


def _defaults(op_type: str) -> dict[str, Any]:
    from neuronboard.engine.attr_defaults import DEFAULTS  # of no use to most programs

    return DEFAULTS.get(op_type, {})


def _maker(name: str) -> str:
    return name.lstrip("^").partition(":")[0]


def _value(attr: AttrValue) -> Any:
    """The Python value of an attribute, as `graph_def` wrote it."""
    field = attr.WhichOneof("value")
    if field == "type":
        return dtypes.as_dtype(int(attr.type))
    if field == "shape":
        return _shape(attr.shape)
    if field == "tensor":
        return make_ndarray(attr.tensor)
    if field == "list":
        listed = attr.list
        if listed.type:
            return [dtypes.as_dtype(int(number)) for number in listed.type]
        if listed.shape:
            return [_shape(shape) for shape in listed.shape]
        return [*listed.s, *listed.i, *listed.f, *listed.b]
    return getattr(attr, field) if field else None


def _shape(proto: Any) -> TensorShape:
    if proto.unknown_rank:
        return TensorShape(None)
    return TensorShape([None if dim.size < 0 else dim.size for dim in proto.dim])
