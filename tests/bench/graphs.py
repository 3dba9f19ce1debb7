"""Graphs for the graph dashboard's tests and benches: nested, flat and deep, of any size.

Each is made of a number of nodes alone, so it is the same whenever it is made.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

from neuronboard.pb.graph_pb2 import GraphDef
from neuronboard.pb.tensor_pb2 import TensorShapeProto

FLOAT, FLOAT_REF, STRING = 1, 101, 7
BATCH, WIDTH = 32, 512
BLOCK = 178  # nodes that a layer of `nested` has, with its gradients and its optimizer


class Maker:
    """Adds nodes to a GraphDef."""

    def __init__(self) -> None:
        self.graph = GraphDef()

    def add(
        self, name: str, op: str, inputs: Iterable[str] = (), shape: tuple[int, ...] | None = None
    ) -> str:
        """One node of one float output of that shape, if it has an output; answers its name."""
        node = self.graph.node.add(name=name, op=op, input=inputs)
        if shape is not None:
            node.attr["T"].type = FLOAT
            node.attr["_output_shapes"].list.shape.add().CopyFrom(_shape(shape))
        return name

    def const(self, name: str, shape: tuple[int, ...] = ()) -> str:
        """A constant of that shape."""
        node = self.graph.node[self._index(self.add(name, "Const", shape=shape))]
        del node.attr["T"]
        node.attr["dtype"].type = FLOAT
        tensor = node.attr["value"].tensor
        tensor.dtype = FLOAT
        tensor.tensor_shape.CopyFrom(_shape(shape))
        tensor.float_val.append(0.5)
        return name

    def variable(self, name: str, shape: tuple[int, ...]) -> str:
        """A variable with its initial value, assignment and read; answers the read's name."""
        self.const(f"{name}/Initializer/value", shape)
        node = self.graph.node.add(name=name, op="VariableV2")
        node.attr["dtype"].type = FLOAT
        node.attr["shape"].shape.CopyFrom(_shape(shape))
        node.attr["_output_shapes"].list.shape.add().CopyFrom(_shape(shape))
        self.add(f"{name}/Assign", "Assign", [name, f"{name}/Initializer/value"], shape)
        return self.add(f"{name}/read", "Identity", [name], shape)

    def _index(self, name: str) -> int:
        assert self.graph.node[-1].name == name
        return len(self.graph.node) - 1


