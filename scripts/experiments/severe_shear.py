# SPDX-License-Identifier: BSD-3-Clause
"""Severe deformation: cyclic shear, amplitudes times pressures; heterogeneity compared at equal tau. Rows P12, P18.

A glass annealed at 850 K is loaded, sheared to and fro at 300 K, released and unloaded. The relaxation enthalpy here is its excess, in energy of inherent structures and
replica by replica, over what the glass without shear comes to by a longer anneal at 850 K in the end.
"""
import math

from crossover import first_fall_to
from minima import ends
from statistics_of import difference, mean, paired
from study import read_json, replicas_of, thermo_of

CONTROL = "free-0GPa"


def averaged(array):
    """Over waiting times, of (W, L) or (W, L, G; the last group), without what is not there."""
    rows = [[v[-1] if hasattr(v, "__len__") else v for v in row] for row in array.tolist()]
    columns = [[v for v in column if not math.isnan(v)] for column in zip(*rows)]
    return [sum(c) / len(c) if c else math.nan for c in columns]


def heterogeneity(replica):
    """{entry: {half_ps: when f(q1) is a half, highest chi_4 (of sub-boxes) and alpha_2}} of the observers "dynamics"."""
    import h5py
    found = {}
    with h5py.File(replica / "xpcs.h5") as file:
        for name, entry in file.items():
            if "chi4" in entry:
                scattering = entry["coherent_scattering"]
                f = averaged(scattering["f"][:, 0, :])
                known = [k for k, v in enumerate(f) if not math.isnan(v)]
                lags = [float(scattering["lag_ps"][k]) for k in known]
                found[name] = {"half_ps": first_fall_to(0.5, lags, [f[k] for k in known]), "lag_ps": lags, "f": [f[k] for k in known],
                               "chi4": max(v for v in averaged(entry["chi4/sub_boxes"][:]) if not math.isnan(v)),
                               "alpha2": max(v for v in averaged(entry["non_gaussian/alpha_2"][:]) if not math.isnan(v))}
    return found


def at_equal_tau(points, log_tau, key):
    """(value, error) of the straight line through the control's neighbouring points (ln tau, its values); None farther beyond them than a quarter of their distance."""
    points = sorted(points, key=lambda p: p["log_tau"][0])
    for a, b in zip(points, points[1:]):
        part = (log_tau - a["log_tau"][0]) / (b["log_tau"][0] - a["log_tau"][0])
        if (0 if a is not points[0] else -0.25) <= part <= (1 if b is not points[-1] else 1.25):
            return (1 - part) * a[key][0] + part * b[key][0], math.hypot((1 - part) * a[key][1], part * b[key][1])
    return None


def drifts(folder, atoms):
    """By how much conserved_eV changes, meV per atom, over each leg of the shear; of all replicas."""
    protocol = read_json(folder / "resolved.json")["protocol"]
    found = []
    for replica in replicas_of(folder):
        t = thermo_of(replica)
        for k, step in enumerate(protocol):
            if step["type"] == "deform":
                values = [c for c, s in zip(t["conserved_eV"], t["protocol_step"]) if s == k]
                found.append(1000 * (values[-1] - values[0]) / atoms)
    return found


def dynamics(folder, analysis):
    """[{T_K, log_tau, chi4, alpha2, exponent: (value, error)}] of the holds, coldest first, those in which f(q1) falls to a half in all replicas."""
    each = [heterogeneity(r) for r in replicas_of(folder)]
    rows = []
    for one in analysis["lag_dynamics"]:
        seen = [e[one["entry"]] for e in each]
        if any(s["half_ps"] is None for s in seen):
            continue
        shell = one["shells"][0]
        shape = shell["common_shape"]
        fitted = [f["kww_exponent"] for f in shell["coherent"]["fits"] if f["status"] != "refused" and not f["kww_exponent"]["fixed"]]
        rows.append({"T_K": one["temperature_K"], "log_tau": mean(math.log(s["half_ps"]) for s in seen), "chi4": mean(s["chi4"] for s in seen), "alpha2": mean(s["alpha2"] for s in seen)})
        if shape["found"]:
            rows[-1]["exponent"] = (shape["kww_exponent"]["value"], shape["kww_exponent"]["error"])
        elif fitted:
            rows[-1]["exponent"] = (fitted[-1]["value"], fitted[-1]["error"])
    return rows


def crystal(study):
    folder = study.make("sheared", "crystal")
    e = ends(folder, study.analysis(folder)["atoms"])
    study.note("crystal_sheared_e_is_change_meV", 1000 * (e["after"][0][0] - e["before"][0][0]))


