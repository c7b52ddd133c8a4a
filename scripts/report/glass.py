# SPDX-License-Identifier: BSD-3-Clause
"""Draws what `patina analyse` found in several runs, or in a table of tau(T).

Usage: python3 scripts/report/glass.py ANALYSIS.json FIGURE. Needs matplotlib and numpy. tau(T) where it is, else c_p(T), else T_g against the rate.
"""
import json
import sys

import drawing


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: python3 scripts/report/glass.py ANALYSIS.json FIGURE")
    drawing.without_window("numpy")
    import figures_glass
    import style

    style.use()
    with open(sys.argv[1], encoding="utf-8") as file:
        found = json.load(file)
    figure = None
    if found.get("tau_of_temperature"):
        figure = figures_glass.tau_figure(found["tau_of_temperature"])
    elif found.get("heating"):
        figure = figures_glass.heating_figure(found["heating"])
    elif found.get("Tg_against_rate", {}).get("points"):
        figure = figures_glass.rates_figure(found["Tg_against_rate"])
    if figure is None:
        sys.exit(f"{sys.argv[1]}: neither tau(T) nor c_p(T) nor T_g against rate to draw")
    figure.savefig(sys.argv[2])


if __name__ == "__main__":
    main()
