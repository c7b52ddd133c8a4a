// SPDX-License-Identifier: BSD-3-Clause
#include "cli/input_page.hpp"
#include "run/plan_config.hpp"

namespace patina {

namespace {

constexpr const char* introduction = R"(# The input of `patina plan`

What can this beamline detect? `patina plan input.json` tells, before the measurement, how well g2 - 1 = contrast
exp[-2 (t/tau)^exponent] will be known: the standard errors of tau and of the exponent, and the smallest sudden change of tau that
will be found, for each of the given count rates, relaxation times and exponents. This page is printed by
`patina plan --describe-input`; do not edit it. A complete input:

```json
{
  "beamline": {"contrast": 0.05, "pixels": 2e5, "frames": 2000, "frame_interval_s": 1, "photons_per_pixel_per_s": [0.001, 0.01]},
  "dynamics": {"tau_s": [10, 100, 1000], "kww_exponent": [0.6, 1.5]}
}
```

    patina plan input.json
    patina plan input.json --output plan.json --figure plan.png --set /beamline/contrast=0.2

- **Errors** are standard errors of logarithms: 0.05 for tau means 5 %. *Best* is what all of g2 at these lags tells (generalised least
  squares; the Cramer-Rao bound), *fit* the error of a fit with weights 1/sigma^2 as one usually makes it, *says* what such a fit claims,
  which takes lags as independent although the same speckles stand in all of them. Where *says* is much smaller than *fit*, speckles
  and not photons limit the measurement: more pixels or a longer record help, more flux does not. *known*: not fitted (in the JSON
  `fitted` is false and its errors are null).
- **Lags** are all those up to `largest_lag`, averaged over ranges that grow with them as those of a multi-tau correlator do. (Fits to
  single lags, evenly in their logarithm, would leave most photons aside.)
- **Where they come from**: the variance of two-time correlations for given pixels, contrast and counts in closed form, with the
  covariances of lags over all starts of a stationary record (beamline/correlation_error.hpp). They are the leading order in
  1 / pixels and 1 / photons of a frame; notes say where that is too little, and where a row lies outside what can be measured. Errors
  larger than some 0.5 say "not measured", no more. With `monte_carlo` covariances come from simulated movies instead, whose pixels,
  exposures and photons are those of the beamline but for the number of pixels; each row takes some seconds to minutes then, and
  errors are known to 1 / sqrt(2 movies).
- **Pixels that see one speckle** are told by `pixels_per_speckle`, the sum over a pixel's neighbours and itself of the fourth power of their degree
  of coherence mu (2.3 for a circular beam whose lambda L / D is two pixels, 8/3 x 2 for a slit of 4 x 3; `patina correlate` measures it): errors of speckles are those of so many times
  fewer pixels, those of shot noise of all. Terms that go as mu^2 are those of a Gaussian mu (beamline/correlation_error.hpp).
- **Exposures** average intensities: contrast is lost where tau is not much longer than one (`contrast` of the table is what is left),
  and g2 is that of averages.
- **Step**: tau changes at once amid the record. The smallest change of ln tau that stands out against noise at all places where it
  could be, each some tau long, with the given probability (the bound of scan statistics), the rest of the curve being known.
- **Figure** (`--figure`, with matplotlib): errors against tau for each rate; and one expected g2 with its error bars.

## Keys
)";

}  // namespace

std::string plan_page() { return introduction + config_reference<PlanConfig>(); }

}  // namespace patina
