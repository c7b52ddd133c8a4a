# SPDX-License-Identifier: BSD-3-Clause
"""Figures of what does not age: multi-tau correlations with currents and their spectra, pair distributions."""
import html

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D

from captions import q_words, selected
from figures_dynamics import Dynamics, alone, decays, mean_of, of_each, tau_of_q, time_axis
from style import CYCLE, GREY


def multi_tau_figure(run, found):
    d = Dynamics(run, found)
    if not d.enough():
        return None
    entry = found["entry"]
    currents = [np.mean(stored, axis=0) for stored in (run.dataset(entry, f"currents/{name}") for name in ("C_L", "C_T")) if stored]
    figure, panels = plt.subplots(2 if currents else 1, 2, figsize=(8.8, 6.4 if currents else 3.3), squeeze=False)
    decays(panels[0][0], d)
    panels[0][0].set_ylabel("coherent $f(q,t)$")
    time_axis(panels[0][0])
    tau_of_q(panels[0][1], d)
    if panels[0][1].get_legend():
        panels[0][1].get_legend().remove()
    if currents:
        _currents(panels[1][0], d, currents)
        _spectra(panels[1][1], d, currents[0])
    return figure


def _currents(axes, d, currents):
    for k, colour in d.drawn():
        for table, line in zip(currents, ("-", "--")):
            axes.plot(d.lag, table[k], line, color=colour, lw=1.1)
    axes.axhline(0.0, color=GREY, lw=0.6)
    # Where the fastest shell's first swing and the slowest's fit.
    axes.set(xlabel="lag $t$ (ps)", ylabel=r"current correlation (Å$^2$ ps$^{-2}$)", xlim=(0.0, min(1.0, d.lag[-1])))
    axes.legend([Line2D([], [], color=GREY, ls=line) for line in ("-", "--")], ["$C_L(q,t)$", "$C_T(q,t)$"], loc="best")


def window_end(lag):
    """The last lag (ps) that spectra are made of."""
    return lag[lag <= min(2.0, lag[-1])][-1]


def spectrum(lag, correlation, omega):
    """(1/pi) int_0^end C(t) cos(omega t) w(t) dt by trapezia, with a Hann window that ends at the last lag used. A line that is
    infinitely sharp comes out 2 pi / end wide (full width at half maximum)."""
    used = lag <= window_end(lag)
    t, c = lag[used], correlation[used]
    # A channel's lag may be some tenths of ps long: straight lines between channels.
    fine = np.arange(0.0, t[-1], max(0.25 * t[1], t[-1] / 4000))
    values = np.interp(fine, t, c) * np.cos(0.5 * np.pi * fine / t[-1])**2
    return np.trapz(values[None, :] * np.cos(np.outer(omega, fine)), fine, axis=1) / np.pi


def longitudinal_peaks(d, c_l):
    """Frequency (rad/ps) of the highest point of each shell's spectrum."""
    omega = np.linspace(0.0, 80.0, 801)
    return omega, [spectrum(d.lag, row, omega) for row in c_l]


def _spectra(axes, d, c_l):
    omega, spectra = longitudinal_peaks(d, c_l)
    for k, colour in d.drawn():
        peak = int(np.argmax(spectra[k]))
        axes.plot(omega, spectra[k], color=colour, label=f"{q_words(d.shells[k])}: {omega[peak]:.1f}")
        axes.plot(omega[peak], spectra[k][peak], "o", ms=3.5, color=colour)
    axes.axhline(0.0, color=GREY, lw=0.6)
    axes.set(xlabel=r"$\omega$ (rad ps$^{-1}$)", ylabel=r"$C_L(q,\omega)$ (Å$^2$ ps$^{-1}$)", xlim=(0.0, omega[-1]))
    axes.legend(title=d.legend_title(r"$q$ (Å$^{-1}$): peak (rad ps$^{-1}$)"), loc="best")


def multi_tau_caption(run, found):
    power = found["waiting_times"][0]["q_power"]
    text = (f"Stationary dynamics over all pairs of times{mean_of(found)}{html.escape(selected(found))}. Top: coherent f(q,t) {of_each(found)}"
            + ("" if alone(found) else "; and relaxation times against q"))
    text += f", which fall as q<sup>−n</sup>, n = {power['value']:.2f} ± {power['error']:.2f}. " if power else ". "
    if run.dataset(found["entry"], "currents/C_L"):
        end = window_end(Dynamics(run, found).lag)
        text += ("Bottom: correlations of the longitudinal and transverse currents of all atoms, unweighted (colours as above; both begin at the "
                 "mean of k<sub>B</sub>T/m), and the spectra of the longitudinal one with their highest points: sound at small q. They are "
                 f"cosine transforms under a Hann window that ends at {end:.3g} ps: no line is narrower than {2 * np.pi / end:.2g} rad/ps, and "
                 "ripples below zero are those of the window and of noise.")
    return text


def pair_figure(run, entry):
    g, r = run.dataset(entry, "pair_distribution/g"), run.dataset(entry, "pair_distribution/r_A")
    n, edge = run.dataset(entry, "coordination/n"), run.dataset(entry, "coordination/r_A")
    if not g or any(one.shape != g[0].shape for one in g):
        return None
    pairs = [name.decode() for name in run.dataset(entry, "pair_distribution/pairs")[0]]
    species = [name.decode() for name in run.dataset(entry, "coordination/species")[0]]
    figure, panels = plt.subplots(1, 2, figsize=(8.8, 3.6))
    for k, name in enumerate(pairs):
        panels[0].plot(r[0], np.mean(g, axis=0)[:, k], color=CYCLE[k % len(CYCLE)], ls=["-", "--", "-."][k % 3], label=name)
    panels[0].axhline(1.0, color=GREY, lw=0.6)
    panels[0].set(xlabel="$r$ (Å)", ylabel="$g_{ab}(r)$", xlim=(0.0, edge[0][-1]), ylim=(0.0, None))
    panels[0].legend()
    number = np.mean(n, axis=0)
    for a, colour in zip(range(len(species)), CYCLE):
        for b in range(len(species)):
            panels[1].plot(edge[0], number[:, a, b], ["-", "--", "-.", ":"][b % 4], color=colour, label=f"{species[b]} around {species[a]}")
        panels[1].plot(edge[0], number[:, a].sum(axis=1), color=colour, lw=0.7, alpha=0.6)
    panels[1].set(xlabel="$R$ (Å)", ylabel="neighbours closer than $R$", xlim=(2.0, 5.5), ylim=(0.0, 25.0))
    panels[1].legend()
    return figure


def pair_caption(run, entry):
    frames = run.dataset(entry, "pair_distribution/g")
    return (f"Pair distribution functions{f', mean of {len(frames)} replicas' if len(frames) > 1 else ''}, all periodic images counted, "
            "and running coordination numbers; thin: neighbours of either species.")
