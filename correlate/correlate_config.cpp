// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/correlate_config.hpp"

#include <fmt/format.h>

namespace patina {

void describe(ConfigTable<RecordConfig>& table) {
  using C = RecordConfig;
  table.choice("layout", &C::layout, {"automatic", "dense", "events", "rigaku"}, "how the file holds frames");
  table.text("dataset", &C::dataset, "where dense frames (frames, rows, columns) or the group of events stand in the file; \"\": looked for at the places of the APS, the ESRF and NeXus");
  table.optional_integer("rows", &C::rows, {.at_least = 1, .at_most = 1u << 20}, "of a frame, where the file does not tell").unset_means("those of the partition");
  table.optional_integer("columns", &C::columns, {.at_least = 1, .at_most = 1u << 20}, "the same").unset_means("those of the partition");
  table.integer("first", &C::first, {.at_least = 0}, "the first frame that is looked at; the file's first is 0");
  table.optional_integer("count", &C::count, {.at_least = 2, .at_most = 2'000'000'000}, "how many are").unset_means("all");
  table.integers("bad_frames", &C::bad_frames, {.at_least = 0}, {}, "frames of the file that are left out; their places in time stay");
  table.optional_number("interval_s", &C::interval_s, {.above = 0.0}, "from one frame to the next").unset_means("that of the metadata beside the frames, else 1");
  table.optional_number("exposure_s", &C::exposure_s, {.above = 0.0}, "of a frame").unset_means("that of the metadata, else interval_s");
  table.number("adu_per_photon", &C::adu_per_photon, {.above = 0.0}, "what a photon adds to the number of a pixel");
  table.boolean("counts_photons", &C::counts_photons, "whether numbers are photons times adu_per_photon; false: C(t, t) is as counted, errors know no photon noise");
}

void describe(ConfigTable<PartitionConfig>& table) {
  using C = PartitionConfig;
  table.optional_text("file", &C::file, "with dynamic_roi_map, static_roi_map and mask, as the APS has it; from the working folder, or from that of the frames").unset_means("qmap.h5 beside the frames, if there is one; else whole_frame");
  table.text("group", &C::group, "where they stand in it; \"\": /qmap or /xpcs/qmap");
  table.boolean("whole_frame", &C::whole_frame, "all pixels are one bin, and no partition is looked for");
  table.check([](const C& c, const ConfigChecker& at) {
    if (c.whole_frame && c.file) at.error("whole_frame", "has no meaning beside a file");
  });
}

void describe(ConfigTable<MaskConfig>& table) {
  using C = MaskConfig;
  table.text("file", &C::file, "HDF5; from the working folder, or from that of the frames").required();
  table.text("dataset", &C::dataset, "numbers (rows, columns)");
  table.boolean("bad_is_one", &C::bad_is_one, "whether pixels that are not 0 are left out (ESRF, pixel_mask of NeXus); false: those that are 0 (APS)");
}

void describe(ConfigTable<G2Config>& table) {
  using C = G2Config;
  table.choice("normalisation", &C::normalisation, {"frame", "frame_pairs", "symmetric", "global", "pixel"}, "what products are divided by (above)");
  table.integer("channels", &C::channels, {.at_least = 4, .at_most = 256}, "of a level of the multi-tau correlator, even");
  table.choice("errors", &C::errors, {"closed_form", "blocks"}, "which of the two errors is normalized_g2_err; both are written");
  table.integer("ages", &C::ages, {.at_least = 1, .at_most = 1000}, "windows of the record of each of which g2 is written too: C(t, t + lag) of records too long for a map of single frames; 1: none");
  table.check([](const C& c, const ConfigChecker& at) {
    if (c.channels % 2 != 0) at.error("channels", fmt::format("{} is odd", c.channels));
  });
}

void describe(ConfigTable<TwoTimeConfig>& table) {
  using C = TwoTimeConfig;
  table.boolean("make", &C::make, "whether C(t1, t2) is made");
  table.choice("normalisation", &C::normalisation, {"frame", "global", "pixel", "pearson"}, "what products are divided by (above)");
  table.optional_integer("averaged_frames", &C::averaged_frames, {.at_least = 1, .at_most = 1'000'000}, "C is that of means over so many neighbouring frames")
      .unset_means("as few as make 2048 rows or less");
}

void describe(ConfigTable<VisibilityConfig>& table) {
  table.integer("exposures", &VisibilityConfig::exposures, {.at_least = 1, .at_most = 30}, "lengths of exposures: 1, 2, 4, ... frames");
}

void describe(ConfigTable<CorrelateConfig>& table) {
  using C = CorrelateConfig;
  table.text("title", &C::title, "a line for the results");
  table.section("frames", &C::frames, "which frames, and what their numbers mean");
  table.section("partition", &C::partition, "which pixels are correlated together");
  table.optional_section("mask", &C::mask, "more pixels that are left out");
  table.choice("intensity_over", &C::intensity_over, {"static_bins", "dynamic_bins"},
               "over which pixels intensities are averaged where products are divided by them; dynamic_bins: where intensity slopes across a bin this adds to g2");
  table.integer("blocks", &C::blocks, {.at_least = 2, .at_most = 1000}, "of neighbouring pixels that each dynamic bin is cut into; what they scatter is the error");
  table.optional_number("pixels_per_speckle", &C::pixels_per_speckle, {.at_least = 1.0, .at_most = 1e6},
                        "pixels that fluctuate as one, for errors in closed form: the sum over neighbours of the fourth power of their degree of coherence")
      .unset_means("as neighbours in some of the frames are correlated");
  table.section("g2", &C::g2, "correlations of lags");
  table.section("two_time", &C::two_time, "correlations of pairs of times");
  table.optional_section("visibility", &C::visibility, "contrast and counts of exposures").unset_means("not made");
  table.choice("method", &C::method, {"automatic", "sparse", "dense"}, "how products are found: over events or over all pixels; the results are the same");
  table.number("memory_GB", &C::memory_GB, {.at_least = 0.01}, "for what pixels counted, of which C(t1, t2) is made; where it needs more, frames are read once more for further bins");
  table.check([](const C& c, const ConfigChecker& at) {
    if (c.visibility && (!c.frames.counts_photons || c.frames.adu_per_photon != 1.0)) at.error("visibility", "needs counts of photons: frames/adu_per_photon must be 1");
  });
}

}  // namespace patina
