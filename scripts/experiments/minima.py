# SPDX-License-Identifier: BSD-3-Clause
"""What `minimise` steps of a run came to."""
from study import read_json, replicas_of, thermo_of


def ends(folder, atoms):
    """{label: [(energy eV, volume A^3) per atom of each replica]} at the end of each minimise step but the first."""
    protocol = read_json(folder / "resolved.json")["protocol"]
    labels = {k: s["label"] for k, s in enumerate(protocol) if s["type"] == "minimise" and s.get("label")}
    found = {label: [] for label in labels.values()}
    for replica in replicas_of(folder):
        t = thermo_of(replica)
        last = {int(s): k for k, s in enumerate(t["protocol_step"])}
        for step, label in labels.items():
            found[label].append((t["potential_energy_eV"][last[step]] / atoms, t["volume_A3"][last[step]] / atoms))
    return found
