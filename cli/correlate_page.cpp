// SPDX-License-Identifier: BSD-3-Clause
#include "cli/input_page.hpp"
#include "correlate/correlate_config.hpp"

namespace patina {

namespace {

constexpr const char* introduction = R"(# The input of `patina correlate`

`patina correlate FRAMES [input.json] --output results.hdf` correlates the frames of a detector, measured or synthetic: g2 of each dynamic bin by
a multi-tau correlator, the two-time correlation C(t1, t2), speckle visibility, all with errors. Every key has a default, so the input may
be left out. This page is printed by `patina correlate --describe-input`; do not edit it. An input that says something:

```json
{
  "title": "A glass under a beam",
  "frames": {"first": 10, "bad_frames": [17, 18]},
  "g2": {"normalisation": "frame_pairs", "errors": "blocks"},
  "two_time": {"averaged_frames": 2},
  "visibility": {"exposures": 4}
}
```

    patina correlate runs/detector/frames --output s0001_correlated.hdf --figure s0001.png
    patina correlate scan.h5 input.json -o out.hdf --set /partition/file=qmap.h5 --set /g2/normalisation=symmetric
    patina score s0001_correlated.hdf runs/detector/frames/s0001_results.hdf        # where the truth is known

- **Frames** are dense HDF5 (frames, rows, columns) of any integers or floating-point numbers, sparse events as the ESRF keeps them (frame_ptr, index,
  intensity), or Rigaku's words of 64 bits (.bin). They pass a few at a time: memory grows as the logarithm of their number, but for what
  C(t1, t2) needs of the pixels in bins (8 bytes an event; `memory_GB`). HDF5 filters other than the built-in ones are not read: `h5repack` takes them off.
- **Pixels**: the partition of the APS (`qmap.h5` beside the frames: dynamic and static bins, mask), or all of them as one bin. Numbers are
  checked: a pixel of a bin that is saturated, marked or no number ends the work with its place; masks and `bad_frames` leave such out. A bad frame keeps its place
  in time; pairs with it do not count.
- **g2** at lags 1 .. 15, 16, 18 .. 30, 32, 36 .. (16 channels a level): level l correlates sums over 2^l frames, so a channel is the mean over the
  2^(l+1) - 1 lags about its own with a triangle as weights; `averaged_frames` beside the delays says so, and `patina score` passes the truth through the same.
  Where C is of single frames, g2 of all lags stands beside it, averaged over starts and ranges of lags (`/xpcs/log_binned`).
- **Long records that age**: `/g2/ages` windows, of each of which g2 at all lags is written (`/xpcs/multitau_ages`), errors from blocks: C(t, t + lag) by multi-tau, in memory that does not grow with the record. A pair
  belongs to the window in which its later frame lies (`first_later_frame`, `last_later_frame`).
- **Normalisation of g2** (`/g2/normalisation`). < > is the mean over the pixels of a static bin; dynamic bins are means of their static bins.

  | name | g2 | |
  |---|---|---|
  | `frame` (default) | mean over pairs of <I I'> / (<I> <I'>) | does not see the flux; a frame in which a bin counts nothing is in no pair |
  | `frame_pairs` | sum over pairs of <I I'> / sum over pairs of <I> <I'> | the same where counts are few: weak frames weigh less (dynamix, xpcs_correlator) |
  | `symmetric` | <I I'> / (<I> <I'>), all means also over pairs | boost_corr, xpcs-eigen, scikit-beam; fluctuations of the flux are part of it |
  | `global` | <I I'> / <I>^2, <I> over the record (the whole sums of a level) | unbiased if flux and sample are stationary |
  | `pixel` | as `frame`, of I / mean of its pixel over the record | takes away what never moves, and of the order of tau / record of the contrast with it; pixels that count nothing in the record are left out of g2, C and visibility |

- **Normalisation of C** (`/two_time/normalisation`): `frame` (default) <I1 I2> / (<I1> <I2>); `global` <I1 I2> / <I>^2 of the record (StaticMap of xpcs-eigen);
  `pixel` as above (and with its pixels left out of g2 too); `pearson` (C12 - 1) / sqrt((C11 - 1) (C22 - 1)), baseline 0. `intensity_over: "dynamic_bins"` takes means over dynamic bins, as scikit-beam does: a slope
  of I(q) within a bin then adds <I_q^2> / <I_q>^2 to all of it.
- **Photon noise**: C(t, t) is that of <I (I - 1)>, so the contrast is on the diagonal; `counts_photons: false` leaves it as counted. The choice stands beside the numbers.
- **Errors** of g2, both with covariances of lags: in closed form, for speckles and photons of the measured contrast, counts, curve and size of speckles, of a
  stationary record (beamline/correlation_error.hpp); and from what `blocks` of neighbouring pixels scatter, which asks nothing of the record. `block_deviations`
  lets anybody draw blocks for a bootstrap of what is fitted.
- **Results** open in pyXpcsViewer, in readers of NXxpcs and in `patina score` ([file_formats.md](file_formats.md#results-of-patina-correlate)).

## Keys
)";

}  // namespace

std::string correlate_page() { return introduction + config_reference<CorrelateConfig>(); }

}  // namespace patina
