// SPDX-License-Identifier: BSD-3-Clause
// The answer of a perfect estimator: intensities of synth.h5, correlated here. C(t1, t2) = <I I> / (<I> <I>) over pixels; g2 its mean over
// starts and over ranges of lags (beamline/measurement_plan.hpp). Errors are what equal groups of pixels scatter.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "beamline/measurement_plan.hpp"
#include "core/error.hpp"
#include "score/answer_readers.hpp"

namespace patina {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr int most_frames = 4096, groups = 20;
constexpr std::uint64_t most_bytes = std::uint64_t{4} << 30;
constexpr PlanFit lags_of_g2{8, 0.5};

struct Correlations {
  Eigen::MatrixXf two_time;
  std::vector<double> g2;
};

Correlations correlate(const Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>>& intensity, const std::vector<LagRange>& ranges) {
  const Eigen::VectorXf mean = intensity.rowwise().mean();
  Correlations result;
  result.two_time = intensity * intensity.transpose() / static_cast<float>(intensity.cols());
  result.two_time.array() /= (mean * mean.transpose()).array();
  for (const LagRange& range : ranges) {
    double sum = 0.0;
    for (int lag = range.first; lag <= range.last; ++lag) sum += result.two_time.diagonal(lag).cast<double>().mean();
    result.g2.push_back(sum / range.count());
  }
  return result;
}

void read_shell(const h5::File& file, const std::string& entry, Answer& answer) {
  const std::string name = entry + "/speckle/intensity";
  const h5::Dims dims = file.dims(name);
  if (dims.size() != 2 || dims[0] < 2 || dims[0] > most_frames || dims[0] * dims[1] * sizeof(float) > most_bytes)
    throw Error(ExitCode::bad_input, fmt::format("{}: {} has {} frames of {} pixels: 2 to {} frames and 4 GiB can be correlated here", file.path(), name, dims[0],
                                                 dims.size() > 1 ? dims[1] : 0, most_frames));
  const auto frames = static_cast<Eigen::Index>(dims[0]), pixels = static_cast<Eigen::Index>(dims[1]);
  if (pixels < groups) throw Error(ExitCode::bad_input, fmt::format("{}: {} has {} pixels: at least {}", file.path(), name, pixels, groups));
  const auto values = file.read<float>(name, dims);
  const Eigen::Map<const Matrix> intensity(values.data(), frames, pixels);
  const std::vector<LagRange> ranges = plan_lags(static_cast<int>(frames), lags_of_g2);
  const double q = number(file, entry + "/q_inv_A");
  const Correlations all = correlate(intensity, ranges);
  TwoTimeAnswer map{q, Quantity::g2, {}, 1, all.two_time, Eigen::MatrixXf::Zero(frames, frames)};
  for (Eigen::Index k = 0; k < frames; ++k) map.time.push_back(static_cast<double>(k));
  G2Answer curve;
  curve.q_inv_A = q;
  for (const LagRange& range : ranges) curve.bins.push_back({static_cast<double>(range.middle()), 1, static_cast<double>(range.first), static_cast<double>(range.last)});
  curve.value = all.g2;
  curve.sigma.assign(ranges.size(), 0.0);
  // Pixels that are left over belong to no group.
  const Eigen::Index size = pixels / groups;
  Eigen::MatrixXf sum = Eigen::MatrixXf::Zero(frames, frames);
  std::vector<double> g2_sum(ranges.size());
  for (int g = 0; g < groups; ++g) {
    // About the mean of all pixels, so that squares lose nothing.
    const Correlations part = correlate(intensity.middleCols(g * size, size), ranges);
    const Eigen::MatrixXf away = part.two_time - all.two_time;
    sum += away;
    map.sigma.array() += away.array().square();
    for (std::size_t k = 0; k < ranges.size(); ++k) {
      g2_sum[k] += part.g2[k] - all.g2[k];
      curve.sigma[k] += std::pow(part.g2[k] - all.g2[k], 2);
    }
  }
  constexpr double n = groups;
  map.sigma = ((map.sigma.array() - sum.array().square() / static_cast<float>(n)).max(0.0f) / static_cast<float>(n * (n - 1.0))).sqrt();
  for (std::size_t k = 0; k < ranges.size(); ++k) curve.sigma[k] = std::sqrt(std::max(0.0, curve.sigma[k] - g2_sum[k] * g2_sum[k] / n) / (n * (n - 1.0)));
  answer.two_time.push_back(std::move(map));
  answer.g2.push_back(std::move(curve));
}

}  // namespace

bool is_movie(const h5::File& file) { return file.exists("/shell00/speckle/intensity"); }

Answer read_movie_answer(const h5::File& file) {
  Answer answer;
  answer.path = file.path();
  answer.recognised_as = "synthetic movie (patina synth), correlated here";
  answer.unit = TimeUnit::frames;
  for (int k = 0; file.exists(fmt::format("/shell{:02d}/speckle/intensity", k)); ++k) read_shell(file, fmt::format("/shell{:02d}", k), answer);
  return answer;
}

}  // namespace patina
