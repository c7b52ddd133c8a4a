# SPDX-License-Identifier: BSD-3-Clause
"""Which experiments there are. Each is a module with measure(study) and draw(study, pyplot) -> figure."""
import ast
import importlib
import pathlib

EXPERIMENTS = {
    "E1": "cooling_rates",
    "E2": "crossover",
    "E3": "ageing",
    "E4": "intermittency",
    "E5": "ultrastable",
    "E7": "compression",
    "E8": "cycling",
    "E9": "elastic_load",
    "E10": "ground_truth",
    "E11": "de_gennes",
}


def module(name):
    return importlib.import_module(EXPERIMENTS[name])


def title(name):
    """The first line of a module, which is not loaded: what it needs of Python need not be there."""
    text = (pathlib.Path(__file__).parent / f"{EXPERIMENTS[name]}.py").read_text(encoding="utf-8")
    return ast.get_docstring(ast.parse(text)).splitlines()[0]
