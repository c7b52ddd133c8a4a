# SPDX-License-Identifier: BSD-3-Clause
"""Draws what `patina structure --output` found: populations of Voronoi indices, sizes of clusters of icosahedra, what changes from frame to
frame, and rearrangements.

Usage: python3 scripts/report/structure.py STRUCTURE.json FIGURE. Needs matplotlib.
"""
import json
import sys

import drawing

MOST_INDICES = 8


def _populations(axes, found):
    from style import CYCLE
    row, names = 0, []
    for species, colour in zip(found["cells"], CYCLE):
        for one in [p for p in found["populations"] if p["centre"] == species][:MOST_INDICES]:
            fraction = one["fraction"]
            axes.barh(row, 100 * fraction["mean"], xerr=None if fraction["error"] is None else 100 * fraction["error"], color=colour, height=0.75)
            names.append(f"{species} <{','.join(map(str, one['index']))}>")
            row += 1
        row += 0.6
        names.append(None)
    places = [bar.get_y() + 0.5 * bar.get_height() for bar in axes.patches]
    axes.set_yticks(places, [name for name in names if name], fontsize=7.5)
    axes.invert_yaxis()
    axes.set(xlabel="% of the species' cells", title="Voronoi indices")


def _sizes(axes, label, clusters_of_frames):
    """How many clusters of at least a size there are, mean over frames."""
    sizes = sorted({size for clusters in clusters_of_frames for size in clusters})
    if not sizes:
        return
    counts = [sum(size >= least for clusters in clusters_of_frames for size in clusters) / len(clusters_of_frames) for least in sizes]
    axes.step(sizes, counts, where="mid", marker="o", ms=3, label=label)


def _icosahedra(axes, series):
    _sizes(axes, "interpenetrating", [frame["icosahedra"]["cluster_sizes"] for frame in series])
    _sizes(axes, "sharing atoms", [frame["icosahedra"]["sharing_cluster_sizes"] for frame in series])
    axes.set(xscale="log", yscale="log", xlabel="icosahedra in a cluster, at least", ylabel="clusters in a frame", title="icosahedra")
    if axes.lines:
        axes.legend()
    else:
        axes.text(0.5, 0.5, "none", transform=axes.transAxes, ha="center")


def _times(series):
    if all(frame["time_ps"] is not None for frame in series):
        return [frame["time_ps"] for frame in series], "time (ps)"
    return [frame["step"] for frame in series], "step"


def _changes(axes, series):
    times, label = _times(series)
    for name, values in (("icosahedra", [frame["icosahedra"]["number"] / frame["closed_cells"] if frame["closed_cells"] else None for frame in series]),
                         ("Z16", [frame["z16_fraction"] for frame in series]),
                         (r"crystalline ($\bar q_6$)", [frame["crystalline_fraction"] for frame in series])):
        axes.plot(times, [float("nan") if value is None else 100 * value for value in values], "o-", ms=3, label=name)
    axes.set(xlabel=label, ylabel="% of closed cells", title="order")
    axes.legend()


def _deformation(axes, series):
    from style import BLUE, RED
    series = [frame for frame in series if "deformation" in frame]
    times, label = _times(series)
    axes.plot(times, [frame["deformation"]["mean_d2_min_A2"] for frame in series], "o-", ms=3, color=BLUE)
    axes.set(xlabel=label, title="deformation")
    axes.set_ylabel("mean $D^2_{min}$ (Å$^2$)", color=BLUE)
    right = axes.twinx()
    right.plot(times, [max([event["atoms"] for event in frame["deformation"]["rearrangements"]], default=0) for frame in series], "s-", ms=3, color=RED)
    right.set_ylabel("atoms of the largest rearrangement", color=RED)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: python3 scripts/report/structure.py STRUCTURE.json FIGURE")
    drawing.without_window()
    import matplotlib.pyplot as plt
    import style

    style.use()
    with open(sys.argv[1], encoding="utf-8") as file:
        found = json.load(file)
    series = found["series"]
    draw = [lambda axes: _populations(axes, found), lambda axes: _icosahedra(axes, series)]
    if len(series) > 1:
        draw.append(lambda axes: _changes(axes, series))
    if any("deformation" in frame for frame in series):
        draw.append(lambda axes: _deformation(axes, series))
    figure, panels = plt.subplots((len(draw) + 1) // 2, 2, figsize=(8.8, 3.6 * ((len(draw) + 1) // 2)), squeeze=False)
    panels = panels.ravel()
    for axes, one in zip(panels, draw):
        one(axes)
    for axes in panels[len(draw):]:
        axes.axis("off")
    figure.savefig(sys.argv[2])


if __name__ == "__main__":
    main()
