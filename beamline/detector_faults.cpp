// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/detector_faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/rng.hpp"

namespace patina {
namespace {

// What numbers are drawn for: the step of the key.
enum class Draw : std::uint64_t { pixels, flux, shift, frames };

RandomBlock draw(const DetectorFaults& faults, Draw what, std::int64_t id) {
  return random_block(faults.seed, Stream::detector, static_cast<std::uint64_t>(what), static_cast<std::uint64_t>(id));
}

struct NamedNumber {
  const char* name;
  double value, low, high;
};

std::vector<NamedNumber> numbers_of(const DetectorFaults& f) {
  constexpr double large = 1e6;
  return {{"dead_fraction", f.dead_fraction, 0.0, 1.0},           {"hot_fraction", f.hot_fraction, 0.0, 1.0},
          {"hot_photons", f.hot_photons, 0.0, large},             {"flux_rms", f.flux_rms, 0.0, 10.0},
          {"flux_drift", f.flux_drift, -2.0, 2.0},                {"jitter_rms_pixels", f.jitter_rms_pixels, 0.0, large},
          {"subframes", static_cast<double>(f.subframes), 1, 1e4}, {"drop_probability", f.drop_probability, 0.0, 1.0},
          {"repeat_probability", f.repeat_probability, 0.0, 1.0}};
}

}  // namespace

void check(const DetectorFaults& faults, const std::string& place) {
  for (const NamedNumber& number : numbers_of(faults))
    if (!(number.value >= number.low && number.value <= number.high))
      throw Error(ExitCode::bad_input,
                  fmt::format("{}: {} is {:g}: must be >= {:g}, <= {:g}", place, number.name, number.value, number.low, number.high));
  if (faults.dead_fraction + faults.hot_fraction > 1.0)
    throw Error(ExitCode::bad_input, fmt::format("{}: dead_fraction and hot_fraction are more than all pixels", place));
}

std::vector<std::uint32_t> pixel_states(const DetectorGeometry& geometry, const DetectorFaults& faults) {
  std::vector<std::uint32_t> states(static_cast<std::size_t>(geometry.pixels()), pixel_good);
  const auto columns = static_cast<std::size_t>(geometry.columns);
  if (faults.dead_fraction > 0.0 || faults.hot_fraction > 0.0)
    for (std::size_t p = 0; p < states.size(); ++p) {
      const double u = draw(faults, Draw::pixels, static_cast<std::int64_t>(p)).uniform(0);
      if (u < faults.dead_fraction)
        states[p] = pixel_dead;
      else if (u < faults.dead_fraction + faults.hot_fraction)
        states[p] = pixel_noisy;
    }
  for (const PixelArea& shadow : geometry.shadows)
    for (int row = shadow.rows.first; row < shadow.rows.first + shadow.rows.count; ++row)
      std::fill_n(states.begin() + static_cast<std::ptrdiff_t>(row) * geometry.columns + shadow.columns.first, shadow.columns.count, pixel_shadowed);
  for (const PixelGap& gap : geometry.row_gaps)
    std::fill_n(states.begin() + static_cast<std::ptrdiff_t>(gap.first) * geometry.columns, gap.count * columns, pixel_gap);
  for (const PixelGap& gap : geometry.column_gaps)
    for (std::size_t row = 0; row < states.size(); row += columns)
      std::fill_n(states.begin() + static_cast<std::ptrdiff_t>(row) + gap.first, gap.count, pixel_gap);
  return states;
}

void spoil_pixels(std::span<const std::uint32_t> states, const DetectorFaults& faults, std::span<float> intensity) {
  require(states.size() == intensity.size(), "spoil_pixels: states and intensities differ in length");
  for (std::size_t p = 0; p < states.size(); ++p) {
    if (states[p] & (pixel_gap | pixel_dead | pixel_shadowed)) intensity[p] = 0.0f;
    if (states[p] & pixel_noisy) intensity[p] += static_cast<float>(faults.hot_photons);
  }
}

double flux_factor(const DetectorFaults& faults, std::int64_t frame, std::int64_t frames) {
  double factor = 1.0;
  if (faults.flux_drift != 0.0 && frames > 1)
    factor += faults.flux_drift * (static_cast<double>(frame) / static_cast<double>(frames - 1) - 0.5);
  if (faults.flux_rms > 0.0) {
    const double variance = elementary::log(1.0 + faults.flux_rms * faults.flux_rms);  // of the logarithm
    factor *= elementary::exp(std::sqrt(variance) * draw(faults, Draw::flux, frame).normal(0) - 0.5 * variance);
  }
  return factor;
}

PatternShift pattern_shift(const DetectorFaults& faults, std::int64_t frame) {
  if (faults.jitter_rms_pixels == 0.0) return {};
  const RandomBlock random = draw(faults, Draw::shift, frame);
  return {faults.jitter_rms_pixels * random.normal(0), faults.jitter_rms_pixels * random.normal(1)};
}

std::vector<std::int64_t> recorded_frames(const DetectorFaults& faults, std::int64_t frames) {
  std::vector<std::int64_t> recorded;
  for (std::int64_t frame = 0; frame < frames; ++frame) {
    const RandomBlock random = draw(faults, Draw::frames, frame);
    if (random.uniform(0) < faults.drop_probability) continue;
    recorded.push_back(!recorded.empty() && random.uniform(1) < faults.repeat_probability ? recorded.back() : frame);
  }
  return recorded;
}

void average_subframes(std::span<const float> subframes, std::span<float> exposure) {
  require(!exposure.empty() && !subframes.empty() && subframes.size() % exposure.size() == 0, "average_subframes: no whole number of sub-frames");
  const std::size_t count = subframes.size() / exposure.size();
  for (std::size_t p = 0; p < exposure.size(); ++p) {
    double sum = 0.0;
    for (std::size_t n = 0; n < count; ++n) sum += subframes[n * exposure.size() + p];
    exposure[p] = static_cast<float>(sum / static_cast<double>(count));
  }
}

void write_detector(h5::File& file, const std::string& group, const DetectorGeometry& g, const DetectorFaults& faults) {
  file.create_group(group);
  file.set_attribute(group, "NX_class", "NXdetector");
  const auto scalar = [&](const std::string& name, double value, const char* units) {
    file.write(group + "/" + name, std::vector<double>{value});
    file.set_attribute(group + "/" + name, "units", units);
  };
  const double pixel_m = g.pixel_size_um * 1e-6;
  scalar("distance", g.distance_m, "m");
  scalar("x_pixel_size", pixel_m, "m");
  scalar("y_pixel_size", pixel_m, "m");
  // NeXus counts from the corner of pixel (0, 0), half a pixel before its centre.
  scalar("beam_center_x", (g.axis_column + 0.5) * pixel_m, "m");
  scalar("beam_center_y", (g.axis_row + 0.5) * pixel_m, "m");
  scalar("polar_angle", g.two_theta_deg, "deg");
  scalar("photon_energy", g.photon_energy_keV, "keV");
  file.write(group + "/pixel_mask", pixel_states(g, faults), {static_cast<std::uint64_t>(g.rows), static_cast<std::uint64_t>(g.columns)},
             h5::Layout{.compress = true});
  const std::string own = group + "/faults";
  file.create_group(own);
  file.set_attribute(own, "NX_class", "NXcollection");
  file.set_attribute(own, "seed", faults.seed);
  for (const NamedNumber& number : numbers_of(faults)) file.set_attribute(own, number.name, number.value);
}

}  // namespace patina
