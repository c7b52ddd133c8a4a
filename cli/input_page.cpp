// SPDX-License-Identifier: BSD-3-Clause
#include "cli/input_page.hpp"

#include "run/run_config.hpp"

namespace patina {

namespace {

constexpr const char* introduction = R"(# The input of `patina run`

One JSON file says what the sample is made of, how its atoms move, what it lives through and what watches it. This page is
printed by `patina run --describe-input`; do not edit it. A complete input, which runs in a few seconds:

```json
{
  "potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu", "Zr"]},
  "structure": {"type": "random", "atoms": 200, "composition": {"Cu": 0.5, "Zr": 0.5}, "volume_per_atom_A3": 17.5},
  "protocol": [
    {"type": "minimise", "max_steps": 100},
    {"type": "melt", "temperature_K": 2000, "duration_ps": 0.5},
    {"type": "quench", "from_K": 2000, "to_K": 300, "cooling_rate_K_per_s": 2e15}
  ]
}
```

    patina run input.json --output runs/first
    patina run input.json --output runs/second --set /protocol/1/temperature_K=2400 --set /seed=2

- **Text.** JSON in UTF-8; comments `// to the end of the line` and `/* so */` are allowed, and the keys `$schema`,
  `_comment...` and `x-...` are ignored everywhere. Units stand in the keys. All errors are reported at once, each with its
  place, before anything is written (exit code 65). The run writes the input with every default filled in.
- **Potential.** A name that is no absolute path is looked for, in this order: from the working folder, beside the input, in the
  folders of `$PATINA_POTENTIALS` and `$LAMMPS_POTENTIALS` (separated by `:`), in `/usr/share/lammps/potentials` (Debian's
  package lammps-data) and in `.deps/potentials` of the source tree, where `scripts/setup` puts tables of openkim-models. Tables
  whose values at distances beyond 1.5 A are too large to be summed to 12 digits are refused.
- **Velocities.** A sample at rest (built by the program, minimised, or from a file without velocities) gets velocities of a
  Maxwell distribution at the first temperature of the next step that moves it. Velocities of a file are kept.
- **Structure files.** A file says itself which axes are periodic; `boundary` is needed only where it does not (LAMMPS data), and
  must not contradict it. Of a file with several frames `frame` chooses one. Free axes keep their edge.
- **Density.** A structure must have 4 A^3 per atom or more (a built one at most 200): beyond, a unit is wrong.
- **Growing samples.** A `deposit` step adds atoms and leaves the cell free along z; a `cut_film` leaves the film alone. Observers of later steps see
  what is there then; `atoms` in thermo.csv tells how many there are.
- **Composite steps** (`hold_steps`, `cycle`, `compress`, `strain`, `quasistatic_strain`) stand for a sequence of others, which the resolved input holds in their place;
  steps are counted there. [protocol.md](protocol.md) shows each.
- **Barostats** change periodic axes only; a sample that is free along all three keeps its cell.
- **Replicas** differ in their random numbers alone. Replica k, from 0, has the seed `seed` + k * 0x9e3779b97f4a7c15 (modulo
  2^64), so replica 0 is the run with `"replicas": 1`. Their folders are `replica_000`, `replica_001`, ...

## Keys
)";

}  // namespace

std::string input_page() { return introduction + config_reference<RunConfig>(); }

}  // namespace patina
