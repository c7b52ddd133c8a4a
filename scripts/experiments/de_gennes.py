# SPDX-License-Identifier: BSD-3-Clause
"""De Gennes narrowing: tau(q) of a liquid beside its S(q).

Input: a liquid at 1500 K, watched at several q over all pairs of times. Rows E4 and E5 of the review, P6.
"""
import math

from crossover import first_fall_to


def correlation(x, y):
    n = len(x)
    mx, my = sum(x) / n, sum(y) / n
    return sum((a - mx) * (b - my) for a, b in zip(x, y)) / math.sqrt(sum((a - mx) ** 2 for a in x) * sum((b - my) ** 2 for b in y))


def measure(study):
    folder = study.make("run")
    analysis = study.analysis(folder)
    by_kind = {d["kind"]: d for d in analysis["lag_dynamics"]}
    shells = []
    for shell in by_kind["multi_tau"]["shells"]:
        fit = shell["coherent"]["fits"][0]
        if fit["status"] == "refused":
            continue
        q = shell["q0_inv_A"]
        shells.append({"q_inv_A": q, "S_x": shell["S_x"], "tau_ps": [fit["tau_ps"]["value"], fit["tau_ps"]["error"]], "mean_tau_ps": [fit["mean_tau_ps"]["value"], fit["mean_tau_ps"]["error"]],
                       "exponent": [fit["kww_exponent"]["value"], fit["kww_exponent"]["error"]], "amplitude": fit["amplitude"]["value"]})
    study.series = {"shells": shells, "S": [analysis["structure"][0]["q_inv_A"], analysis["structure"][0]["S_x"]],
                    "q_power": by_kind["multi_tau"]["waiting_times"][0]["q_power"]}
    peak = max(shells, key=lambda s: s["tau_ps"][0])
    highest = max(shells, key=lambda s: s["S_x"])
    study.note("slowest_q_inv_A", peak["q_inv_A"])
    study.note("highest_S_q_inv_A", highest["q_inv_A"])
    near = [s for s in shells if 2.0 <= s["q_inv_A"] <= 4.2]
    x, y = [math.log(s["S_x"]) for s in near], [math.log(s["tau_ps"][0] * s["q_inv_A"] ** 2) for s in near]
    study.note("correlation_of_ln_tau_q2_and_ln_S", correlation(x, y), math.sqrt(max(1 - correlation(x, y) ** 2, 0) / (len(near) - 2)))
    at = min(shells, key=lambda s: abs(s["q_inv_A"] - 2.75))
    study.note("exponent_at_q1", *at["exponent"])
    study.note("tau_at_q1_ps", *at["tau_ps"])
    for one in by_kind["dynamics"]["waiting_times"][:1]:
        for d in one["diffusion"]:
            if d["D_A2_per_ps"] and d["species"] in ("Cu", "Zr"):
                values = [x["D_A2_per_ps"] for w in by_kind["dynamics"]["waiting_times"] for x in w["diffusion"] if x["species"] == d["species"] and x["D_A2_per_ps"]]
                study.note(f"D_{d['species']}_1e-9_m2_per_s", 10 * sum(v["value"] for v in values) / len(values), 10 * max(v["error"] or 0 for v in values))


def draw(study, pyplot):
    figure, panels = pyplot.subplots(1, 3, figsize=(11.5, 3.5))
    shells = study.series["shells"]
    q = [s["q_inv_A"] for s in shells]
    panels[0].errorbar(q, [s["tau_ps"][0] for s in shells], [s["tau_ps"][1] for s in shells], fmt="o", label="tau")
    base = shells[-1]["tau_ps"][0] * shells[-1]["q_inv_A"] ** 2
    panels[0].plot(q, [base / v**2 for v in q], color="0.6", lw=0.8, label="∝ 1/q²")
    panels[0].set(yscale="log", xlabel="q (1/Å)", ylabel="tau (ps)")
    panels[0].legend()
    panels[1].plot(*study.series["S"], color="0.5", label="$S_x(q)$")
    scaled = [s["tau_ps"][0] * s["q_inv_A"] ** 2 for s in shells]
    top = max(s["S_x"] for s in shells) / max(scaled)
    panels[1].plot(q, [top * v for v in scaled], "o", label="tau q², scaled")
    panels[1].set(xlabel="q (1/Å)", xlim=(1, 6))
    panels[1].legend()
    panels[2].errorbar(q, [s["exponent"][0] for s in shells], [s["exponent"][1] for s in shells], fmt="o")
    panels[2].axhline(1, color="0.6", lw=0.8)
    panels[2].set(xlabel="q (1/Å)", ylabel="KWW exponent")
    return figure
