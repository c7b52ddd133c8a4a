# SPDX-License-Identifier: BSD-3-Clause
"""Figures of a dynamics observer: relaxation, displacements and their heterogeneity over decades of time."""
import html

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator

from captions import q_words, selected
from figures_scattering import FITTED, kww
from style import CYCLE, GREY, plain_log_ticks, sequence

LINES = ["-", "--", "-.", ":"]
MOST_CURVES = 8  # that can be told apart


class Dynamics:
    """What all replicas measured: of f numerators and denominators are added, of the rest the mean is taken."""

    def __init__(self, run, found):
        entry = found["entry"]

        def each(name):
            stored = run.dataset(entry, name)
            axis = 2 if name.startswith(("coherent", "self")) else 1
            lags = min((a.shape[axis] for a in stored), default=0)
            return [a.take(range(lags), axis) for a in stored]

        def mean(name):
            stored = each(name)
            return np.mean(stored, axis=0) if stored else None

        def error(name):
            """Standard errors: as stored, of replicas in quadrature."""
            stored = each(name)
            return np.sqrt(np.sum(np.square(stored), axis=0)) / len(stored) if stored else None

        self.waiting = run.dataset(entry, "coherent_scattering/waiting_time_ps")[0]
        self.q = run.dataset(entry, "coherent_scattering/q_inv_A")[0]
        a, b = (mean(f"coherent_scattering/square_at_{at}") for at in ("waiting_time", "lag"))
        self.f = mean("coherent_scattering/numerator") / np.sqrt(a * b)
        self.f_errors = error("coherent_scattering/f_errors")
        self._take_scatter(each("coherent_scattering/f"))
        self.lag = run.dataset(entry, "coherent_scattering/lag_ps")[0][:self.f.shape[-1]]
        self.self_part = mean("self_scattering/f")
        self.msd = mean("mean_square_displacement/msd")
        self.alpha_2 = mean("non_gaussian/alpha_2")
        self.overlap = mean("overlap/Q")
        self.chi4 = mean("chi4/sub_boxes")
        windowed = bool(run.attribute(entry, "q_set", "window_fwhm_A"))
        self.no_chi4 = ("no $\\chi_4$: the atoms under a window\nhave no sub-boxes to scatter among" if windowed else
                        "sub_boxes is 1:\nno $\\chi_4$ from their scatter")
        self.van_hove = mean("van_hove_self/distribution")
        r = run.dataset(entry, "van_hove_self/r_A")
        self.r = r[0] if r else None
        self.distinct = mean("van_hove_distinct/G")
        if self.distinct is not None:
            self.distinct_r = run.dataset(entry, "van_hove_distinct/r_A")[0]
            self.pairs = [name.decode() for name in run.dataset(entry, "van_hove_distinct/pairs")[0]]
        groups = run.dataset(entry, "mean_square_displacement/species")  # none of multi_tau
        self.groups = [name.decode() for name in groups[0]] if groups else []
        self.shells = found["shells"]
        # The shell where structure is strongest, or that nearest to the main peak of metallic glasses.
        strength = [shell["S_x"] or 0.0 for shell in self.shells]
        self.peak = int(np.argmax(strength)) if max(strength) > 0 else int(np.argmin(np.abs(self.q - 2.8)))

    def _take_scatter(self, of_replicas):
        """Single vectors have no errors of their own: four replicas or more give them, as in the analysis."""
        if len(of_replicas) >= 4:
            scatter = np.std(of_replicas, axis=0, ddof=1) / np.sqrt(len(of_replicas))
            self.f_errors = np.where(np.isfinite(self.f_errors), self.f_errors, scatter)

    def drawn(self):
        """Which q have curves, evenly spaced if there are many, each with its colour."""
        chosen = np.unique(np.linspace(0, len(self.q) - 1, min(len(self.q), MOST_CURVES)).round().astype(int))
        return list(zip(chosen, sequence(len(chosen))))

    def legend_title(self, text):
        return text if len(self.q) <= MOST_CURVES else f"{text}, {MOST_CURVES} of {len(self.q)}"

    def enough(self):
        return len(self.lag) >= 3


