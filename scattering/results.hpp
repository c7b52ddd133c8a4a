// SPDX-License-Identifier: BSD-3-Clause
// The result file of a run, xpcs.h5: one NXentry per observer and protocol step, each with a kind ("xpcs",
// "structure") and NXdata groups that plot themselves (docs/file_formats.md). Every entry is added by writing
// a new file with the old entries and renaming it: at no moment is there less than before.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/nexus.hpp"
#include "scattering/amplitudes.hpp"

namespace patina {

// Where the numbers come from: a run with a potential, or a stored trajectory.
struct Provenance {
  std::string potential_sha256;  // empty if the trajectory is a stored one
  std::string resolved_config;   // JSON text
  std::string tables = "file";   // the potential's as they stand in the file, or how they deviate from it
  std::string trajectory = {};   // a stored one: SHA-256 and path of each of its files, a line each
};

struct EntryHeader {
  std::string name;             // of the entry, e.g. "step03_anneal"
  std::string kind;             // "xpcs", "dynamics", "multi_tau" or "structure"
  std::string title;            // for people
  std::string plot;             // name of the NXdata group to show first
  double time_origin_ps = 0.0;  // time of the run at which the entry's time axes begin
  std::map<std::string, double>
      thermodynamic_state;  // set values, keys with units ("temperature_K"); may be empty
  bool preferred = true;    // the file opens on the last preferred entry
};

// The vectors of several groups, one behind the other, their form factors, and how their amplitudes were summed.
void write_shells(h5::File& file, const std::string& group, const AmplitudeRecord& record, const std::vector<std::string>& species);
// f_a of each vector, real and imaginary part: [vector][species].
void write_form_factors(h5::File& file, const std::string& group, const AmplitudeRecord& record, const std::vector<std::string>& species);
// Beside the axes waiting_time_ps and lag_ps of a group, which begin with frames, what the input asked for.
void write_requested_times(h5::File& file, const std::string& group, const std::vector<double>& waiting_times_ps, std::optional<double> max_lag_ps);
// What holds for all of them, as attributes of the group that their vectors stand in.
void describe_amplitudes(h5::File& file, const std::string& group, const AmplitudeRecord& record);

// Adds the entry or, if there is one of that name, replaces it. `write` fills the group "/NAME". One rank
// calls it. Throws Error(io) and leaves the old file as it was if anything fails.
void append_entry(const std::string& path, const EntryHeader& header, const Provenance& provenance,
                  const std::function<void(h5::File&, const std::string& group)>& write);

// Adds attributes to the root: what is known of a stored trajectory when all of it was read. One rank calls it.
void describe_source(const std::string& path, const std::map<std::string, std::int64_t>& numbers,
                     const std::map<std::string, std::string>& texts);

}  // namespace patina
