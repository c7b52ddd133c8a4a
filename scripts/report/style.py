# SPDX-License-Identifier: BSD-3-Clause
"""One look for all figures: print size, legible, safe for colour-blind readers."""
import matplotlib
import matplotlib.pyplot as plt

# Okabe & Ito's palette.
BLUE, ORANGE, GREEN, RED, SKY, PURPLE = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7"
GREY = "#666666"
CYCLE = [BLUE, RED, GREEN, PURPLE, ORANGE, SKY]
DPI = 180


def use():
    plt.rcParams.update({
        "figure.dpi": DPI, "savefig.dpi": DPI, "figure.constrained_layout.use": True,
        "font.family": "DejaVu Sans", "font.size": 9.5, "axes.labelsize": 10, "axes.titlesize": 10,
        "legend.fontsize": 8.5, "xtick.labelsize": 9, "ytick.labelsize": 9,
        "axes.prop_cycle": matplotlib.cycler(color=CYCLE), "axes.linewidth": 0.8, "lines.linewidth": 1.4,
        "xtick.direction": "in", "ytick.direction": "in", "xtick.top": True, "ytick.right": True,
        "legend.frameon": False, "errorbar.capsize": 2, "mathtext.default": "regular",
    })


def sequence(count):
    """Colours of an ordered set (waiting times): dark to light, readable in grey."""
    if count == 1:
        return [BLUE]
    return [matplotlib.colormaps["viridis"](0.88 * i / (count - 1)) for i in range(count)]


def legend_beside(axes, *entries, top=1.0, **options):
    """Right of the axes, where it hides no data."""
    return axes.legend(*entries, loc="upper left", bbox_to_anchor=(1.0, top), borderaxespad=0.2, handlelength=1.4, **options)


def legend_above(axes, *entries, columns=2, **options):
    """The same, for long words."""
    return axes.legend(*entries, loc="lower left", bbox_to_anchor=(0.0, 1.0), borderaxespad=0.2, ncol=columns, columnspacing=1.2, handlelength=1.4, **options)


def bin_name(q, phi=None):
    """Of a ring, or of a sector of it."""
    return f"{q:.4g}" if phi is None else f"{q:.4g}, {phi:.0f}°"


def plain_log_ticks(axis):
    """10 instead of 10^1 where the numbers are short."""
    axis.set_major_formatter(matplotlib.ticker.FuncFormatter(lambda value, _: f"{value:g}"))


def short_log_ticks(figure):
    """Of each logarithmic axis that shows less than two decades: plain numbers at 1, 2, 5 (or fewer), instead of 1.2 x 10^0 at each minor tick."""
    for axes in figure.axes:
        for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            if axis.get_scale() != "log" or not 0 < low < high or high > 100 * low:
                continue
            axis.set_major_locator(matplotlib.ticker.MaxNLocator(6) if high < 4 * low else matplotlib.ticker.LogLocator(subs=(1, 2, 5)))
            axis.set_minor_formatter(matplotlib.ticker.NullFormatter())
            plain_log_ticks(axis)
