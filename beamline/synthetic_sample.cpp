// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/synthetic_sample.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/elementary.hpp"

namespace patina {

namespace {

constexpr double two_pi = 6.28318530717958647693, four_root_ln2 = 3.33021844630797;  // 4 sqrt(ln 2)

ClockedKernel linear(ClockedKernel::Form form, double exponent, double rate, const std::vector<double>& times_s) {
  ClockedKernel kernel{form, exponent, {}};
  for (const double t : times_s) kernel.s.push_back(rate * t);
  return kernel;
}

// What all parts share, whatever moves in them.
std::vector<ClockedKernel> of_strain(const SyntheticSample& sample, double q_inv_A, const std::vector<double>& times_s) {
  if (!sample.strain) return {};
  const double rate = q_inv_A * sample.strain->rate_per_s * sample.strain->beam_fwhm_A / four_root_ln2;
  return {linear(ClockedKernel::Form::kww, 2.0, std::abs(rate), times_s)};
}

MoviePart part_of_zone(const SyntheticSample& sample, const SyntheticZone& zone, double q_inv_A, const std::vector<double>& times_s) {
  const double faster = rate_factor(sample, q_inv_A);
  MoviePart part;
  part.weight = (1.0 - sample.static_fraction) * zone.fraction;
  part.covariance.frames = static_cast<int>(times_s.size());
  part.covariance.kernels = of_strain(sample, q_inv_A, times_s);
  if (zone.local_tau) {
    part.covariance.local = LocalTau{*zone.local_tau, zone.kww_exponent, times_s,
                                     [clock = zone.clock, faster](double t) { return clock.tau_s(t) / faster; }};
  } else {
    ClockedKernel kernel{ClockedKernel::Form::kww, zone.kww_exponent, {}};
    for (const double t : times_s) kernel.s.push_back(zone.clock.s(t, faster));
    part.covariance.kernels.push_back(std::move(kernel));
  }
  if (!sample.flow) return part;
  const double spread = std::abs(0.5 * q_inv_A * sample.flow->gradient_per_s * sample.flow->beam_A);
  if (spread > 0.0) part.covariance.kernels.push_back(linear(ClockedKernel::Form::sinc, 0.0, spread, times_s));
  for (const double t : times_s) part.turns.push_back(q_inv_A * sample.flow->velocity_A_per_s * t / two_pi);
  return part;
}

}  // namespace

double rate_factor(const SyntheticSample& sample, double q_inv_A) {
  return sample.rate * elementary::exp(sample.q_exponent * elementary::log(q_inv_A / sample.q0_inv_A));
}

MovieModel movie_model(const SyntheticSample& sample, double q_inv_A, const std::vector<double>& times_s, double contrast) {
  MovieModel model;
  model.contrast = contrast;
  for (std::size_t z = 0; z < sample.zones.size(); ++z) {
    model.parts.push_back(part_of_zone(sample, sample.zones[z], q_inv_A, times_s));
    model.parts.back().name = fmt::format("/zones/{}", z);
  }
  if (sample.static_fraction > 0.0)
    model.parts.push_back({sample.static_fraction, {static_cast<int>(times_s.size()), of_strain(sample, q_inv_A, times_s), std::nullopt}, {}, "/static_fraction"});
  return model;
}

}  // namespace patina
