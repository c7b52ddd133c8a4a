# SPDX-License-Identifier: BSD-3-Clause
"""Stress relaxation across the glass transition: what a step strain leaves, and tau_sigma beside tau_q of the same hold. Rows P2, P9.

Each temperature is a run: a liquid is cooled to it, rests, and is sheared within one time step. G(t), its fits and their verdicts are those of `patina analyse`.
"""
PART = "relaxation"


def measure(study):
    """{variant: numbers}, coldest first; nothing at sizes without such an input."""
    if PART not in study.parts():
        return {}
    table = {}
    for variant in study.variants(PART):
        analysis = study.analysis(study.make(variant, PART))
        one, motion = analysis["stress_relaxation"][-1], analysis["relaxation"][-1]
        known = [(t, g, e) for t, g, e in zip(one["time_ps"], one["modulus_GPa"], one["modulus_errors_GPa"]) if g is not None and e is not None]
        kept = [(t, f) for t, f in zip(motion["lag_ps"], motion["coherent"]["f"][0]) if f is not None]
        fit = one["fit"]
        ratio = next(iter(one["tau_sigma_over_tau_q"]), None)
        table[variant] = {"T_K": analysis["relaxation"][-1]["temperature_K"], "time_ps": [t for t, _, _ in known], "G_GPa": [g for _, g, _ in known], "G_error_GPa": [e for _, _, e in known],
                          "lag_ps": [t for t, _ in kept], "f": [f for _, f in kept], "preferred": fit.get("preferred", "refused"), "verdict": fit.get("verdict") or fit.get("reason"),
                          "tau_sigma_ps": fit.get("tau_sigma_ps"), "no_ratio": one.get("no_ratio"), "ratio": [ratio["value"], ratio["error"]] if ratio else None}
        study.note(f"G_end_{variant}_GPa", known[-1][1], known[-1][2])
        study.note(f"G_end_over_begin_{variant}", known[-1][1] / known[0][1], known[-1][2] / known[0][1])
        if ratio:
            study.note(f"tau_sigma_over_tau_q_{variant}", ratio["value"], ratio["error"])
        if fit.get("tau_sigma_ps"):
            study.note(f"tau_sigma_{variant}_ps", fit["tau_sigma_ps"]["value"], fit["tau_sigma_ps"]["error"])
        study.note(f"stress_decays_{variant}", {"one": 1, "two": 2}.get(table[variant]["preferred"], 0))
    return dict(sorted(table.items(), key=lambda item: item[1]["T_K"]))


def draw(panels, table):
    from style import sequence
    for row, colour in zip(table.values(), sequence(len(table))):
        panels[0].errorbar(row["time_ps"], row["G_GPa"], row["G_error_GPa"], fmt="o-", ms=3, color=colour, label=f"{row['T_K']:.0f} K")
        panels[1].plot(row["lag_ps"][1:], row["f"][1:], color=colour, label=f"{row['T_K']:.0f} K")
    panels[0].axhline(0, color="0.6", lw=0.8)
    panels[0].set(xscale="log", xlabel="t after the strain (ps)", ylabel="G(t) (GPa), shear of 8 %")
    panels[0].legend(fontsize=7)
    panels[1].set(xscale="log", xlabel="t (ps)", ylabel="f(q = 2.75 1/Å, t) of the same holds", ylim=(-0.05, 1.02))