def measure(study):
    crystal(study)
    table, moving, worst = {}, {}, 0.0
    for variant in study.variants("shear"):
        folder = study.make(variant, "shear")
        analysis = study.analysis(folder)
        table[variant] = ends(folder, analysis["atoms"])
        moving[variant] = dynamics(folder, analysis)
        worst = max([worst, *drifts(folder, analysis["atoms"])], key=abs)
    study.note("shear_conserved_drift_meV", worst)
    floor = [r[0] for r in table[CONTROL]["relaxed"]]
    rows = {}
    for variant, r in table.items():
        rows[variant] = {"excess_meV": mean(1000 * (a[0] - f) for a, f in zip(r["after"], floor)), "e_is_change_meV": mean(1000 * (a[0] - b[0]) for a, b in zip(r["after"], r["before"])),
                         "volume_change_percent": mean(100 * (a[1] / b[1] - 1) for a, b in zip(r["after"], r["before"])), "dynamics": moving[variant]}
    annealed = rows[CONTROL]["excess_meV"]
    study.note("relaxation_enthalpy_free_meV", *annealed)
    for variant, row in rows.items():
        if variant == CONTROL:
            continue
        study.note(f"e_is_{variant}_less_free_meV", *paired([1000 * a[0] for a in table[variant]["after"]], [1000 * a[0] for a in table[CONTROL]["after"]]))
        study.note(f"volume_{variant}_less_free_percent", *paired([100 * a[1] / b[1] for a, b in zip(table[variant]["after"], table[variant]["before"])],
                                                                  [100 * a[1] / b[1] for a, b in zip(table[CONTROL]["after"], table[CONTROL]["before"])]))
        ratio = row["excess_meV"][0] / annealed[0]
        study.note(f"relaxation_enthalpy_{variant}_over_free", ratio, abs(ratio) * math.hypot(row["excess_meV"][1] / row["excess_meV"][0], annealed[1] / annealed[0]))
        if moving[CONTROL] and row["dynamics"]:  # the coldest hold: the others have forgotten more of what was done
            here, there = row["dynamics"][0], moving[CONTROL][0]
            if abs(here["T_K"] - there["T_K"]) < 20:
                study.note(f"ln_half_time_{variant}_less_free", *difference(here["log_tau"], there["log_tau"]))
        for key in ("chi4", "alpha2", "exponent"):
            told = [p for p in moving[CONTROL] if key in p]
            pairs = [(p[key], at_equal_tau(told, p["log_tau"][0], key)) for p in row["dynamics"] if key in p]
            differences = [difference(here, there) for here, there in pairs if there]
            if differences:
                study.note(f"{key}_{variant}_less_free_at_equal_tau", sum(v for v, _ in differences) / len(differences), math.hypot(*(e for _, e in differences)) / len(differences))
    study.series["shear"] = rows


def draw_enthalpy(panel, study):
    rows = study.series["shear"]
    names = list(rows)
    panel.bar(range(len(names)), [rows[n]["excess_meV"][0] for n in names], yerr=[rows[n]["excess_meV"][1] for n in names], color=[f"C{k}" for k in range(len(names))])
    panel.axhline(0, color="k", lw=0.8)
    panel.set_xticks(range(len(names)), [n.replace("_", " ").replace("-", "\n") for n in names], fontsize=7)
    panel.set_ylabel("relaxation enthalpy (meV/atom)")


def draw(study, panels):
    rows = study.series["shear"]
    names = list(rows)
    colours = {n: f"C{k}" for k, n in enumerate(names)}
    for n in names:
        row = rows[n]
        panels[0].errorbar([row["volume_change_percent"][0]], [row["e_is_change_meV"][0]], xerr=[[row["volume_change_percent"][1]]] * 2, yerr=[[row["e_is_change_meV"][1]]] * 2, fmt="o", color=colours[n], label=n.replace("_", " ").replace("-", ", "))
        for axes, key in ((panels[1], "chi4"), (panels[2], "exponent")):
            seen = [p for p in row["dynamics"] if key in p]
            if seen:
                axes.errorbar([math.exp(p["log_tau"][0]) for p in seen], [p[key][0] for p in seen], [p[key][1] for p in seen], fmt="o-", color=colours[n])
    panels[0].axhline(0, color="0.6", lw=0.8)
    panels[0].set(xlabel="change of the volume (%)", ylabel="change of the inherent structure (meV/atom)")
    panels[0].legend(fontsize=6.5)
    panels[1].set(xlabel="time to f(q1) = 1/2 (ps)", ylabel="highest χ₄")
    panels[2].set(xlabel="time to f(q1) = 1/2 (ps)", ylabel="KWW exponent")
