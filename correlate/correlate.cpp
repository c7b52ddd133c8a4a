// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/correlate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "core/amounts.hpp"
#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "core/on_root.hpp"
#include "core/stopwatch.hpp"
#include "core/types.hpp"
#include "core/version.hpp"
#include "correlate/correlate_results.hpp"
#include "correlate/g2_errors.hpp"

namespace patina {
namespace {

constexpr std::int64_t most_rows_unasked = 2048, most_rows = 16384;

Density density_of(const std::string& method) {
  if (method == "sparse") return Density::sparse;
  return method == "dense" ? Density::dense : Density::automatic;
}

// Pixels that never counted have no mean to be divided by: they are left out.
void leave_out_empty_pixels(FrameMeasurement& measurement, CorrelatePlan& plan, bool static_parts, Log& log) {
  FrameFeed feed(*measurement.source, plan.cells, measurement.range);
  plan.pixel_factor = pixel_factors(feed, plan.cells, measurement.range);
  std::vector<std::uint8_t> good(measurement.partition.map.mask.size(), 1);
  std::int64_t empty = 0;
  std::vector<double> kept;
  for (std::size_t order = 0; order < plan.cells.pixels(); ++order) {
    if (plan.pixel_factor[order] > 0.0) {
      kept.push_back(plan.pixel_factor[order]);
      continue;
    }
    good[plan.cells.pixel_of[order]] = 0;
    ++empty;
  }
  if (empty == 0) return;
  log.line("{} pixels that count nothing in the record are left out, as normalisation \"pixel\" needs", empty);
  apply_mask(measurement.partition, good, measurement.source->place() + ": leaving out pixels that count nothing");
  plan.cells = make_pixel_cells(measurement.partition.map, static_parts, plan.cells.blocks);
  plan.pixel_factor = std::move(kept);  // the order of what is left is the same
}

std::vector<int> groups_of_bins(const CorrelatePlan& plan, std::int64_t frames, double bytes) {
  std::vector<int> groups{0};
  const int bins = static_cast<int>(plan.cells.bins.size());
  for (int bin = 1; bin < bins; ++bin)
    if (PixelSeries::bytes(plan.cells, groups.back(), bin + 1, frames, plan.fill) > bytes) groups.push_back(bin);
  groups.push_back(bins);
  return groups;
}

int averaged_frames(const CorrelateConfig& config, std::int64_t frames, const std::string& place) {
  const std::int64_t averaged = config.two_time.averaged_frames.value_or(static_cast<int>((frames + most_rows_unasked - 1) / most_rows_unasked));
  const std::int64_t rows = frames / averaged;
  if (rows < 2 || rows > most_rows)
    throw Error(ExitCode::bad_input, fmt::format("{}: /two_time/averaged_frames: {} makes {} rows of {} frames: must be 2 to {}", place, averaged, rows, frames, most_rows));
  return static_cast<int>(averaged);
}

CorrelatePlan plan_of(FrameMeasurement& measurement, const CorrelateConfig& config, const std::string& place, Log& log) {
  CorrelatePlan plan;
  const bool static_parts = config.intensity_over == "static_bins";
  plan.cells = make_pixel_cells(measurement.partition.map, static_parts, config.blocks);
  plan.g2 = g2_normalisation(config.g2.normalisation);
  plan.makes_maps = config.two_time.make;
  plan.two_time = {two_time_normalisation(config.two_time.normalisation), 1, config.frames.photon(), density_of(config.method)};
  plan.channels = config.g2.channels;
  plan.ages = config.g2.ages;
  if (plan.ages > measurement.range.count) throw Error(ExitCode::bad_input, fmt::format("{}: /g2/ages: {} windows of {} frames: must be as many or less", place, plan.ages, measurement.range.count));
  plan.exposures = config.visibility ? config.visibility->exposures : 0;
  plan.measures_speckles = !config.pixels_per_speckle;
  FrameFeed feed(*measurement.source, plan.cells, measurement.range);
  plan.fill = estimated_fill(feed, plan.cells, measurement.range);
  if (plan.exposures > 0 && !measurement.source->whole_numbers())
    throw Error(ExitCode::bad_input, fmt::format("{}: /visibility: needs counts of photons, {} holds floating-point numbers", place, measurement.source->place()));
  if (plan.makes_maps) plan.two_time.averaged_frames = averaged_frames(config, measurement.range.count, place);
  if (plan.g2 == G2Normalisation::pixel || (plan.makes_maps && plan.two_time.normalisation == TwoTimeNormalisation::pixel))
    leave_out_empty_pixels(measurement, plan, static_parts, log);
  plan.groups = groups_of_bins(plan, measurement.range.count, 1e9 * config.memory_GB);
  return plan;
}

void tell_beginning(const FrameMeasurement& measurement, const CorrelatePlan& plan, Log& log) {
  const FrameShape shape = measurement.source->shape();
  log.line("patina {} (git {}), {} thread(s)", build_info().version, build_info().git_hash, HostExec().concurrency());
  log.line("{} ({}): {} frames of {} x {} pixels, of which frames {} to {}, {} bad", measurement.source->place(), measurement.source->layout(), shape.frames, shape.rows, shape.columns,
           measurement.range.first, measurement.range.first + measurement.range.count - 1, measurement.range.bad.size());
  log.line("{}: {} dynamic bins, {} parts, {} pixels; some {:.3g} % of them are not 0 in a frame", measurement.partition.source, plan.cells.bins.size(), plan.cells.parts.size(),
           plan.cells.pixels(), 100.0 * plan.fill);
  for (const std::string& note : measurement.notes) log.warning("{}", note);
}

// Memory, and about how long it takes on one core (docs/performance.md).
void tell_needs(const FrameMeasurement& measurement, const CorrelatePlan& plan, Log& log) {
  constexpr double read_pixel_s = 4e-9, read_event_s = 3e-8, event_s = 2e-8, dense_value_s = 9e-9, pair_s = 3e-9, product_s = 1e-10;
  const auto frames = static_cast<double>(measurement.range.count), pixels = static_cast<double>(plan.cells.pixels());
  const double raw = static_cast<double>(measurement.source->shape().pixels());
  const double multi_tau = FrameMultiTau::bytes(plan.cells, plan.channels, measurement.range.count, plan.two_time.density, plan.fill);
  double series = 0.0, maps = 0.0, map_s = 0.0;
  if (plan.makes_maps) {
    for (std::size_t g = 0; g + 1 < plan.groups.size(); ++g)
      series = std::max(series, PixelSeries::bytes(plan.cells, plan.groups[g], plan.groups[g + 1], measurement.range.count, plan.fill));
    maps = two_time_map_bytes(plan.cells, measurement.range.count, plan.two_time, plan.fill);
    const double rows = frames / plan.two_time.averaged_frames, filled = std::min(1.0, plan.fill * plan.two_time.averaged_frames);
    map_s = pixels * rows * rows / 2.0 * (takes_dense_products(plan.two_time, filled) ? product_s : filled * filled * pair_s);
  }
  log.line("memory: about {} (correlator {}, events {}, a map {}, maps of the detector {})", bytes_text(4e7 + multi_tau + series + maps + 100.0 * raw), bytes_text(multi_tau),
           bytes_text(series), bytes_text(maps), bytes_text(100.0 * raw));
  const double read_s = frames * raw * (measurement.source->layout() == "dense" ? read_pixel_s : plan.fill * read_event_s);
  const double passes = plan.makes_maps ? static_cast<double>(plan.groups.size()) - 1.0 : 1.0;
  const double correlator_s = frames * pixels * std::min(dense_value_s, plan.fill * event_s * static_cast<double>(std::bit_width(static_cast<std::uint64_t>(measurement.range.count))));
  log.line("time: about {} (frames pass {} time(s), {}; correlator {}; maps {})", clock_time(passes * read_s + correlator_s + map_s), passes,
           clock_time(passes * read_s), clock_time(correlator_s), clock_time(map_s));
}

std::vector<BinResult> bins_of(const FrameMeasurement& measurement, const CorrelatePlan& plan, const CorrelateConfig& config, const RecordSums& sums) {
  const bool photons_known = plan.two_time.photon > 0.0;
  const auto curves = multi_tau_g2(plan.cells, sums.multi_tau->levels(), photons_known ? sums.multi_tau->photon_noise() : std::vector<double>(), plan.g2);
  // Means of numbers as they were counted.
  std::vector<double> photons(curves.size()), contrast;
  std::vector<SpeckleExtent> sizes(curves.size());
  const std::vector<double> mean_frame = sums.averages->mean_frame();
  for (std::size_t order = 0; order < plan.cells.pixels(); ++order) {
    const auto bin = static_cast<std::size_t>(plan.cells.parts[static_cast<std::size_t>(plan.cells.cells[plan.cells.cell_of[order]].part)].bin);
    photons[bin] += mean_frame[plan.cells.pixel_of[order]] / (plan.cells.bins[bin].pixels * config.frames.adu_per_photon);
  }
  for (std::size_t b = 0; b < curves.size(); ++b) contrast.push_back(speckle_sample(curves[b], 1.0, 1.0, {}).contrast);
  if (config.pixels_per_speckle)
    sizes.assign(curves.size(), {*config.pixels_per_speckle, gaussian_coherence_area(*config.pixels_per_speckle)});
  else
    sizes = sums.speckles->extents(contrast);
  std::vector<BinResult> bins;
  for (std::size_t b = 0; b < curves.size(); ++b) {
    BinResult bin;
    bin.sample = speckle_sample(curves[b], plan.cells.bins[b].pixels, photons_known ? photons[b] : std::numeric_limits<double>::infinity(), sizes[b]);
    bin.closed_form = closed_form_covariance(curves[b], bin.sample, static_cast<int>(measurement.range.count));
    bin.blocks = curves[b].covariance();
    bin.curve = curves[b];
    bins.push_back(std::move(bin));
  }
  return bins;
}

void correlate_on_root(const CorrelateOptions& options, const CorrelateConfig& config) {
  const std::string place = options.input.empty() ? "defaults" : options.input;
  Log log(true);
  FrameMeasurement measurement = open_measurement(options.frames, config, place);
  check_unlike(options.output, measurement.files);
  CorrelatePlan plan = plan_of(measurement, config, place, log);
  tell_beginning(measurement, plan, log);
  if (options.dry_run) return tell_needs(measurement, plan, log);
  RecordSums sums = sum_record(measurement, plan, log);
  CorrelateResult result;
  result.resolved_config = resolved_json(config);
  result.g2_formula = formula(plan.g2);
  result.map_formula = formula(plan.two_time.normalisation);
  result.diagonal = plan.two_time.photon > 0.0 ? "C(t, t) of <I (I - photon)>: without the noise of single photons" : "C(t, t) as counted, with photon noise";
  result.errors_of_blocks = config.g2.errors == "blocks";
  result.averaged_frames = plan.two_time.averaged_frames;
  result.bins = bins_of(measurement, plan, config, sums);
  Stopwatch watch;
  std::size_t group = 0;
  const std::vector<double> map_factor = plan.two_time.normalisation == TwoTimeNormalisation::pixel ? plan.pixel_factor : std::vector<double>();
  if (plan.makes_maps)
    result.two_time = [&](std::size_t bin) {
      if (static_cast<int>(bin) >= sums.series->last_bin()) {
        sums.series.reset();  // before the next group needs its memory
        sums.series = read_series(measurement, plan, ++group, log);
      }
      return two_time_map(plan.cells, *sums.series, static_cast<int>(bin), map_factor, plan.two_time);
    };
  write_correlate_results(options.output, options.overwrite ? IfExists::replace : IfExists::refuse, measurement, measurement.plan(config.title), plan, sums, result);
  log.line("maps and file in {:.3g} s", watch.lap());
  for (std::size_t b = 0; b < result.bins.size(); ++b)
    log.line("bin {}: q = {:.5g} 1/A, {:.0f} pixels, {:.4g} photons a pixel, contrast {:.4g}, {:.3g} pixels a speckle", b + 1, measurement.partition.map.rings[b].q_inv_A,
             plan.cells.bins[b].pixels, result.bins[b].sample.photons, result.bins[b].sample.contrast, result.bins[b].sample.pixels_per_speckle);
  log.line("wrote {}", options.output);
}

}  // namespace

void correlate(const Comm& world, const CorrelateOptions& options) {
  const std::string text = options.input.empty() ? "{}" : read_file_on_root(world, options.input);
  const auto config = read_config<CorrelateConfig>(text, options.input.empty() ? "defaults" : options.input, options.overrides);
  on_root(world, [&] { correlate_on_root(options, config); });
}

}  // namespace patina