def relaxation_figure(run, found):
    d = Dynamics(run, found)
    if not d.enough():
        return None
    figure, panels = plt.subplots(2, 2, figsize=(8.8, 6.4))
    decays(panels[0][0], d)
    _ageing(panels[0][1], d)
    _self_parts(panels[1][0], d)
    tau_of_q(panels[1][1], d)
    for axes in panels.flat[:3]:
        time_axis(axes)
    return figure


def displacement_figure(run, found):
    d = Dynamics(run, found)
    if not d.enough():
        return None
    figure, panels = plt.subplots(3, 2, figsize=(8.8, 9.2))
    _displacements(panels[0][0], d)
    _van_hove(panels[0][1], d)
    _by_waiting_time(panels[1][0], d, d.overlap[..., -1], "overlap $Q(t)$ of all atoms")
    _by_species(panels[1][1], d, d.alpha_2, r"non-Gaussian parameter $\alpha_2$")
    _by_waiting_time(panels[2][0], d, d.alpha_2[..., -1], r"$\alpha_2$ of all atoms", bottom=None)  # it may be negative
    _by_waiting_time(panels[2][1], d, d.chi4, r"$\chi_4$ of sub-boxes", why=d.no_chi4)
    for axes in (panels[0][0], *panels[1], *panels[2]):
        time_axis(axes)
    return figure


def distinct_figure(run, found):
    """A panel for each pair of species, a curve for each of some lags from the first waiting time."""
    d = Dynamics(run, found)
    if d.distinct is None:
        return None
    measured = [(p, lags) for p in range(len(d.pairs)) if len(lags := np.flatnonzero(np.isfinite(d.distinct[0, :, 0, p])))]
    if not measured:
        return None
    figure, panels = plt.subplots(1, len(measured), figsize=(3.2 * len(measured) + 0.6, 3.2), squeeze=False)
    for axes, (p, lags) in zip(panels[0], measured):
        shown = lags[np.unique(np.linspace(0, len(lags) - 1, 5).astype(int))]
        for l, colour in zip(shown, sequence(len(shown))):
            axes.plot(d.distinct_r, d.distinct[0, l, :, p], color=colour, label=f"{d.lag[l]:.3g} ps")
        axes.axhline(1.0, color=GREY, lw=0.6)
        axes.set(xlabel="distance $r$ (Å)", xlim=(0, d.distinct_r[-1]), title=d.pairs[p])
        # Shells near r = 0 are small: a single atom there is a peak.
        axes.set_ylim(0, 1.15 * np.max(d.distinct[0, shown][:, d.distinct_r > 1.0, p], initial=1.0))
    panels[0][0].set_ylabel("$G_d(r,t)$ of the pair")
    panels[0][-1].legend(title="lag $t$", loc="best")
    return figure


def time_axis(axes):
    if not axes.axison:
        return
    axes.set_xscale("log")
    axes.set_xlabel("lag $t$ (ps)")
    plain_log_ticks(axes.xaxis)


def _points(axes, d, shell, w, fit, colour, label):
    """Points with error bars, the fit as a line within its window."""
    f, error = d.f[w, shell, 1:], d.f_errors[w, shell, 1:]
    good = np.isfinite(f)
    # Single vectors have no errors, and no bars.
    axes.errorbar(d.lag[1:][good], f[good], np.nan_to_num(error[good]), fmt="o", ms=2.4, lw=0.7, capsize=0, color=colour, label=label)
    if fit["status"] in FITTED:
        window = np.geomspace(fit["fit_window_ps"][0], fit["fit_window_ps"][1], 200)
        axes.plot(window, kww(fit, window), color=colour, lw=1.2)


def decays(axes, d):
    for k, colour in d.drawn():
        _points(axes, d, k, 0, d.shells[k]["coherent"]["fits"][0], colour, q_words(d.shells[k]))
    axes.axhline(0.0, color=GREY, lw=0.6)
    axes.set_ylabel(f"coherent $f(q,t)$ from $t_w$ = {d.waiting[0]:g} ps")
    axes.set_ylim(top=1.03)
    axes.legend(title=d.legend_title("$q$ (Å$^{-1}$)"), loc="best")


def _ageing(axes, d):
    for w, colour in enumerate(sequence(len(d.waiting))):
        _points(axes, d, d.peak, w, d.shells[d.peak]["coherent"]["fits"][w], colour, f"{d.waiting[w]:g} ps")
    axes.axhline(0.0, color=GREY, lw=0.6)
    axes.set_ylabel(rf"coherent $f(q,t)$ at {q_words(d.shells[d.peak])} Å$^{{-1}}$")
    axes.set_ylim(top=1.03)
    axes.legend(title="$t_w$", loc="best")


