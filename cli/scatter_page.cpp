// SPDX-License-Identifier: BSD-3-Clause
#include "cli/input_page.hpp"
#include "run/scatter_config.hpp"

namespace patina {

namespace {

constexpr const char* introduction = R"(# The input of `patina scatter`

`patina scatter TRAJECTORY input.json --output FOLDER` lets the scattering observers of `patina run` look at a stored trajectory:
H5MD (a file, the segments of a run's `trajectory/` folder, or the run folder), LAMMPS text dumps and extended XYZ (these also
gzipped). This page is printed by `patina scatter --describe-input`; do not edit it. A complete input:

```json
{
  "observers": [
    {"type": "dynamics", "q_inv_A": [1.5, 2.8], "width_inv_A": 0.4, "lags_per_decade": 5},
    {"type": "structure_factor", "q_max_inv_A": 6}
  ]
}
```

    patina scatter runs/glass/trajectory input.json --output runs/glass_scattering
    mpirun -n 2 patina scatter dump.lammpstrj.gz input.json -o out --set /time_step_fs=1 --set /species='["Cu","Zr"]'

- **Text.** As for `patina run`: comments are allowed, units stand in the keys, all errors are reported at once, each with its place
  (exit code 65), before anything is written; so is what the first frame's cell and the times of all frames do not allow, for which the
  file is gone over once: text without reading the numbers of atoms.
- **Frames.** `interval_steps` of an observer counts the frames that `frames` chooses, not time steps; it is 1 unless given. The
  observers `xpcs`, `dynamics` and `multi_tau` need frames at equal times: others end the program, which names the frame. All frames
  hold the same atoms; a frame that repeats the step of the one before (at the start of a continued run) is passed over.
- **Times** come from the file: H5MD and dumps with `ITEM: TIME` (`dump_modify time yes`), extended XYZ with `Time` in ps. Other
  files need `time_step_fs` or `time_between_frames_ps`. Waiting times count from the first frame; one between two frames begins with the
  later one, and a lag or window that is no multiple of the frames' distance is cut to one. The log says so, and results hold both.
- **Paths of atoms** matter for self parts, displacements and the centre of mass, to which all correlations of fields refer. They are
  found from image flags (LAMMPS's `ix iy iz`, H5MD's `image`) or unwrapped positions (`xu yu zu`), and where a file has neither by the
  minimum image between one frame and the next, through all frames from `frames/first` on. That is right only if no atom moves by half
  the cell in between, along any edge: 0.4 of it is refused, 0.25 is told. Positions that were never put back into the cell come out
  unchanged. A step of more than half the cell by the file's own flags is refused too: `as_is` says that they are right. Log and
  results tell which of the ways it was. `structure_factor` alone needs no paths and no times. (Sub-boxes of chi_4 begin at the centre of
  mass, which depends on the images at the first frame: other images, another division.)
- **Cell.** It may change from frame to frame, little by little: wave vectors keep their lattice indices.
- **Masses**, for the centre of mass, are those of the file (H5MD of Patina), else the standard atomic weights.
- **Results** are `xpcs.h5`, as a run writes it ([file_formats.md](file_formats.md)), with entries `trajectory_xpcs`, ...; `resolved.json`,
  `inputs.sha256` (of the trajectory) and `log.txt`. `patina analyse FOLDER` and `patina report FOLDER` take such a folder. The same
  observer with the same seed finds the same vectors in a trajectory as during the run that stored it, and, in double precision
  (`"precision": "float64"`), the same numbers: to the bit by exact sums, to the tolerance by mesh.
- **Memory** is that of one frame, plus what the observers keep: `structure_factor`, `multi_tau` and `dynamics` do not grow with the
  number of frames (`multi_tau` as its logarithm; `dynamics` keeps one frame for each waiting time that is being followed); `xpcs`
  keeps the modes of each frame, 16 bytes for each vector and species, and the two-time matrices. `--dry-run` instead of `--output`
  reads all frames and tells how much that is.

## Keys
)";

}  // namespace

std::string scatter_page() { return introduction + config_reference<ScatterConfig>(); }

}  // namespace patina
