// SPDX-License-Identifier: BSD-3-Clause
#include "cli/input_page.hpp"
#include "run/synth_config.hpp"

namespace patina {

namespace {

constexpr const char* introduction = R"(# The input of `patina synth`

`patina synth input.json --output FOLDER` makes speckle movies of a sample that is not there: complex Gaussian fields whose
correlation f(t1, t2) was chosen, and is therefore known exactly. No atoms are involved. This page is printed by
`patina synth --describe-input`; do not edit it. A complete input:

```json
{
  "title": "A glass that ages, then rests",
  "frames": {"count": 400, "interval_s": 10},
  "q_inv_A": [2.0, 2.8],
  "speckles": 2000,
  "zones": [{"kww_exponent": 1.5, "clock": {"type": "ageing", "tau_s": 200, "growth_time_s": 1000, "plateau_from_s": 2500}}]
}
```

    patina synth input.json --output runs/synthetic
    mpirun -n 2 patina synth input.json -o more --set /seed=2 --set /contrast=0.1

- **Text.** As for `patina run`: comments are allowed, units stand in the keys, all errors are reported at once, each with its place
  (exit code 65), before anything is written. A folder that holds results is never written to.
- **f is the correlation of the field**, f = exp(-(s(t2) - s(t1))^kww_exponent), and the two-time correlation of intensities is
  1 + contrast |f|^2 (Siegert). tau(t) = 1 / s'(t) is the relaxation time of f; g2 - 1 falls to 1/e^2 of the contrast in it.
- **What is impossible is refused, with the reason.** An exponent above 2 and a tau that changes too fast for its local form
  belong to no field: the least eigenvalue of the covariance is told, which would have to be 0 or more.
- **Random numbers** are functions of the seed, the shell, the pixel and the frame: the numbers in the file are the same on any ranks
  and threads and any CPU.
- **Results** are `synth.h5` ([file_formats.md](file_formats.md)), with the intensities, the true f(t1, t2), clocks and events;
  `resolved.json` and `log.txt`. Intensities have mean 1 and no photon noise.
- **With a `detector`** there is no `synth.h5` but a folder `frames/`: photons that each pixel counts in each frame, dense, as events or both,
  and beside them the files that boost_corr, xpcs-eigen, pyXpcsViewer, scikit-beam, dynamix, xpcs_correlator and NXxpcs readers ask for, with
  the truth ([file_formats.md](file_formats.md#frames)). `speckles` then has no meaning. Each pixel has the dynamics of the one of `q_inv_A`
  that is nearest to its own |q|, so that what is true of a ring is true exactly. `--figure` draws frames, rings, C and g2 beside the truth:

      patina synth inputs/detector.json --output runs/detector --figure detector.png

- **`patina report FOLDER`** makes one page of it: what was made, the clocks, the true C beside the sample's, g2 and the distribution of
  intensities or photons with their closed-form errors, frames, and whether the sample differs from the truth by more than noise
  ([score.md](score.md#is-it-noise)).
- **Before the work**: `--dry-run` instead of `--output` checks the input and tells memory and sizes of files.
- **Memory**: some 250 MB for intensities on their way to the file, and what generators keep. ar1: next to nothing. cholesky: 2 bytes x
  frames^2 for each shell and part (4 more while it is made), 8 bytes x frames for each pixel on its way. circulant: 8 bytes x frames for
  each pixel on its way, 256 bytes x frames or more for each thread. modes: 16 bytes x modes for each pixel on its way. On its way are 64
  pixels of each thread. With a detector: all pixels of the detector are on their way at once, if this makes no more than 1.5 GB (ar1: always,
  at any number of frames); else their numbers wait in a scratch file of 4 bytes x pixels x frames in `frames/`, which has no name and is gone
  with the program.

## Keys
)";

}  // namespace

std::string synth_page() { return introduction + config_reference<SynthConfig>(); }

}  // namespace patina