def _self_parts(axes, d):
    if d.self_part is None:
        blank(axes, "self_vectors is 0:\nno self parts")
        return
    for k, colour in d.drawn():
        for s in range(d.self_part.shape[-1]):
            axes.plot(d.lag[1:], d.self_part[0, k, 1:, s], LINES[s % 4], color=colour)
    axes.axhline(0.0, color=GREY, lw=0.6)
    axes.set_ylabel("self part $F_s(q,t)$")
    axes.set_ylim(top=1.03)
    axes.legend([Line2D([], [], color=GREY, ls=LINES[s % 4]) for s in range(d.self_part.shape[-1])], d.groups, loc="best")


def tau_of_q(axes, d):
    drawn = False
    for w, colour in enumerate(sequence(len(d.waiting))):
        fits = [(q, shell["coherent"]["fits"][w]) for q, shell in zip(d.q, d.shells)]
        fits = [(q, fit["tau_ps"]) for q, fit in fits if fit["status"] == "fitted"]
        if not fits:
            continue
        q, tau = zip(*fits)
        value = np.array([t["value"] for t in tau])
        interval = np.array([t["interval_68"] for t in tau]).T
        axes.errorbar(q, value, np.maximum(0.0, [value - interval[0], interval[1] - value]), fmt="o-", ms=3.5, lw=0.8,
                      color=colour, label=f"{d.waiting[w]:g} ps")
        drawn = True
    if not drawn:
        blank(axes, _why_no_time(d))
        return
    axes.set(xscale="log", yscale="log", xlabel=r"$q$ (Å$^{-1}$)", ylabel=r"$\tau(q)$ (ps)")
    axes.set_xticks(d.q, minor=False)
    axes.minorticks_off()
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    plain_log_ticks(axes.xaxis)
    plain_log_ticks(axes.yaxis)
    axes.legend(title="$t_w$", loc="best")


def _why_no_time(d):
    """What stands where no relaxation time could be fitted."""
    if not np.isfinite(d.f_errors[..., 1:]).any():
        return "single vectors have no errors:\nno relaxation times are fitted"
    return "no decay is complete enough\nfor a relaxation time"


def _ends(d):
    return {0: "-", len(d.waiting) - 1: "--"} if len(d.waiting) > 1 else {0: "-"}


def at_rest(d):
    """Whether no atom leaves its place relative to the centre of mass."""
    measured = d.msd[:, 1:][np.isfinite(d.msd[:, 1:])]
    return measured.size > 0 and measured.max() == 0.0


def _displacements(axes, d):
    if at_rest(d):
        blank(axes, "nothing moves relative\nto the centre of mass")
        return
    for g, name in enumerate(d.groups[:-1]):
        for w, line in _ends(d).items():
            axes.plot(d.lag[1:], d.msd[w, 1:, g], line, color=CYCLE[g % len(CYCLE)], label=name if w == 0 else None)
    axes.set_yscale("log")
    axes.set_ylabel(r"mean square displacement (Å$^2$)")
    handles, labels = axes.get_legend_handles_labels()
    for w, line in _ends(d).items():
        handles.append(Line2D([], [], color=GREY, ls=line))
        labels.append(f"$t_w$ = {d.waiting[w]:g} ps")
    axes.legend(handles, labels, loc="best")


def blank(axes, why):
    """A panel without anything to show says why."""
    axes.axis("off")
    axes.text(0.5, 0.5, why, ha="center", va="center", transform=axes.transAxes)


def _van_hove(axes, d):
    if d.van_hove is None:
        blank(axes, "van_hove_max_A is 0:\nno distribution of displacements")
        return
    # Every group has values where one has atoms: of a species that the window leaves out there are none.
    measured = np.flatnonzero(np.isfinite(d.van_hove[0, :, 0]).any(axis=-1))[1:]
    if not len(measured):
        blank(axes, "no displacements were measured")
        return
    shown = measured[np.unique(np.linspace(0, len(measured) - 1, 5).astype(int))]
    for l, colour in zip(shown, sequence(len(shown))):
        for g in range(len(d.groups) - 1):
            share = d.van_hove[0, l, :, g]
            axes.plot(d.r, np.where(share > 0.0, share, np.nan), LINES[g % 4], color=colour, label=f"{d.lag[l]:.3g} ps" if g == 0 else None)
    axes.set(xlabel="displacement $r$ (Å)", ylabel=r"$4\pi r^2 G_s(r,t)$ (Å$^{-1}$)", yscale="log", xlim=(0, d.r[-1]))
    handles, labels = axes.get_legend_handles_labels()
    for g, name in enumerate(d.groups[:-1]):
        handles.append(Line2D([], [], color=GREY, ls=LINES[g % 4]))
        labels.append(name)
    axes.legend(handles, labels, ncol=2, loc="upper right")


