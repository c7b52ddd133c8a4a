# SPDX-License-Identifier: BSD-3-Clause
"""De Gennes narrowing: tau(q) of a liquid beside its S(q).

Input: a stationary liquid, watched at several q over all pairs of times. tau is where f falls to 1/e: at high q nothing of the decay is left
beyond the cage, and KWW fits are refused there. Rows E4 and E5 of the review, P6.
"""
import math

from crossover import first_fall_to
from statistics_of import mean
from study import replicas_of


def correlation(x, y):
    n = len(x)
    mx, my = sum(x) / n, sum(y) / n
    return sum((a - mx) * (b - my) for a, b in zip(x, y)) / math.sqrt(sum((a - mx) ** 2 for a in x) * sum((b - my) ** 2 for b in y))


def curves(replica):
    """(q, lags, f of each shell) of the multi-tau observer."""
    import h5py
    with h5py.File(replica / "xpcs.h5") as file:
        entry = next(g for g in file.values() if "channels" in g)
        scattering = entry["coherent_scattering"]
        return scattering["q_inv_A"][:].tolist(), scattering["lag_ps"][:].tolist(), scattering["f"][0].tolist()


def measure(study):
    folder = study.make("run")
    analysis = study.analysis(folder)
    by_kind = {d["kind"]: d for d in analysis["lag_dynamics"]}
    each = [curves(r) for r in replicas_of(folder)]
    shells = []
    for k, shell in enumerate(by_kind["multi_tau"]["shells"]):
        falls = [first_fall_to(math.exp(-1), lags, f[k]) for _, lags, f in each]
        fit = shell["coherent"]["fits"][0]
        shells.append({"q_inv_A": shell["q0_inv_A"], "S_x": shell["S_x"], "tau_e_ps": mean(falls),
                       "exponent": [fit["kww_exponent"]["value"], fit["kww_exponent"]["error"]] if fit["status"] == "fitted" else None})
    order = sorted(range(len(each[0][1])), key=lambda i: each[0][1][i])
    study.series = {"shells": shells, "S": [analysis["structure"][0]["q_inv_A"], analysis["structure"][0]["S_x"]],
                    "curves": {"lag_ps": [each[0][1][i] for i in order], "f": [[each[0][2][k][i] for i in order] for k in range(len(shells))]}}
    near = [s for s in shells if 2.0 <= s["q_inv_A"] <= 4.2]
    study.note("slowest_q_inv_A", max(near, key=lambda s: s["tau_e_ps"][0])["q_inv_A"])
    study.note("highest_S_q_inv_A", max(shells, key=lambda s: s["S_x"])["q_inv_A"])
    r = correlation([math.log(s["S_x"]) for s in near], [math.log(s["tau_e_ps"][0] * s["q_inv_A"] ** 2) for s in near])
    study.note("correlation_of_ln_tau_q2_and_ln_S", r, (1 - r * r) / math.sqrt(len(near) - 2))
    at = min(shells, key=lambda s: abs(s["q_inv_A"] - 2.75))
    study.note("tau_e_at_q1_ps", *at["tau_e_ps"])
    if at["exponent"]:
        study.note("exponent_at_q1", *at["exponent"])
    power = by_kind["multi_tau"]["waiting_times"][0]["q_power"]
    if power:
        study.note("q_power", power["value"], power["error"])
    for species in ("Cu", "Zr"):
        values = [10 * d["D_A2_per_ps"]["value"] for w in by_kind["dynamics"]["waiting_times"] for d in w["diffusion"] if d["species"] == species and d["D_A2_per_ps"]]
        if len(values) > 1:
            study.note(f"D_{species}_1e-9_m2_per_s", *mean(values))


def draw(study, pyplot):
    from style import sequence
    figure, panels = pyplot.subplots(1, 3, figsize=(11.5, 3.6))
    shells, shown = study.series["shells"], study.series["curves"]
    for s, f, colour in zip(shells, shown["f"], sequence(len(shells))):
        panels[0].plot(shown["lag_ps"], f, color=colour, lw=1, label=f"{s['q_inv_A']:g}")
    panels[0].set(xscale="log", xlabel="t (ps)", ylabel="f(q, t)", ylim=(-0.05, 1.02), xlim=(0.03, None))
    panels[0].legend(title="q (1/Å)", ncol=2, fontsize=6, title_fontsize=7)
    q = [s["q_inv_A"] for s in shells]
    panels[1].errorbar(q, [s["tau_e_ps"][0] for s in shells], [s["tau_e_ps"][1] for s in shells], fmt="o", label="tau (1/e)")
    base = shells[-1]["tau_e_ps"][0] * q[-1] ** 2
    panels[1].plot(q, [base / v**2 for v in q], color="0.6", lw=0.8, label="∝ 1/q²")
    panels[1].set(yscale="log", xlabel="q (1/Å)", ylabel="tau (ps)")
    panels[1].legend()
    panels[2].plot(*study.series["S"], color="0.5", label="$S_x(q)$")
    scaled = [s["tau_e_ps"][0] * s["q_inv_A"] ** 2 for s in shells]
    top = max(s["S_x"] for s in shells) / max(scaled)
    panels[2].errorbar(q, [top * v for v in scaled], [top * s["tau_e_ps"][1] * s["q_inv_A"] ** 2 for s in shells], fmt="o", label="tau q², scaled")
    panels[2].set(xlabel="q (1/Å)", xlim=(1, 6))
    panels[2].legend()
    return figure
