# SPDX-License-Identifier: BSD-3-Clause
"""Draws what `patina analyse FILE` found in speckles.

Usage: python3 scripts/report/speckles.py ANALYSIS.json FIGURE. Needs matplotlib and numpy.
"""
import json
import sys

import drawing


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: python3 scripts/report/speckles.py ANALYSIS.json FIGURE")
    drawing.without_window("numpy")
    import figures_speckles
    import style

    style.use()
    with open(sys.argv[1], encoding="utf-8") as file:
        figure = figures_speckles.speckle_figure(json.load(file)["speckles"])
    if figure is None:
        sys.exit(f"{sys.argv[1]}: no two-time correlation to draw")
    figure.savefig(sys.argv[2])


if __name__ == "__main__":
    main()
