// SPDX-License-Identifier: BSD-3-Clause
// Truth: what f scatters among samples that have nothing in common, against what each says of its error. Independent vectors do
// not occur under this window: three of its hundreds are one speckle.
#include <gtest/gtest.h>

#include <cmath>

#include "scattering/amplitudes.hpp"
#include "scattering/correlation.hpp"
#include "scattering/drift.hpp"
#include "scattering/speckle.hpp"
#include "scattering/two_time_paths.hpp"
#include "tests/scattering_observers.hpp"

namespace patina {
namespace {

using namespace test;

// An ideal gas whose atoms stand elsewhere in each sample.
Sample gas_number(int k, const Box& box, int atoms) {
  Sample gas = ideal_gas(box, atoms, 6);
  for (int i = 0; i < atoms; ++i) {
    const auto place = [&](int d) { return random_block(11, Stream::test, static_cast<std::uint64_t>(3 * k + d), static_cast<std::uint64_t>(i)).uniform(0); };
    gas.position[static_cast<std::size_t>(i)] = box.to_cartesian({{place(0), place(1), place(2)}});
  }
  return gas;
}

// Of f(t) between two times, of atoms that move by themselves.
struct Scatter {
  double stated = 0.0, independent = 0.0, scatter = 0.0;  // root mean square of errors, of those of independent vectors; what is
};
Scatter scatter_of_f(const AmplitudeSpec& spec, const Box& box, int atoms, int samples) {
  double sum = 0.0, squares = 0.0, stated = 0.0, independent = 0.0;
  for (int k = 0; k < samples; ++k) {
    const Sample before = gas_number(k, box, atoms);
    Sample after = before;
    for (int i = 0; i < atoms; ++i)
      for (int d = 0; d < 3; ++d)
        after.position[static_cast<std::size_t>(i)][d] += 0.3 * random_block(9, Stream::test, static_cast<std::uint64_t>(3 * k + d), static_cast<std::uint64_t>(i)).normal(0);
    Amplitudes amplitudes(alone(), before.species, spec, 5, "test", {});
    const Frame first = frame_of(before, alone()), second = frame_of(after, alone());
    amplitudes.start(first, fractional_mass_centre(first));
    const ModeSeries two{2, amplitudes.set().size(), {0.0, 1.0}, {amplitudes.density(first, fractional_mass_centre(first)), amplitudes.density(second, fractional_mass_centre(second))}};
    const LagCurve cut = fixed_start_cut(scattered_field(two, amplitudes.form_factor()), 0, 1, 1);
    sum += cut.value[1];
    squares += cut.value[1] * cut.value[1];
    independent += cut.error[1] * cut.error[1] / samples;
    stated += std::pow(amplitudes.record().error_factor(0) * cut.error[1], 2) / samples;
  }
  return {std::sqrt(stated), std::sqrt(independent), std::sqrt((squares - sum * sum / samples) / (samples - 1))};
}

AmplitudeSpec vectors_near_the_peak(int most) {
  AmplitudeSpec spec;
  spec.vectors.q_inv_A = {2.7};
  spec.vectors.width_inv_A = 0.1;
  spec.vectors.max_vectors = most;
  spec.weights = Weighting::unit;
  return spec;
}

// Many more vectors than atoms: what the atoms happen to do is all that scatters. The scatter of 250 samples is known to 4.5 %.
TEST(WindowErrors, AllowForFewAtoms) {
  const Box box = Box::orthogonal({{40.0, 40.0, 40.0}});
  AmplitudeSpec window = vectors_near_the_peak(400);
  window.window = SiteWindow{{{0.5, 0.5, 0.5}}, 13.0, -1, false};
  const Scatter ball = scatter_of_f(window, box, 800, 250);
  EXPECT_NEAR(ball.stated / ball.scatter, 1.0, 0.15);
  const Scatter cell = scatter_of_f(vectors_near_the_peak(600), box, 60, 250);  // no window
  EXPECT_NEAR(cell.stated / cell.scatter, 1.0, 0.15);
  EXPECT_LT(cell.independent / cell.scatter, 0.6);
  AmplitudeSpec plane = vectors_near_the_peak(600);
  plane.vectors.width_inv_A = 1.0;
  plane.vectors.direction.along = {{1, 0, 0}, {0, 1, 0}};
  const Scatter flat = scatter_of_f(plane, box, 40, 250);
  EXPECT_NEAR(flat.stated / flat.scatter, 1.0, 0.15);
  EXPECT_LT(flat.independent / flat.scatter, 0.7);
}

TEST(WindowErrors, AreTheScatterOfSamples) {
  constexpr int samples = 150, many = 4000;
  const Box box = Box::orthogonal({{40.0, 40.0, 40.0}});
  AmplitudeSpec spec = vectors_near_the_peak(400);
  spec.window = SiteWindow{{{0.5, 0.5, 0.5}}, 13.0, -1, false};
  Eigen::VectorXd last;
  double c_sum = 0.0, c_squares = 0.0, intensities = 0.0;
  double sum = 0.0, squares = 0.0, stated = 0.0, independent = 0.0;
  for (int k = 0; k < samples; ++k) {
    const Sample before = gas_number(k, box, many);
    Sample after = before;
    for (int i = 0; i < many; ++i)
      for (int d = 0; d < 3; ++d) after.position[static_cast<std::size_t>(i)][d] += 0.3 * random_block(9, Stream::test, static_cast<std::uint64_t>(3 * k + d), static_cast<std::uint64_t>(i)).normal(0);
    Amplitudes amplitudes(alone(), before.species, spec, 5, "test", {});
    const Frame first = frame_of(before, alone()), second = frame_of(after, alone());
    amplitudes.start(first, fractional_mass_centre(first));
    ModeSeries two{2, amplitudes.set().size(), {0.0, 1.0}, {amplitudes.density(first, fractional_mass_centre(first))}};
    two.rho.push_back(amplitudes.density(second, fractional_mass_centre(second)));
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

// Gaussian noise on a grid under the window, renewed from frame to frame: so many points that amplitudes are Gaussian, as the errors take
// them to be, and hold a hundred times more than there are vectors.
class Noise {
 public:
  Noise(const Box& box, const SiteWindow& window) {
    constexpr double spacing_A = 1.0;
    const double edge_A = box.edges().m[0][0], reach_A = 1.15 * window.fwhm_A;
    for (double x = -reach_A; x < reach_A; x += spacing_A)
      for (double y = -reach_A; y < reach_A; y += spacing_A)
        for (double z = -reach_A; z < reach_A; z += spacing_A) {
          const Vec3 s = window.centre + (1.0 / edge_A) * Vec3{{x, y, z}};
          const double w = window_weight(window, box, s - window.centre);
          if (w < window_weight(window, box, {{reach_A / edge_A, 0.0, 0.0}})) continue;
          place_.push_back(s);
          weight_.push_back(w);
        }
    points_.fractional = Rows<double, 3>("fractional", place_.size());
    points_.weight = Array<double>("weight", place_.size());
    points_.group_start = {0, static_cast<int>(place_.size())};
    for (std::size_t j = 0; j < place_.size(); ++j)
      for (int d = 0; d < 3; ++d) points_.fractional(j, d) = place_[j][d];
    value_.resize(place_.size());
  }
  // `kept`: its correlation with the frame before.
  std::vector<std::complex<double>> next(const PhasePlan& plan, double kept, std::uint64_t number) {
    for (std::size_t j = 0; j < place_.size(); ++j) {
      value_[j] = kept * value_[j] + std::sqrt(1.0 - kept * kept) * random_block(9, Stream::test, number, static_cast<std::uint64_t>(j)).normal(0);
      points_.weight(j) = weight_[j] * value_[j];
    }
    return phase_sums(points_, plan, alone());
  }

 private:
  std::vector<Vec3> place_;
  std::vector<double> weight_, value_;
  PhasePoints points_;
};

// Averages over all ages, whose errors come from blocks of neighbours.
TEST(WindowErrors, OfAveragesOverAgesAreTheScatterOfSamples) {
  constexpr int samples = 200, frames = 8, max_lag = 3;
  const Box box = Box::orthogonal({{40.0, 40.0, 40.0}});
  AmplitudeSpec spec;
  spec.window = SiteWindow{{{0.5, 0.5, 0.5}}, 13.0, -1, false};
  spec.vectors.q_inv_A = {2.7};
  spec.vectors.width_inv_A = 0.1;
  spec.vectors.max_vectors = 800;
  spec.weights = Weighting::unit;
  const Sample gas = ideal_gas(box, 400000, 6);  // the noise below is finer still
  Amplitudes amplitudes(alone(), gas.species, spec, 5, "test", {});
  const Frame frame = frame_of(gas, alone());
  amplitudes.start(frame, fractional_mass_centre(frame));
  const QSet& set = amplitudes.set();
  const PhasePlan plan = make_phase_plan(set);
  const auto blocks = block_starts(set.size(), 1);
  const AmplitudeRecord record = amplitudes.record();
  const double factor = record.block_error_factor(0, blocks, false), intensity_factor = record.block_error_factor(0, blocks, true);
  ASSERT_GT(record.vectors_of_a_speckle.at(0), 3.0);

  struct Statistics {
    double sum = 0.0, squares = 0.0, stated = 0.0;
    void add(double value, double error) {
      sum += value;
      squares += value * value;
      stated += error * error / samples;
    }
    double ratio() const { return std::sqrt(stated / ((squares - sum * sum / samples) / (samples - 1))); }
  };
  Statistics f[max_lag + 1], g2[max_lag + 1];
  Noise noise(box, *spec.window);
  for (int k = 0; k < samples; ++k) {
    ModeSeries series{1, set.size(), {}, {}};
    for (int t = 0; t < frames; ++t) {
      series.rho.push_back(noise.next(plan, t == 0 ? 0.0 : 0.75, static_cast<std::uint64_t>(frames * k + t)));
      series.time_ps.push_back(t);
    }
    const Eigen::MatrixXcd field = scattered_field(series, std::vector<std::complex<double>>(static_cast<std::size_t>(set.size()), 1.0));
    const LagCurve average = age_average(two_time_sums(as_real_rows(field), 2, max_lag));
    const LagCurve intensities = correlate_speckles(speckle_intensities(field, set.q_inv_A), max_lag).g2;
    for (int lag = 0; lag <= max_lag; ++lag) {
      f[lag].add(average.value[lag], factor * average.error[lag]);
      g2[lag].add(intensities.value[lag], intensity_factor * intensities.error[lag]);
    }
  }
  for (int lag = 1; lag <= max_lag; ++lag) EXPECT_NEAR(f[lag].ratio(), 1.0, 0.15) << lag;  // the scatter of 200 is known to 5 %
  for (int lag = 0; lag <= max_lag; ++lag) EXPECT_NEAR(g2[lag].ratio(), 1.0, 0.15) << lag;
}

}  // namespace
}  // namespace patina
