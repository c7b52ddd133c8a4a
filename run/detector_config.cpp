// SPDX-License-Identifier: BSD-3-Clause
#include "run/detector_config.hpp"

#include <fmt/format.h>

#include <cmath>

namespace patina {

void describe(ConfigTable<PixelGap>& table) {
  table.integer("first", &PixelGap::first, {.at_least = 0}, "of them, from 0");
  table.integer("count", &PixelGap::count, {.at_least = 1}, "how many").required();
}

void describe(ConfigTable<PixelArea>& table) {
  table.about("A rectangle that nothing comes to.");
  table.section("rows", &PixelArea::rows, "rows of pixels");
  table.section("columns", &PixelArea::columns, "columns of pixels");
}

void describe(ConfigTable<PhiSectors>& table) {
  using C = PhiSectors;
  table.about("Rings are cut in the azimuth of q about the beam: 0 along columns, 90 degrees along rows. Bins stand in the order of q, those of one q in that of phi; "
              "none may be without a pixel. Dynamics do not depend on phi.");
  table.number("first_deg", &C::first_deg, {.at_least = -360.0, .at_most = 360.0}, "where the first sector begins");
  table.number("width_deg", &C::width_deg, {.above = 0.0, .at_most = 360.0}, "of all sectors together; pixels beyond are in none");
  table.integer("count", &C::count, {.at_least = 1, .at_most = 360}, "sectors of equal width (dynamic partition)");
  table.integer("parts", &C::parts, {.at_least = 1, .at_most = 360}, "of equal width in phi that each sector is cut into (static partition)");
}

void describe(ConfigTable<PupilConfig>& table) {
  using C = PupilConfig;
  table.about("Speckles larger than a pixel, or as large: the diffraction of a beam of some shape. A pattern for each ring.");
  table.choice("shape", &C::shape, {"circle", "slit", "gaussian"}, "of the illuminated area: mu of two pixels is its Fourier transform");
  table.number("speckle_rows_pixels", &C::speckle_rows_pixels, {.at_least = 0.2, .at_most = 1e5},
               "wavelength x distance / size of the beam (gaussian: FWHM of its intensity), in pixels, along a column; a fourth of the detector at most");
  table.number("speckle_columns_pixels", &C::speckle_columns_pixels, {.at_least = 0.2, .at_most = 1e5}, "the same along a row");
}

void describe(ConfigTable<ExposureConfig>& table) {
  using C = ExposureConfig;
  table.about("Frames are the mean over an exposure, which begins at the time of the frame; the truth is that of such frames. Unset, they are snapshots.");
  table.number("duration_s", &C::duration_s, {.above = 0.0, .at_most = 1e9}, "at most frames/interval_s");
  table.integer("instants", &C::instants, {.at_least = 2, .at_most = 64}, "evenly spaced, whose mean stands for the exposure, in the truth as well");
}

void describe(ConfigTable<DetectorGeometry>& table) {
  using G = DetectorGeometry;
  table.integer("rows", &G::rows, {.at_least = 1, .at_most = 16384}, "of pixels");
  table.integer("columns", &G::columns, {.at_least = 1, .at_most = 16384}, "of pixels");
  table.number("pixel_size_um", &G::pixel_size_um, {.above = 0.0, .at_most = 1e6}, "of square pixels");
  table.number("distance_m", &G::distance_m, {.above = 0.0, .at_most = 1e4}, "from the sample along the arm");
  table.number("photon_energy_keV", &G::photon_energy_keV, {.above = 0.0, .at_most = 1e3}, "of the beam");
  table.number("two_theta_deg", &G::two_theta_deg, {.at_least = -180.0, .at_most = 180.0}, "of the arm, towards +columns; the detector's face is normal to it");
  table.list("row_gaps", &G::row_gaps, "rows without a sensor, between modules");
  table.list("column_gaps", &G::column_gaps, "columns without a sensor");
  table.list("shadows", &G::shadows, "of a beam stop: nothing is counted there, and the mask leaves them out");
}

void describe(ConfigTable<DetectorFaults>& table) {
  using F = DetectorFaults;
  table.about("Each is off by default, and drawn from the seed.");
  table.number("dead_fraction", &F::dead_fraction, {.at_least = 0.0, .at_most = 1.0}, "of pixels, which count nothing");
  table.number("hot_fraction", &F::hot_fraction, {.at_least = 0.0, .at_most = 1.0}, "of pixels, which count hot_photons more");
  table.number("hot_photons", &F::hot_photons, {.at_least = 0.0, .at_most = 1e5}, "of each hot pixel in each frame, on the mean");
  table.number("flux_rms", &F::flux_rms, {.at_least = 0.0, .at_most = 10.0}, "of the flux from frame to frame, against its mean (log-normal)");
  table.number("flux_drift", &F::flux_drift, {.above = -2.0, .below = 2.0}, "of the flux from the first frame to the last, against its mean (linear)");
  table.number("jitter_rms_pixels", &F::jitter_rms_pixels, {.at_least = 0.0, .at_most = 1e3},
               "of the pattern's place from frame to frame, along rows and columns (normal); synthetic speckles need a pupil for it. What it costs of the correlation is in the truth");
  table.number("drop_probability", &F::drop_probability, {.at_least = 0.0, .below = 1.0}, "of a frame to be lost: the record is shorter, and does not tell");
  table.number("repeat_probability", &F::repeat_probability, {.at_least = 0.0, .at_most = 1.0}, "that the frame before stands again in a frame's place");
  table.check([](const F& f, const ConfigChecker& at) {
    if (f.dead_fraction + f.hot_fraction > 1.0) at.error("hot_fraction", "dead_fraction and hot_fraction are more than all pixels");
    if (f.hot_fraction > 0.0 && f.hot_photons == 0.0) at.error("hot_fraction", "has no meaning without hot_photons");
  });
}

void describe(ConfigTable<FrameStorage>& table) {
  table.boolean("dense", &FrameStorage::dense, "s0001.h5, all pixels of all frames: boost_corr, xpcs-eigen, scikit-beam, dynamix");
  table.boolean("events", &FrameStorage::events, "s0001_events.h5, pixels that counted, frame by frame: programs of the ESRF (ID10)");
  table.boolean("rigaku", &FrameStorage::rigaku, "s0001.bin, the same as boost_corr reads it: counts to 255, detectors to 2^21 pixels");
  table.boolean("wide", &FrameStorage::wide, "counts of 32 bits in s0001.h5, not 16");
}

void describe(ConfigTable<DetectorConfig>& table) {
  using C = DetectorConfig;
  table.about("Frames of a detector, in the folder frames/ of the results, in place of synth.h5. Each pixel has the dynamics of the ring "
              "(q_inv_A) nearest to its |q|.");
  describe_place(table);
  table.number("photons_per_pixel", &C::photons_per_pixel, {.above = 0.0, .at_most = 1e5}, "in a frame, on the mean, at q0_inv_A");
  table.number("intensity_power", &C::intensity_power, {.at_least = -20.0, .at_most = 20.0}, "p of the mean intensity ~ (q / q0_inv_A)^-p");
  table.boolean("fields", &C::fields,
                "false: no fields are made. Counts of each pixel and frame are drawn by themselves, negative-binomial with 1 / contrast modes, as of a "
                "sample that is far faster than the frames: a null test, of any contrast, at no cost. Zones, flow and strain then have no meaning");
  table.optional_section("pupil", &C::pupil, "speckles of a size; unset, pixels are independent");
  table.optional_section("exposure", &C::exposure, "what an exposure of finite length blurs");
  describe_recording(table);
  table.check([](const C& c, const ConfigChecker& at) {
    const std::string meaningless = "has no meaning where fields is false";
    if (!c.fields && c.pupil) at.error("pupil", meaningless + ": pixels are independent");
    if (!c.fields && c.exposure) at.error("exposure", meaningless + ": nothing is left to blur");
    if (!c.fields && c.intensity_power != 0.0) at.error("intensity_power", "must be 0 where fields is false: all pixels have one law");
    if (!c.fields && c.faults.hot_fraction > 0.0) at.error("faults/hot_fraction", "must be 0 where fields is false: all pixels have one law");
    if (c.faults.jitter_rms_pixels > 0.0 && !c.pupil) at.error("faults/jitter_rms_pixels", "has no meaning without a pupil: pixels are independent");
  });
}

DetectorGeometry geometry_of(const DetectorSetup& config) {
  DetectorGeometry geometry = config.geometry;
  geometry.axis_row = config.axis_row.value_or(0.5 * (geometry.rows - 1));
  geometry.axis_column = config.axis_column.value_or(0.5 * (geometry.columns - 1));
  return geometry;
}

std::vector<Ring> bins_of(const DetectorSetup& config, const std::vector<double>& q_inv_A) {
  std::vector<Ring> rings;
  for (const double q : q_inv_A) rings.push_back({q, config.ring_width_inv_A, config.static_parts});
  return config.phi ? sectors_of(rings, *config.phi) : rings;
}

std::vector<std::uint8_t> looked_at(const std::vector<std::uint32_t>& states, bool mask_faults) {
  std::vector<std::uint8_t> mask;
  for (const std::uint32_t state : states)
    mask.push_back(state == pixel_good || (!mask_faults && (state & (pixel_gap | pixel_shadowed)) == 0) ? 1 : 0);
  return mask;
}

DetectorFaults faults_of(const DetectorConfig& config, std::uint64_t seed) {
  DetectorFaults faults = config.faults;
  faults.seed = seed;
  faults.subframes = config.exposure ? config.exposure->instants : 1;
  return faults;
}

std::optional<PupilChoice> pupil_of(const DetectorConfig& config) {
  if (!config.pupil) return std::nullopt;
  const std::string& shape = config.pupil->shape;
  return PupilChoice{shape == "slit" ? PupilShape::slit : shape == "gaussian" ? PupilShape::gaussian : PupilShape::circle,
                     config.pupil->speckle_rows_pixels, config.pupil->speckle_columns_pixels};
}

}  // namespace patina
