// SPDX-License-Identifier: BSD-3-Clause
// The answer of a plain estimator (plain_correlation.hpp): intensities of synth.h5, or photons of the frames of a detector, correlated here.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

#include "core/error.hpp"
#include "frames/file_parts.hpp"
#include "frames/partition_file.hpp"
#include "score/answer_readers.hpp"
#include "score/plain_correlation.hpp"

namespace patina {
namespace {

constexpr int most_frames = 65536;  // all pairs of which take minutes
constexpr std::uint64_t most_bytes = std::uint64_t{4} << 30;

void require_size(const h5::File& file, const std::string& name, std::uint64_t frames, std::uint64_t pixels) {
  if (frames < 2 || frames > most_frames || frames * pixels * sizeof(float) > most_bytes)
    throw Error(ExitCode::bad_input, fmt::format("{}: {} has {} frames of {} pixels: 2 to {} frames and 4 GiB can be correlated here", file.path(), name, frames, pixels, most_frames));
  if (pixels < plain_groups) throw Error(ExitCode::bad_input, fmt::format("{}: {} has {} pixels to correlate: at least {}", file.path(), name, pixels, plain_groups));
}

// Of whole numbers in bins of whole numbers; `chosen`: columns of the intensities.
SnapshotAnswer snapshots_of(double q, const Eigen::Ref<const IntensityMatrix>& intensity, bool photons, const std::vector<Eigen::Index>& chosen) {
  constexpr double most_bins = 1024.0, of_intensities = 1.0 / 32.0, most_means = 16.0;
  SnapshotAnswer snapshots{q, photons, photons ? std::ceil(std::max(1.0, most_means * static_cast<double>(intensity.mean()) / most_bins)) : of_intensities, {}};
  const auto bin_of = [&](float value) { return static_cast<Eigen::Index>(std::min(most_bins - 1.0, std::floor(static_cast<double>(value) / snapshots.step))); };
  snapshots.pixels.setZero(intensity.rows(), std::min<Eigen::Index>(bin_of(intensity.maxCoeff()) + 2, static_cast<Eigen::Index>(most_bins)));
  for (Eigen::Index k = 0; k < intensity.rows(); ++k)
    for (const Eigen::Index p : chosen) ++snapshots.pixels(k, bin_of(intensity(k, p)));
  return snapshots;
}

void add_shell(double q, const Eigen::Ref<const IntensityMatrix>& intensity, Answer& answer) {
  PlainCorrelation found = correlate_plainly(intensity);
  TwoTimeAnswer map;
  map.q_inv_A = q;
  map.averaged_frames = found.averaged;
  map.value = std::move(found.map);
  map.sigma = std::move(found.map_sigma);
  for (Eigen::Index k = 0; k < map.value.rows(); ++k) map.time.push_back(static_cast<double>(k * found.averaged));
  G2Answer curve;
  curve.q_inv_A = q;
  curve.frame_by_frame = true;
  for (const LagRange& range : found.lags) curve.bins.push_back({static_cast<double>(range.middle()), 1, static_cast<double>(range.first), static_cast<double>(range.last)});
  curve.value = std::move(found.g2);
  curve.sigma = std::move(found.g2_sigma);
  answer.two_time.push_back(std::move(map));
  answer.g2.push_back(std::move(curve));
}

// Pixels of each bin of the partition.
std::vector<std::vector<std::size_t>> pixels_of_bins(const Partition& partition, const h5::Dims& image) {
  const RingMap& map = partition.map;
  if (image != h5::Dims{static_cast<std::uint64_t>(map.rows), static_cast<std::uint64_t>(map.columns)})
    throw Error(ExitCode::bad_input, fmt::format("{}: must be of {} x {} pixels, as the frames are", partition.source, image[0], image[1]));
  std::vector<std::vector<std::size_t>> pixels(map.rings.size());
  for (std::size_t p = 0; p < map.dynamic_map.size(); ++p)
    if (map.dynamic_map[p] > 0) pixels[static_cast<std::size_t>(map.dynamic_map[p]) - 1].push_back(p);
  return pixels;
}

// Those that lie on a grid of this spacing.
std::vector<Eigen::Index> on_grid(const std::vector<std::size_t>& pixels, std::size_t columns, const PixelsApart& apart) {
  std::vector<Eigen::Index> chosen;
  for (std::size_t k = 0; k < pixels.size(); ++k)
    if (pixels[k] / columns % static_cast<std::size_t>(apart.rows) == 0 && pixels[k] % columns % static_cast<std::size_t>(apart.columns) == 0) chosen.push_back(static_cast<Eigen::Index>(k));
  return chosen;
}

}  // namespace

bool is_movie(const h5::File& file) { return file.exists("/shell00/speckle/intensity"); }

bool is_frames(const h5::File& file) { return file.exists("/entry/data/data") && file.dims("/entry/data/data").size() == 3; }

Answer read_frames_answer(const h5::File& file, const AnswerOptions& options) {
  namespace fs = std::filesystem;
  const std::string name = "/entry/data/data", map_path = (fs::path(file.path()).parent_path() / "qmap.h5").string();
  if (!fs::exists(map_path)) throw Error(ExitCode::missing_input, fmt::format("{}: frames need the partition of the detector, qmap.h5 in the same folder", file.path()));
  const Partition partition = read_partition(map_path, "/qmap");
  Answer answer;
  answer.path = file.path();
  answer.recognised_as = "frames of a detector, correlated here";
  const std::string metadata = (fs::path(file.path()).parent_path() / (fs::path(file.path()).stem().string() + "_metadata.hdf")).string();
  if (fs::exists(metadata)) answer.identifier = read_identifier(h5::File::open(metadata));
  answer.unit = TimeUnit::frames;
  const h5::Dims dims = file.dims(name);
  const auto pixels = pixels_of_bins(partition, {dims[1], dims[2]});
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
  std::vector<IntensityMatrix> rings;
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
    const Ring& ring = partition.map.rings[r];
    require_size(file, fmt::format("{}, q = {:g} 1/A", name, ring.q_inv_A), dims[0], pixels[r].size());
    answer.snapshots.push_back(snapshots_of(ring.q_inv_A, rings[r], true, on_grid(pixels[r], dims[2], options.apart)));
    answer.snapshots.back().apart = options.apart;
    add_shell(ring.q_inv_A, rings[r], answer);
    answer.snapshots.back().phi_deg = answer.two_time.back().phi_deg = answer.g2.back().phi_deg = ring.phi_deg;
  }
  return answer;
}

