"""The examples of the numerical package are true, and every public function says what it returns."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import mapping.graph

MODULES = sorted(it.name for it in pkgutil.iter_modules(mapping.graph.__path__))
MEASURING = [
    "centrality", "cohesion", "communities", "measures", "mixing", "canonical", "refinement", "symmetry", "triangles",
    "naming",
]  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_true(name):
    found = doctest.testmod(importlib.import_module(f"mapping.graph.{name}"))
    assert found.failed == 0


@pytest.mark.parametrize("name", MEASURING)
def test_every_measure_is_described_and_its_module_names_its_sources(name):
    module = importlib.import_module(f"mapping.graph.{name}")
    assert "References" in module.__doc__
    for function in vars(module).values():
        if inspect.isfunction(function) and function.__module__ == module.__name__ and function.__name__[0] != "_":
            assert function.__doc__, f"{name}.{function.__name__}"
