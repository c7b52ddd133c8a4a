# SPDX-License-Identifier: BSD-3-Clause
"""What every program here begins with."""
import importlib
import sys

MODULE_MISSING = 78  # exit status: EX_CONFIG


def without_window(*modules):
    """Makes matplotlib draw into files; ends the program if it or one of the modules is missing, saying how to get them."""
    try:
        matplotlib = importlib.import_module("matplotlib")
        for module in modules:
            importlib.import_module(module)
    except ImportError as missing:
        print(f"{missing}: apt-get install python3-matplotlib python3-h5py", file=sys.stderr)
        sys.exit(MODULE_MISSING)
    matplotlib.use("Agg")
