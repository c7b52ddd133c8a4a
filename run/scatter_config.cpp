// SPDX-License-Identifier: BSD-3-Clause
#include "run/scatter_config.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "run/run_config.hpp"
#include "run/span_checks.hpp"

namespace patina {

void describe(ConfigTable<FrameChoiceConfig>& table) {
  table.integer("first", &FrameChoiceConfig::first, {.at_least = 0},
                "the first one that is looked at, counted from 0");
  table.optional_integer("last", &FrameChoiceConfig::last, {.at_least = 0},
                         "the last one; not set: the last of the trajectory");
  table.integer("every", &FrameChoiceConfig::every, {.at_least = 1}, "one in so many frames");
  table.check([](const FrameChoiceConfig& c, const ConfigChecker& at) {
    if (c.last && *c.last < c.first)
      at.error("last", fmt::format("{} comes before first = {}", *c.last, c.first));
  });
}

void describe(ConfigTable<ScatterConfig>& table) {
  using C = ScatterConfig;
  table.text("title", &C::title, "a line for the report");
  table.integer("seed", &C::seed, {},
                "of the random choice of vectors; that of a run finds the same vectors as the run did");
  table.optional_texts("species", &C::species, {.at_least = 1, .at_most = 32},
                       "element of type 1, 2, ..., where the file holds numbers only");
  table.optional_texts("boundary", &C::boundary, {.at_least = 3, .at_most = 3},
                       "\"periodic\" or \"free\" for each axis, which the file must not contradict; not set: "
                       "as the file says, "
                       "periodic where it says nothing");
  table.section("frames", &C::frames, "which frames of the trajectory are looked at");
  table.choice("unwrap", &C::unwrap, {"auto", "as_is", "minimum_image"},
               "how atoms are followed through the faces of the cell: auto: by the file's image flags or "
               "unwrapped positions, else by "
               "the minimum image, and an error where that is doubtful; as_is: by what the file holds, "
               "whatever the steps; "
               "minimum_image: whatever the file holds");
  table.optional_number("time_between_frames_ps", &C::time_between_frames_ps, {.above = 0.0, .at_most = 1e9},
                        "time of a frame = its number times this, instead of what the file says");
  table.optional_number("time_step_fs", &C::time_step_fs, {.above = 0.0, .at_most = 1e6},
                        "time of a frame = its step times this, instead of what the file says");
  table.variant_list("observers", &C::observers, "what looks at the frames", {.at_least = 1, .at_most = 1000})
      .required();
  table.check_what_was_read([](const C& c, const ConfigChecker& at) {
    check_species(c.species, at);
    if (at.was_read({"boundary"})) check_boundary(c.boundary, at);
    if (at.was_read({"time_between_frames_ps", "time_step_fs"}) && c.time_between_frames_ps && c.time_step_fs)
      at.error("time_step_fs", "times follow from time_between_frames_ps already: give one of the two");
  });
}

std::vector<ObserverConfig> observers_of(const ScatterConfig& config) {
  std::vector<ObserverConfig> observers;
  for (const StoredObserverConfig& stored : config.observers)
    observers.push_back(std::visit(
        []<class Config>(const Stored<Config>& one) {
          return ObserverConfig(static_cast<const Config&>(one));
        },
        stored));
  return observers;
}

bool any_moves(const std::vector<ObserverConfig>& observers) { return std::any_of(observers.begin(), observers.end(), correlates_times); }

}  // namespace patina