def nested(nodes: int) -> GraphDef:
    """A deep network of alike layers with its gradients, Adam, and a saver: about `nodes` nodes."""
    make = Maker()
    layers = max(1, (nodes - 20) // BLOCK)
    here = make.add("input", "Placeholder", shape=(BATCH, WIDTH))
    labels = make.add("labels", "Placeholder", shape=(BATCH, WIDTH))
    variables: list[str] = []
    outputs = [here]
    for layer in range(1, layers + 1):
        here = _layer(make, f"model/layer_{layer}", here, variables)
        outputs.append(here)
    loss = make.add("loss/difference", "Sub", [here, labels], (BATCH, WIDTH))
    loss = make.add("loss/square", "Square", [loss], (BATCH, WIDTH))
    axes = make.const("loss/axes", (2,))
    loss = make.add("loss/mean", "Mean", [loss, axes], ())
    here = make.add("gradients/loss/mean_grad/Tile", "Tile", [loss, axes], (BATCH, WIDTH))
    updates: list[str] = []
    rate = make.const("Adam/learning_rate")
    for layer in range(layers, 0, -1):
        here = _gradients(make, layer, here, outputs[layer - 1], updates, rate)
    make.add("Adam", "NoOp", [f"^{name}" for name in updates])
    make.add("init", "NoOp", [f"^{name}/Assign" for name in variables])
    tensors = make.const("save/SaveV2/tensor_names", (len(variables),))
    make.add("save/SaveV2", "SaveV2", [tensors, *variables])
    summary = make.add("summaries/loss", "ScalarSummary", [tensors, loss], ())
    make.add("summaries/Merge", "MergeSummary", [summary], ())
    return make.graph


def _layer(make: Maker, scope: str, here: str, variables: list[str]) -> str:
    """Attention with four projections, and a network of two: 57 nodes."""
    came = here
    parts = ("query", "key", "value", "output")
    sums = [_dense(make, f"{scope}/attention/{part}", here, variables) for part in parts[:3]]
    scores = make.add(f"{scope}/attention/scores", "MatMul", sums[:2], (BATCH, BATCH))
    scale = make.const(f"{scope}/attention/scale")
    scores = make.add(f"{scope}/attention/Mul", "Mul", [scores, scale], (BATCH, BATCH))
    weights = make.add(f"{scope}/attention/Softmax", "Softmax", [scores], (BATCH, BATCH))
    mixed = make.add(f"{scope}/attention/mixed", "MatMul", [weights, sums[2]], (BATCH, WIDTH))
    here = _dense(make, f"{scope}/attention/output", mixed, variables)
    here = came = make.add(f"{scope}/add", "AddV2", [came, here], (BATCH, WIDTH))
    here = make.add(
        f"{scope}/ffn/Relu",
        "Relu",
        [_dense(make, f"{scope}/ffn/up", here, variables)],
        (BATCH, WIDTH),
    )
    here = _dense(make, f"{scope}/ffn/down", here, variables)
    return make.add(f"{scope}/add_1", "AddV2", [came, here], (BATCH, WIDTH))


def _dense(make: Maker, scope: str, here: str, variables: list[str]) -> str:
    kernel = make.variable(f"{scope}/kernel", (WIDTH, WIDTH))
    bias = make.variable(f"{scope}/bias", (WIDTH,))
    variables += [f"{scope}/kernel", f"{scope}/bias"]
    product = make.add(f"{scope}/MatMul", "MatMul", [here, kernel], (BATCH, WIDTH))
    return make.add(f"{scope}/BiasAdd", "BiasAdd", [product, bias], (BATCH, WIDTH))


def _gradients(make: Maker, layer: int, here: str, came: str, updates: list[str], rate: str) -> str:
    """The gradients of one layer and the updates of its variables: 121 nodes."""
    for part in ("ffn/down", "ffn/up", "attention/output", "attention/value", "attention/query"):
        scope = f"gradients/model/layer_{layer}/{part}"
        kernel = f"model/layer_{layer}/{part}/kernel"
        bias = f"model/layer_{layer}/{part}/bias"
        add = make.add(f"{scope}/BiasAdd_grad/BiasAddGrad", "BiasAddGrad", [here], (WIDTH,))
        weight = make.add(f"{scope}/MatMul_grad/MatMul_1", "MatMul", [came, here], (WIDTH, WIDTH))
        here = make.add(
            f"{scope}/MatMul_grad/MatMul", "MatMul", [here, f"{kernel}/read"], (BATCH, WIDTH)
        )
        both = [f"^{here}", f"^{weight}"]
        make.add(f"{scope}/MatMul_grad/tuple/group_deps", "NoOp", both)
        for variable, gradient, shape in (
            (kernel, weight, (WIDTH, WIDTH)),
            (bias, add, (WIDTH,)),
        ):
            slots = [make.variable(f"{variable}/{slot}", shape) for slot in ("Adam", "Adam_1")]
            updates.append(
                make.add(
                    f"Adam/update_{variable}/ApplyAdam",
                    "ApplyAdam",
                    [variable, *(slot.removesuffix("/read") for slot in slots), rate, gradient],
                    shape,
                )
            )
    return here


def flat(nodes: int, degree: int = 2, reach: int = 50) -> GraphDef:
    """No scopes at all: each node takes up to `degree` of the `reach` before it."""
    random_ = random.Random(nodes)
    make = Maker()
    ops = ("AddV2", "Mul", "Relu", "Tanh", "MatMul", "Sub")
    for i in range(nodes):
        first = max(0, i - reach)
        taken = sorted({random_.randrange(first, i) for _ in range(degree)}) if i else []
        inputs = [f"n{j}" for j in taken]
        make.add(f"n{i}", random_.choice(ops) if i else "Placeholder", inputs, (BATCH, i % 7 + 1))
    return make.graph


def deep(nodes: int, depth: int = 100) -> GraphDef:
    """Scopes in scopes, `depth` of them, with the nodes spread over all levels in one chain."""
    make = Maker()
    here = make.add("start", "Placeholder", shape=(BATCH,))
    each = max(1, nodes // depth)
    for level in range(depth):
        scope = "/".join(f"level_{i}" for i in range(level + 1))
        for i in range(each):
            here = make.add(f"{scope}/step_{i}", "Relu", [here], (BATCH,))
    return make.graph


def dense(nodes: int) -> GraphDef:
    """No scopes, eight inputs from the two hundred nodes before."""
    return flat(nodes, 8, 200)


def tangled(nodes: int) -> GraphDef:
    """No scopes, three inputs from anywhere before."""
    return flat(nodes, 3, nodes)


def chain(nodes: int) -> GraphDef:
    """All nodes in one scope, each takes from the one before."""
    return deep(nodes, 1)


SHAPES: dict[str, Callable[[int], GraphDef]] = {"nested": nested, "flat": flat, "deep": deep}
SHAPES |= {"dense": dense, "tangled": tangled, "chain": chain}


def _shape(dims: tuple[int, ...]) -> TensorShapeProto:
    return TensorShapeProto(dim=[TensorShapeProto.Dim(size=size) for size in dims])
