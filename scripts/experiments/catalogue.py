# SPDX-License-Identifier: BSD-3-Clause
"""Which experiments there are. Each is a module with measure(study) and draw(study, pyplot) -> figure."""
import importlib

EXPERIMENTS = {
    "E1": "cooling_rates",
    "E2": "crossover",
    "E3": "ageing",
    "E4": "intermittency",
    "E6": "shear_band",
    "E7": "compression",
    "E8": "cycling",
    "E9": "elastic_load",
    "E10": "ground_truth",
    "E11": "de_gennes",
}


def module(name):
    return importlib.import_module(EXPERIMENTS[name])


def title(name):
    return module(name).__doc__.splitlines()[0]
