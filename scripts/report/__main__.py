# SPDX-License-Identifier: BSD-3-Clause
"""Draws figures/*.png and report.html of a run folder that `patina analyse` has been through.

Usage: python3 scripts/report DIR. Needs matplotlib and h5py; nothing is fetched from a network.
"""
import sys

MODULE_MISSING = 78


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: python3 scripts/report DIR")
    try:
        import h5py  # noqa: F401
        import matplotlib
        import numpy  # noqa: F401
    except ImportError as missing:
        print(f"{missing}: apt-get install python3-matplotlib python3-h5py", file=sys.stderr)
        sys.exit(MODULE_MISSING)
    matplotlib.use("Agg")
    import page

    page.write_report(sys.argv[1])


if __name__ == "__main__":
    main()
