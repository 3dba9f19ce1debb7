"""`tf.test`: gradients against differences, and a test case with a session."""

from __future__ import annotations

import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine.checking import compute_gradient, compute_gradient_error
from neuronboard.engine.graph import Graph
from neuronboard.engine.session import Session

__all__ = [
    "TestCase",
    "compute_gradient",
    "compute_gradient_error",
    "get_temp_dir",
    "gpu_device_name",
    "is_built_with_cuda",
    "is_gpu_available",
    "main",
]


def main(argv: Any = None) -> None:
    """Runs the test cases of the program."""
    unittest.main(argv=argv)


def is_gpu_available(cuda_only: bool = False, min_cuda_compute_capability: Any = None) -> bool:
    """False: everything runs on processors."""
    return False


def is_built_with_cuda() -> bool:
    """False: everything runs on processors."""
    return False


def gpu_device_name() -> str:
    """The empty text: there is none."""
    return ""


def get_temp_dir() -> str:
    """A folder for the files of a test."""
    import tempfile

    return tempfile.mkdtemp()


class TestCase(unittest.TestCase):
    """A test with a graph of its own, a session, and comparisons of arrays."""

    def setUp(self) -> None:
        """A graph for each test."""
        self._graph = Graph()
        self._default = self._graph.as_default()
        self._default.__enter__()
        self._cached: Session | None = None

    def tearDown(self) -> None:
        """The graph is default no more."""
        self._default.__exit__(None, None, None)

    @contextmanager
    def session(
        self, graph: Graph | None = None, config: Any = None, **_: Any
    ) -> Iterator[Session]:
        """A session, the default one in the block."""
        with Session(graph=graph or self._graph, config=config) as session:
            yield session

    test_session = session

    @contextmanager
    def cached_session(self, **_: Any) -> Iterator[Session]:
        """The same session each time."""
        if self._cached is None:
            self._cached = Session(graph=self._graph)
        with self._cached.as_default():
            yield self._cached

    def evaluate(self, tensors: Any) -> Any:
        """The values of tensors in the default session, or in the cached one."""
        from neuronboard.engine.session import get_default_session

        session = get_default_session()
        if session is None:
            with self.cached_session() as session:
                return session.run(tensors)
        return session.run(tensors)

    def assertAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:  # noqa: N802
        """Both have the same shape and the same elements; tensors are evaluated."""
        np.testing.assert_array_equal(self._value(a), self._value(b), err_msg=msg or "")

    def assertAllClose(  # noqa: N802 TensorFlow's name
        self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: str | None = None
    ) -> None:
        """Both have the same shape and nearly the same elements; tensors are evaluated."""
        first, second = self._value(a), self._value(b)
        self.assertEqual(np.shape(first), np.shape(second), msg)  # noqa: PT009 it is no pytest
        np.testing.assert_allclose(first, second, rtol, atol, err_msg=msg or "")

    def assertNear(  # noqa: N802 TensorFlow's name
        self, f1: float, f2: float, err: float, msg: str | None = None
    ) -> None:
        """Two numbers are at most `err` apart."""
        self.assertLessEqual(abs(f1 - f2), err, msg)  # noqa: PT009

    def assertShapeEqual(self, np_array: Any, tf_tensor: Any, msg: str | None = None) -> None:  # noqa: N802
        """An array and a tensor have one shape."""
        self.assertEqual(list(np.shape(np_array)), tf_tensor.shape.as_list(), msg)  # noqa: PT009

    def assertRaisesOpError(self, expected_err_re_or_predicate: Any) -> Any:  # noqa: N802
        """The block raises an error of the engine whose text matches."""
        raising = self.assertRaisesRegex  # as a name, it is no pytest
        return raising(errors.OpError, expected_err_re_or_predicate)

    def _value(self, item: Any) -> Any:
        return self.evaluate(item) if hasattr(item, "graph") else item


TestCase.__test__ = False  # type: ignore[attr-defined]  # it is no test itself
