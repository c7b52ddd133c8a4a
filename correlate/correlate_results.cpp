// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/correlate_results.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/version.hpp"
#include "correlate/g2_errors.hpp"
#include "frames/file_parts.hpp"

namespace patina {
namespace {

std::vector<double> by_row(const Eigen::MatrixXd& matrix) {
  std::vector<double> values(static_cast<std::size_t>(matrix.size()));
  Eigen::Map<Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(values.data(), matrix.rows(), matrix.cols()) = matrix;
  return values;
}

constexpr int lags_per_decade = 8;

// Of what is found in maps as they are written.
struct LogBinned {
  std::vector<G2Curve> bins;
  std::vector<Eigen::MatrixXd> covariance;
};

FrameCorrelations correlations_of(const CorrelateResult& result, const CorrelatePlan& work, std::int64_t frames, LogBinned& log_binned) {
  FrameCorrelations found;
  found.source = "measured in frames by patina correlate; g2: " + result.g2_formula + (result.two_time ? "; C: " + result.map_formula : "");
  const std::vector<LagChannel>& channels = result.bins[0].curve.channels;
  for (const LagChannel& channel : channels) {
    found.delays.push_back(static_cast<int>(channel.lag));
    found.averaged_frames.push_back(channel.averaged);
  }
  for (std::size_t k = 0; k < channels.size(); ++k)
    for (const BinResult& bin : result.bins) {
      const auto at = static_cast<Eigen::Index>(k);
      found.g2.push_back(bin.curve.value[k]);
      found.g2_errors.push_back(std::sqrt(result.errors_of_blocks ? bin.blocks(at, at) : bin.closed_form(at, at)));
    }
  if (!result.two_time) return found;
  found.averaged = result.averaged_frames;
  found.two_time_baseline = work.two_time.normalisation == TwoTimeNormalisation::pearson ? 0 : 1;
  found.two_time_frames = static_cast<std::uint64_t>(frames / result.averaged_frames);
  const bool has_all_lags = result.averaged_frames == 1 && found.two_time_baseline == 1;
  found.two_time = [&result, &log_binned, has_all_lags, frames](std::size_t bin) {
    const Eigen::MatrixXd c = result.two_time(bin);
    if (has_all_lags) {
      log_binned.bins.push_back(log_binned_g2(c, lags_per_decade));
      log_binned.covariance.push_back(closed_form_covariance(log_binned.bins.back(), result.bins[bin].sample, static_cast<int>(frames)));
    }
    return by_row(c);
  };
  return found;
}

// [bin][channel][channel]
void write_covariance(h5::File& file, const std::string& name, const CorrelateResult& result, Eigen::MatrixXd BinResult::*matrix, const char* meaning) {
  std::vector<double> all;
  for (const BinResult& bin : result.bins) {
    const std::vector<double> one = by_row(bin.*matrix);
    all.insert(all.end(), one.begin(), one.end());
  }
  const std::uint64_t n = result.bins[0].curve.channels.size();
  file.write(name, all, {result.bins.size(), n, n}, {.compress = true});
  file.set_attribute(name, "meaning", meaning);
}

void write_errors(h5::File& file, const CorrelateResult& result, int blocks) {
  const std::string group = "/xpcs/multitau";
  write_covariance(file, group + "/covariance_closed_form", result, &BinResult::closed_form, "of normalized_g2, [bin][delay][delay]; speckles and photons of a stationary record");
  write_covariance(file, group + "/covariance_blocks", result, &BinResult::blocks, "of normalized_g2, [bin][delay][delay]; from what blocks of pixels scatter");
  const std::uint64_t n = result.bins[0].curve.channels.size();
  std::vector<double> deviations(result.bins.size() * static_cast<std::size_t>(blocks) * n, std::numeric_limits<double>::quiet_NaN()), pairs;
  for (std::size_t b = 0; b < result.bins.size(); ++b) {
    const Eigen::MatrixXd& of_bin = result.bins[b].curve.block_deviations;
    for (Eigen::Index block = 0; block < of_bin.rows(); ++block)
      for (Eigen::Index k = 0; k < of_bin.cols(); ++k)
        deviations[(b * static_cast<std::size_t>(blocks) + static_cast<std::size_t>(block)) * n + static_cast<std::size_t>(k)] = of_bin(block, k);
    pairs.insert(pairs.end(), result.bins[b].curve.pairs.begin(), result.bins[b].curve.pairs.end());
  }
  file.write(group + "/block_deviations", deviations, {result.bins.size(), static_cast<std::uint64_t>(blocks), n}, {.compress = true});
  file.set_attribute(group + "/block_deviations", "meaning", "what each block of pixels adds to normalized_g2 above the mean, [bin][block][delay]: draw blocks for a bootstrap");
  file.write(group + "/pairs", pairs, {result.bins.size(), n});
  file.set_attribute(group, "errors", result.errors_of_blocks ? "blocks of pixels" : "closed form");
  file.set_attribute(group, "normalisation", result.g2_formula);
}

void write_log_binned(h5::File& file, const LogBinned& found, const std::string& formula) {
  const std::string group = "/xpcs/log_binned";
  std::vector<std::int64_t> delay, first, last;
  std::vector<double> g2, error;
  for (std::size_t k = 0; k < found.bins[0].channels.size(); ++k) {
    const LagChannel& channel = found.bins[0].channels[k];
    delay.push_back(channel.lag);
    first.push_back(channel.first);
    last.push_back(channel.last);
    for (std::size_t b = 0; b < found.bins.size(); ++b) {
      g2.push_back(found.bins[b].value[k]);
      error.push_back(std::sqrt(found.covariance[b](static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(k))));
    }
  }
  const std::uint64_t delays = delay.size(), bins = found.bins.size();
  file.create_group(group);
  file.set_attribute(group, "meaning", "g2 of all lags first_delay .. last_delay: the mean over starts of C, then over these lags; errors in closed form");
  file.set_attribute(group, "normalisation", formula);
  file.write(group + "/delay_list", delay);
  file.write(group + "/first_delay", first);
  file.write(group + "/last_delay", last);
  file.write(group + "/normalized_g2", g2, {delays, bins});
  file.write(group + "/normalized_g2_err", error, {delays, bins});
}

void write_ages(h5::File& file, const std::vector<AgeWindow>& windows, const CorrelateResult& result) {
  const std::string group = "/xpcs/multitau_ages";
  const std::size_t bins = result.bins.size(), delays = result.bins[0].curve.channels.size();
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> g2, error, pairs;
  std::vector<std::int64_t> first, last;
  for (const AgeWindow& window : windows) {
    std::vector<Eigen::MatrixXd> covariance;
    for (const G2Curve& curve : window.bins) covariance.push_back(curve.covariance());
    for (std::size_t k = 0; k < delays; ++k) {
      const bool reached = k < window.first.size();
      first.push_back(reached ? window.first[k] : 0);
      last.push_back(reached ? window.last[k] : -1);
      for (std::size_t b = 0; b < bins; ++b) {
        const auto at = static_cast<Eigen::Index>(k);
        g2.push_back(reached ? window.bins[b].value[k] : nothing);
        error.push_back(reached ? std::sqrt(covariance[b](at, at)) : nothing);
        pairs.push_back(reached ? window.bins[b].pairs[k] : 0.0);
      }
    }
  }
  const std::uint64_t ages = windows.size();
  file.create_group(group);
  file.set_attribute(group, "meaning", "g2 of pairs whose later frame, of [age][delay], is from first_later_frame to last_later_frame (none: the last is the smaller); delays and averaged_frames are those of /xpcs/multitau");
  file.set_attribute(group, "normalisation", result.g2_formula);
  file.set_attribute(group, "errors", "blocks of pixels");
  file.write(group + "/normalized_g2", g2, {ages, delays, bins});
  file.write(group + "/normalized_g2_err", error, {ages, delays, bins});
  file.write(group + "/pairs", pairs, {ages, delays, bins});
  file.write(group + "/first_later_frame", first, {ages, delays});
  file.write(group + "/last_later_frame", last, {ages, delays});
}

void write_visibility(h5::File& file, const Visibility& visibility, std::size_t bins) {
  const std::string group = "/xpcs/visibility";
  std::vector<std::int64_t> frames, exposures;
  std::vector<std::vector<VisibilityOfExposure>> all;
  for (std::size_t b = 0; b < bins; ++b) all.push_back(visibility.of_bin(b));
  std::vector<double> mean, contrast, error, probability;
  for (std::size_t l = 0; l < all[0].size(); ++l) {
    frames.push_back(all[0][l].frames);
    exposures.push_back(all[0][l].exposures);
    for (std::size_t b = 0; b < bins; ++b) {
      const VisibilityOfExposure& one = all[b][l];
      mean.push_back(one.mean);
      contrast.push_back(one.contrast);
      error.push_back(one.contrast_error);
      probability.insert(probability.end(), one.probability.begin(), one.probability.end());
    }
  }
  const std::uint64_t levels = frames.size();
  file.create_group(group);
  file.set_attribute(group, "contrast", "sum over exposures of <k (k - 1)> / sum of <k>^2, less 1: without photon noise");
  file.write(group + "/frames_of_exposure", frames);
  file.write(group + "/exposures", exposures);
  file.write(group + "/mean_photons", mean, {levels, bins});
  file.write(group + "/contrast", contrast, {levels, bins});
  file.write(group + "/contrast_err", error, {levels, bins});
  file.write(group + "/probability", probability, {levels, bins, Visibility::most_counts + 1});
  file.set_attribute(group + "/probability", "meaning", "P(k) of a pixel, k = 0, 1, ...; the last: all that are more");
}

void write_provenance(h5::File& file, const FrameMeasurement& measurement, const CorrelatePlan& work, const CorrelateResult& result) {
  const std::string group = "/xpcs/correlate";
  file.create_group(group);
  const auto tell = [&](const char* name, const std::string& text) { file.set_attribute(group, name, text); };
  tell("program", "patina correlate");
  tell("version", build_info().version);
  tell("git_hash", build_info().git_hash);
  tell("resolved_config", result.resolved_config);
  tell("frames", measurement.source->place());
  tell("layout", measurement.source->layout());
  tell("partition", measurement.partition.source);
  tell("g2", result.g2_formula);
  if (result.two_time) tell("two_time", result.map_formula);
  tell("diagonal", result.diagonal);
  file.set_attribute(group, "first_frame", measurement.range.first);
  file.write(group + "/bad_frames", std::vector<std::int64_t>(measurement.range.bad.begin(), measurement.range.bad.end()));
  std::vector<double> pixels, contrast, photons, size, area, static_bins;
  for (std::size_t b = 0; b < result.bins.size(); ++b) {
    pixels.push_back(work.cells.bins[b].pixels);
    static_bins.push_back(work.cells.bins[b].parts);
    contrast.push_back(result.bins[b].curve.contrast);
    photons.push_back(result.bins[b].sample.photons);
    size.push_back(result.bins[b].sample.pixels_per_speckle);
    area.push_back(result.bins[b].sample.coherence_area());
  }
  file.write(group + "/pixels", pixels);
  file.write(group + "/static_bins", static_bins);
  file.set_attribute(group + "/static_bins", "meaning", "parts of the bin over which intensities are averaged: few pixels in one of them bias g2 and C by -2 / pixels of a contrast of 1");
  file.write(group + "/contrast", contrast);
  file.set_attribute(group + "/contrast", "meaning", "g2 at lag 0 without photon noise, less 1, by the normalisation of g2");
  file.write(group + "/photons_per_pixel", photons);
  file.write(group + "/pixels_per_speckle", size);
  file.write(group + "/pixels_per_coherence_area", area);
  file.write(group + "/phi_deg", measurement.partition.map.phi_deg());
}

}  // namespace

void write_correlate_results(const std::string& path, IfExists if_exists, const FrameMeasurement& measurement, const FrameSetPlan& plan, const CorrelatePlan& work,
                             const RecordSums& sums, const CorrelateResult& result) {
  h5::File file = begin_file(path);
  write_measured_entry(file, measurement, plan);
  LogBinned log_binned;
  write_results(file, plan, *sums.averages, correlations_of(result, work, measurement.range.count, log_binned));
  if (!log_binned.bins.empty()) write_log_binned(file, log_binned, result.map_formula);
  write_errors(file, result, work.cells.blocks);
  if (sums.ages) write_ages(file, sums.ages->windows(), result);
  if (sums.visibility) write_visibility(file, *sums.visibility, work.cells.bins.size());
  write_provenance(file, measurement, work, result);
  if (result.two_time)
    for (const char* name : {"/xpcs/twotime", "/entry/twotime"}) {
      file.set_attribute(name, "normalisation", result.map_formula);
      file.set_attribute(name, "diagonal", result.diagonal);
    }
  end_file(file, path, if_exists);
}

}  // namespace patina
