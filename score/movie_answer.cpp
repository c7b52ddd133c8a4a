// SPDX-License-Identifier: BSD-3-Clause
// The answer of a plain estimator: intensities of synth.h5, or photons of the frames of a detector, correlated here. C(t1, t2) = <I I> / (<I>
// <I>) over the pixels of a ring; g2 its mean over starts and over ranges of lags (beamline/measurement_plan.hpp). Errors are what equal
// groups of pixels scatter.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "beamline/measurement_plan.hpp"
#include "core/error.hpp"
#include "score/answer_readers.hpp"

namespace patina {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr int most_frames = 4096, groups = 20;
constexpr std::uint64_t most_bytes = std::uint64_t{4} << 30;
constexpr PlanFit lags_of_g2{8, 0.5};

// Means along diagonals, over ranges of lags.
std::vector<double> g2_of(const Eigen::MatrixXf& two_time, const std::vector<LagRange>& ranges) {
  std::vector<double> g2;
  for (const LagRange& range : ranges) {
    double sum = 0.0;
    for (int lag = range.first; lag <= range.last; ++lag) sum += two_time.diagonal(lag).cast<double>().mean();
    g2.push_back(sum / range.count());
  }
  return g2;
}

void require_size(const h5::File& file, const std::string& name, std::uint64_t frames, std::uint64_t pixels) {
  if (frames < 2 || frames > most_frames || frames * pixels * sizeof(float) > most_bytes)
    throw Error(ExitCode::bad_input, fmt::format("{}: {} has {} frames of {} pixels: 2 to {} frames and 4 GiB can be correlated here", file.path(), name, frames, pixels, most_frames));
  if (pixels < groups) throw Error(ExitCode::bad_input, fmt::format("{}: {} has {} pixels to correlate: at least {}", file.path(), name, pixels, groups));
}

// Of whole numbers in bins of whole numbers.
SnapshotAnswer snapshots_of(double q, const Eigen::Ref<const Matrix>& intensity, bool photons) {
  constexpr double most_bins = 1024.0, of_intensities = 1.0 / 32.0, most_means = 16.0;
  SnapshotAnswer snapshots{q, photons, photons ? std::ceil(std::max(1.0, most_means * static_cast<double>(intensity.mean()) / most_bins)) : of_intensities, {}};
  const auto bin_of = [&](float value) { return static_cast<Eigen::Index>(std::min(most_bins - 1.0, std::floor(static_cast<double>(value) / snapshots.step))); };
  snapshots.pixels.setZero(intensity.rows(), std::min<Eigen::Index>(bin_of(intensity.maxCoeff()) + 2, static_cast<Eigen::Index>(most_bins)));
  for (Eigen::Index k = 0; k < intensity.rows(); ++k)
    for (Eigen::Index p = 0; p < intensity.cols(); ++p) ++snapshots.pixels(k, bin_of(intensity(k, p)));
  return snapshots;
}

void add_shell(double q, const Eigen::Ref<const Matrix>& intensity, bool photons, Answer& answer) {
  const Eigen::Index frames = intensity.rows(), pixels = intensity.cols();
  answer.snapshots.push_back(snapshots_of(q, intensity, photons));
  const std::vector<LagRange> ranges = plan_lags(static_cast<int>(frames), lags_of_g2);
  // <I I> / (<I> <I>), I in units of the mean over pixels of its frame.
  const Eigen::VectorXf inverse = intensity.rowwise().mean().cwiseInverse();
  const auto products = [&](Eigen::Index first, Eigen::Index count) {
    const auto some = intensity.middleCols(first, count);
    const Eigen::MatrixXf sum = some * some.transpose();
    return Eigen::MatrixXf(inverse.asDiagonal() * sum * inverse.asDiagonal() / static_cast<float>(count));
  };
  const Eigen::MatrixXf all = products(0, pixels);
  TwoTimeAnswer map{q, Quantity::g2, {}, 1, all, Eigen::MatrixXf::Zero(frames, frames)};
  for (Eigen::Index k = 0; k < frames; ++k) map.time.push_back(static_cast<double>(k));
  G2Answer curve;
  curve.q_inv_A = q;
  curve.frame_by_frame = true;
  for (const LagRange& range : ranges) curve.bins.push_back({static_cast<double>(range.middle()), 1, static_cast<double>(range.first), static_cast<double>(range.last)});
  curve.value = g2_of(all, ranges);
  curve.sigma.assign(ranges.size(), 0.0);
  // Pixels that are left over belong to no group.
  const Eigen::Index size = pixels / groups;
  Eigen::MatrixXf sum = Eigen::MatrixXf::Zero(frames, frames);
  std::vector<double> g2_sum(ranges.size());
  for (int g = 0; g < groups; ++g) {
    // What its pixels add to C beyond the mean, to first order: x_a x_b - C (x_a + x_b - 1), which a group without a photon in a frame does not spoil.
    const Eigen::VectorXf mean = inverse.cwiseProduct(intensity.middleCols(g * size, size).rowwise().mean());
    const Eigen::MatrixXf ones = Eigen::MatrixXf::Constant(frames, frames, -1.0f);
    const Eigen::MatrixXf away = products(g * size, size) - all.cwiseProduct((ones.colwise() + mean).rowwise() + mean.transpose());
    sum += away;
    map.sigma.array() += away.array().square();
    const std::vector<double> g2_away = g2_of(away, ranges);
    for (std::size_t k = 0; k < ranges.size(); ++k) {
      g2_sum[k] += g2_away[k];
      curve.sigma[k] += g2_away[k] * g2_away[k];
    }
  }
  constexpr double n = groups;
  map.sigma = ((map.sigma.array() - sum.array().square() / static_cast<float>(n)).max(0.0f) / static_cast<float>(n * (n - 1.0))).sqrt();
  for (std::size_t k = 0; k < ranges.size(); ++k) curve.sigma[k] = std::sqrt(std::max(0.0, curve.sigma[k] - g2_sum[k] * g2_sum[k] / n) / (n * (n - 1.0)));
  answer.two_time.push_back(std::move(map));
  answer.g2.push_back(std::move(curve));
}

// Pixels of each ring of the partition, from 1; masked ones are in none.
std::vector<std::vector<std::size_t>> pixels_of_rings(const h5::File& map, const h5::Dims& image, std::size_t rings) {
  const std::string name = "/qmap/dynamic_roi_map";
  if (map.dims(name) != image || map.dims("/qmap/mask") != image)
    throw Error(ExitCode::bad_input, fmt::format("{}: {} and /qmap/mask must be of {} x {} pixels, as the frames are", map.path(), name, image[0], image[1]));
  const auto ring = map.read_numbers(name), mask = map.read_numbers("/qmap/mask");
  std::vector<std::vector<std::size_t>> pixels(rings);
  for (std::size_t p = 0; p < ring.size(); ++p)
    if (mask[p] != 0.0 && ring[p] >= 1.0 && ring[p] <= static_cast<double>(rings)) pixels[static_cast<std::size_t>(ring[p]) - 1].push_back(p);
  return pixels;
}

}  // namespace

