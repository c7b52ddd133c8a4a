# SPDX-License-Identifier: BSD-3-Clause
"""Films from the vapour at several temperatures of the substrate, each beside a quench of the same atoms. Row P10."""
from minima import ends
from statistics_of import mean, paired
from study import read_json, replicas_of, thermo_of

PART = "film"


def deposit_step(folder):
    protocol = read_json(folder / "resolved.json")["protocol"]
    return next(k for k, s in enumerate(protocol) if s["type"] == "deposit")


def heat_of_growth(folder, step):
    """Mean temperature of what moves over the second half of the growth, of each replica: above the substrate's where heat of condensation stays."""
    found = []
    for replica in replicas_of(folder):
        t = thermo_of(replica)
        values = [T for T, s in zip(t["temperature_K"], t["protocol_step"]) if s == step]
        found.append(sum(values[len(values) // 2:]) / len(values[len(values) // 2:]))
    return found


def atoms_at_the_end(folder):
    return [int(thermo_of(r)["atoms"][-1]) for r in replicas_of(folder)]


def measure(study):
    """{variant: numbers}, coldest first; nothing at sizes without such an input."""
    if PART not in study.parts():
        return {}
    table = {}
    for variant in study.variants(PART):
        folder = study.make(variant, PART)
        atoms = atoms_at_the_end(folder)
        states = ends(folder, 1)
        grown = [[(e / n, v / n) for (e, v), n in zip(states[label], atoms)] for label in ("deposited", "ordinary")]
        protocol = read_json(folder / "resolved.json")["protocol"]
        step = deposit_step(folder)
        table[variant] = {
            "T_s_K": protocol[step]["temperature_K"],
            "e_is_meV": [1000 * v for v in paired([a[0] for a in grown[0]], [b[0] for b in grown[1]])],
            "volume_percent": [100 * v for v in mean(a[1] / b[1] - 1 for a, b in zip(*grown))],
            "while_growing_K": mean(heat_of_growth(folder, step)),
            "e_is_eV": {"deposited": mean(a[0] for a in grown[0]), "ordinary": mean(b[0] for b in grown[1])},
        }
        study.note(f"e_is_film_{variant}_less_quenched_meV", *table[variant]["e_is_meV"])
        study.note(f"volume_film_{variant}_percent", *table[variant]["volume_percent"])
        study.note(f"film_{variant}_while_growing_K", *table[variant]["while_growing_K"])
    study.note("film_volume_worst_percent", *max((row["volume_percent"] for row in table.values()), key=lambda value: abs(value[0])))
    return dict(sorted(table.items(), key=lambda item: item[1]["T_s_K"]))


def draw(panel, table):
    T = [row["T_s_K"] for row in table.values()]
    panel.errorbar(T, [row["e_is_meV"][0] for row in table.values()], [row["e_is_meV"][1] for row in table.values()], fmt="o-", label="energy (meV/atom)")
    panel.errorbar(T, [10 * row["volume_percent"][0] for row in table.values()], [10 * row["volume_percent"][1] for row in table.values()], fmt="s--", mfc="w", label="volume (0.1 %)")
    panel.axhline(0, color="0.6", lw=0.8)
    panel.set(xlabel="substrate (K)", ylabel="film less quench of its atoms", title="Cu50Zr50 from the vapour")
    panel.legend()