Answer read_movie_answer(const h5::File& file) {
  Answer answer;
  answer.path = file.path();
  answer.recognised_as = "synthetic movie (patina synth), correlated here";
  answer.identifier = read_identifier(file);
  answer.unit = TimeUnit::frames;
  for (int k = 0; file.exists(fmt::format("/shell{:02d}/speckle/intensity", k)); ++k) {
    const std::string entry = fmt::format("/shell{:02d}", k), name = entry + "/speckle/intensity";
    const h5::Dims dims = file.dims(name);
    if (dims.size() != 2) throw Error(ExitCode::bad_input, fmt::format("{}: {} must be of frames x pixels", file.path(), name));
    require_size(file, name, dims[0], dims[1]);
    const auto values = file.read<float>(name, dims);
    const Eigen::Map<const IntensityMatrix> intensity(values.data(), static_cast<Eigen::Index>(dims[0]), static_cast<Eigen::Index>(dims[1]));
    std::vector<Eigen::Index> all(dims[1]);
    std::iota(all.begin(), all.end(), Eigen::Index{0});
    const double q = number(file, entry + "/q_inv_A");
    answer.snapshots.push_back(snapshots_of(q, intensity, false, all));
    add_shell(q, intensity, answer);
  }
  return answer;
}

}  // namespace patina