bool is_movie(const h5::File& file) { return file.exists("/shell00/speckle/intensity"); }

bool is_frames(const h5::File& file) { return file.exists("/entry/data/data") && file.dims("/entry/data/data").size() == 3; }

Answer read_frames_answer(const h5::File& file) {
  namespace fs = std::filesystem;
  const std::string name = "/entry/data/data", map_path = (fs::path(file.path()).parent_path() / "qmap.h5").string();
  if (!fs::exists(map_path)) throw Error(ExitCode::missing_input, fmt::format("{}: frames need the partition of the detector, qmap.h5 in the same folder", file.path()));
  const h5::File map = h5::File::open(map_path);
  Answer answer;
  answer.path = file.path();
  answer.recognised_as = "frames of a detector, correlated here";
  answer.unit = TimeUnit::frames;
  const h5::Dims dims = file.dims(name);
  const auto q = map.read_numbers("/qmap/dynamic_v_list_dim0");
  const auto pixels = pixels_of_rings(map, {dims[1], dims[2]}, q.size());
  const h5::Dataset data = file.dataset(name, dims);
  const auto of_frame = [&](std::uint64_t k) {
    std::vector<std::uint32_t> counts;
    try {
      counts = data.read_rows<std::uint32_t>(k, 1);
    } catch (const Error&) {
      for (const std::uint16_t n : data.read_rows<std::uint16_t>(k, 1)) counts.push_back(n);
    }
    return counts;
  };
  std::vector<Matrix> rings;
  std::uint64_t wanted = 0;
  for (const auto& ring : pixels) wanted += ring.size();
  require_size(file, name, dims[0], wanted);
  for (const auto& ring : pixels) rings.emplace_back(static_cast<Eigen::Index>(dims[0]), static_cast<Eigen::Index>(ring.size()));
  for (std::uint64_t k = 0; k < dims[0]; ++k) {
    const auto counts = of_frame(k);
    for (std::size_t r = 0; r < rings.size(); ++r)
      for (std::size_t p = 0; p < pixels[r].size(); ++p) rings[r](static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(p)) = static_cast<float>(counts[pixels[r][p]]);
  }
  for (std::size_t r = 0; r < rings.size(); ++r) {
    require_size(file, fmt::format("{}, q = {:g} 1/A", name, q[r]), dims[0], pixels[r].size());
    add_shell(q[r], rings[r], true, answer);
  }
  return answer;
}

Answer read_movie_answer(const h5::File& file) {
  Answer answer;
  answer.path = file.path();
  answer.recognised_as = "synthetic movie (patina synth), correlated here";
  answer.unit = TimeUnit::frames;
  for (int k = 0; file.exists(fmt::format("/shell{:02d}/speckle/intensity", k)); ++k) {
    const std::string entry = fmt::format("/shell{:02d}", k), name = entry + "/speckle/intensity";
    const h5::Dims dims = file.dims(name);
    if (dims.size() != 2) throw Error(ExitCode::bad_input, fmt::format("{}: {} must be of frames x pixels", file.path(), name));
    require_size(file, name, dims[0], dims[1]);
    const auto values = file.read<float>(name, dims);
    add_shell(number(file, entry + "/q_inv_A"), Eigen::Map<const Matrix>(values.data(), static_cast<Eigen::Index>(dims[0]), static_cast<Eigen::Index>(dims[1])), false, answer);
  }
  return answer;
}

}  // namespace patina