def _by_waiting_time(axes, d, table, label, why="nothing was measured", bottom=0.0):
    if not np.isfinite(table[:, 1:]).any():
        blank(axes, why)
        return
    for w, colour in enumerate(sequence(len(d.waiting))):
        axes.plot(d.lag[1:], table[w, 1:], color=colour, label=f"{d.waiting[w]:g} ps")
    axes.set_ylabel(label)
    axes.axhline(0.0, color=GREY, lw=0.6)
    axes.set_ylim(bottom=bottom)
    axes.legend(title="$t_w$", loc="best")


def _by_species(axes, d, table, label):
    for g, name in enumerate(d.groups):
        axes.plot(d.lag[1:], table[0, 1:, g], color=CYCLE[g % len(CYCLE)] if name != "all" else GREY, label=name)
    axes.set_ylabel(f"{label}, $t_w$ = {d.waiting[0]:g} ps")
    axes.axhline(0.0, color=GREY, lw=0.6)
    axes.legend(loc="best")


def alone(found):
    """Single vectors without replicas: no errors, so no fits."""
    return all("miller" in shell for shell in found["shells"]) and found["replicas"] < 4


def of_each(found):
    """Whose f(q,t) stand in a figure, and what their bars are."""
    if alone(found):
        return "of each vector, which by itself has no error, and is not fitted"
    if all("miller" in shell for shell in found["shells"]):
        return "of each vector with standard errors, from the scatter of replicas, and Kohlrausch fits"
    return "of each shell with standard errors and Kohlrausch fits"


def mean_of(found):
    return f", mean of {found['replicas']} replicas" if found["replicas"] > 1 else ""


def relaxation_caption(run, found):
    powers = [(w["waiting_time_ps"], w["q_power"]) for w in found["waiting_times"] if w["q_power"]]
    text = (f"Relaxation over decades of time{mean_of(found)}{html.escape(selected(found))}. Top: coherent f(q,t) {of_each(found)}; and of one for each "
            "waiting time. Bottom: self parts of the species, and relaxation times "
            "against q. ")
    if powers:
        text += "τ falls as q<sup>−n</sup>, " + "; ".join(
            f"n = {p['value']:.2f} ± {p['error']:.2f} at t<sub>w</sub> = {t:g} ps" for t, p in powers) + ": 2 is diffusion. "
    return text


DISTINCT_CAPTION = ("Where other atoms are: the distinct van Hove function G<sub>d</sub>(r,t) of each pair of species, the density at distance r from where an "
                    "atom was, a time t ago, over the mean. At t = 0 it is g(r); what fills r = 0 are atoms that took another's place.")


def displacement_caption(run, found):
    words = []
    for at in found["waiting_times"]:
        for one in at["diffusion"]:
            if one["D_A2_per_ps"]:
                error = one["D_A2_per_ps"]["error"]
                words.append(f"D of {one['species']} = {one['D_A2_per_ps']['value']:.3g}" + (f" ± {error:.1g}" if error else "")
                             + f" Å<sup>2</sup>/ps from t<sub>w</sub> = {at['waiting_time_ps']:g} ps")
    if at_rest(Dynamics(run, found)):
        return f"Nothing moves relative to the centre of mass{html.escape(selected(found))}: f(q,t) = 1, no displacements."
    return (f"How far atoms move, and how unevenly{mean_of(found)}{html.escape(selected(found))}: mean square displacements; the distribution of displacements; "
            "the share of atoms still where they were; the non-Gaussian parameter; χ<sub>4</sub> from the scatter of the overlap among "
            "sub-boxes. " + ("; ".join(words) + "." if words else
                             "No mean square displacement is linear in time yet: no diffusion coefficient."))
