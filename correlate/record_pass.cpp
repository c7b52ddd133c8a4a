// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/record_pass.hpp"

#include <fmt/format.h>

#include "correlate/frame_progress.hpp"

namespace patina {
namespace {

FrameScaling scaling(const CorrelatePlan& plan, Scaling wanted) {
  return FrameScaling(plan.cells, wanted, wanted == Scaling::pixel_and_frame ? plan.pixel_factor : std::vector<double>(), plan.two_time.photon);
}

std::unique_ptr<PixelSeries> empty_series(const CorrelatePlan& plan, std::size_t group) {
  return std::make_unique<PixelSeries>(plan.cells, plan.groups[group], plan.groups[group + 1]);
}

}  // namespace

RecordSums sum_record(const FrameMeasurement& measurement, const CorrelatePlan& plan, Log& log) {
  const RecordRange& range = measurement.range;
  const FrameShape shape = measurement.source->shape();
  RecordSums sums;
  sums.multi_tau = std::make_unique<FrameMultiTau>(plan.cells, plan.channels, plan.two_time.density, plan.fill);
  sums.averages = std::make_unique<FrameSums>(measurement.partition.map, range.count);
  if (plan.ages > 1) sums.ages = std::make_unique<AgedG2>(plan.cells, plan.g2, range.count, plan.ages);
  if (plan.exposures > 0) sums.visibility = std::make_unique<Visibility>(plan.cells, plan.exposures);
  if (plan.measures_speckles) sums.speckles = std::make_unique<SpeckleSize>(plan.cells, shape.rows, shape.columns, range.count);
  if (plan.makes_maps) sums.series = empty_series(plan, 0);
  const Scaling of_g2 = scaling_of(plan.g2), of_maps = scaling_of(plan.two_time.normalisation);
  const FrameScaling g2_scaling = scaling(plan, of_g2), map_scaling = scaling(plan, of_maps);
  FrameFeed feed(*measurement.source, plan.cells, range);
  FrameProgress progress(log, "frames", range.count);
  CellFrame frame;
  ScaledFrame for_g2, for_maps;
  for (std::int64_t k = 0; k < range.count; ++k) {
    feed.read(k, frame);
    if (frame.good)
      sums.averages->add(std::span<const PixelValue>(frame.all_pixels));
    else
      sums.averages->skip();
    g2_scaling.apply(frame, for_g2);
    sums.multi_tau->add(for_g2);
    if (sums.ages && k + 1 < range.count) sums.ages->after(k + 1, *sums.multi_tau);
    if (sums.visibility) sums.visibility->add(frame);
    if (sums.speckles) sums.speckles->add(k, frame);
    if (sums.series) {
      if (of_maps != of_g2) map_scaling.apply(frame, for_maps);
      sums.series->add(frame, of_maps == of_g2 ? for_g2 : for_maps);
    }
    progress.report(k + 1);
  }
  sums.multi_tau->finish();
  if (sums.ages) sums.ages->after(range.count, *sums.multi_tau);
  log.line("{} frames in {:.3g} s, {:.3g} pixels/s", range.count, progress.elapsed_s(), static_cast<double>(range.count) * static_cast<double>(plan.cells.pixels()) / progress.elapsed_s());
  return sums;
}

std::unique_ptr<PixelSeries> read_series(const FrameMeasurement& measurement, const CorrelatePlan& plan, std::size_t group, Log& log) {
  std::unique_ptr<PixelSeries> series = empty_series(plan, group);
  const FrameScaling map_scaling = scaling(plan, scaling_of(plan.two_time.normalisation));
  FrameFeed feed(*measurement.source, plan.cells, measurement.range);
  FrameProgress progress(log, fmt::format("bins {} to {}", plan.groups[group] + 1, plan.groups[group + 1]), measurement.range.count);
  CellFrame frame;
  ScaledFrame scaled;
  for (std::int64_t k = 0; k < measurement.range.count; ++k) {
    feed.read(k, frame);
    map_scaling.apply(frame, scaled);
    series->add(frame, scaled);
    progress.report(k + 1);
  }
  return series;
}

}  // namespace patina
