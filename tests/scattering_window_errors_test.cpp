// SPDX-License-Identifier: BSD-3-Clause
// Truth: what f scatters among samples that have nothing in common, against what each says of its error. Independent vectors do
// not occur under this window: three of its hundreds are one speckle.
#include <gtest/gtest.h>

#include <cmath>

#include "scattering/amplitudes.hpp"
#include "scattering/correlation.hpp"
#include "scattering/drift.hpp"
#include "scattering/speckle.hpp"
#include "tests/scattering_observers.hpp"

namespace patina {
namespace {

using namespace test;

TEST(WindowErrors, AreTheScatterOfSamples) {
  constexpr int samples = 150, many = 4000;
  const Box box = Box::orthogonal({{40.0, 40.0, 40.0}});
  AmplitudeSpec spec;
  spec.window = SiteWindow{{{0.5, 0.5, 0.5}}, 13.0, -1, false};
  spec.vectors.q_inv_A = {2.7};
  spec.vectors.width_inv_A = 0.1;
  spec.vectors.max_vectors = 400;
  spec.weights = Weighting::unit;
  Eigen::VectorXd last;
  double c_sum = 0.0, c_squares = 0.0, intensities = 0.0;
  double sum = 0.0, squares = 0.0, stated = 0.0, independent = 0.0;
  for (int k = 0; k < samples; ++k) {
    const Sample before = ideal_gas(box, many, 100 + k);
    Sample after = before;
    for (int i = 0; i < many; ++i)
      for (int d = 0; d < 3; ++d) after.position[static_cast<std::size_t>(i)][d] += 0.3 * random_block(9, Stream::test, static_cast<std::uint64_t>(3 * k + d), static_cast<std::uint64_t>(i)).normal(0);
    Amplitudes amplitudes(alone(), before.species, spec, 5, "test", {});
    const Frame first = frame_of(before, alone()), second = frame_of(after, alone());
    amplitudes.start(first, fractional_mass_centre(first));
    ModeSeries two{2, amplitudes.set().size(), {0.0, 1.0}, amplitudes.density(first, fractional_mass_centre(first))};
    const auto later = amplitudes.density(second, fractional_mass_centre(second));
    two.rho.insert(two.rho.end(), later.begin(), later.end());
    const LagCurve cut = fixed_start_cut(scattered_field(two, amplitudes.form_factor()), 0, 1, 1);
    const AmplitudeRecord record = amplitudes.record();
    // C(t1, t2) of times that have nothing in common: this sample's first and the last one's second.
    const Eigen::MatrixXd intensity = scattered_field(two, amplitudes.form_factor()).cwiseAbs2();
    if (k > 0) {
      const double c = (intensity.col(0).array() * last.array()).mean() / (intensity.col(0).mean() * last.mean());
      c_sum += c;
      c_squares += c * c;
    }
    last = intensity.col(1);
    intensities = record.intensities(0);
    ASSERT_GT(record.vectors_of_a_speckle.at(0), 2.0);
    sum += cut.value[1];
    squares += cut.value[1] * cut.value[1];
    independent += cut.error[1] * cut.error[1] / samples;
    stated += std::pow(record.error_factor(0) * cut.error[1], 2) / samples;
  }
  const double c_scatter = std::sqrt((c_squares - c_sum * c_sum / (samples - 1)) / (samples - 2));
  EXPECT_NEAR(std::sqrt(two_time_variance(0.0, intensities)) / c_scatter, 1.0, 0.2);
  const double scatter = std::sqrt((squares - sum * sum / samples) / (samples - 1));
  EXPECT_NEAR(std::sqrt(stated) / scatter, 1.0, 0.2);  // the scatter of 150 is known to 6 %
  EXPECT_LT(std::sqrt(independent) / scatter, 0.75);
}

}  // namespace
}  // namespace patina
