// SPDX-License-Identifier: BSD-3-Clause
// Result arrays that plot themselves: NXdata groups as h5web, silx and NeXpy read them (NX_class, signal,
// axes, <name>_errors, units, long_name, title; SILX_style for logarithmic axes) [reliability.md 5.5]. NeXus
// manual: https://manual.nexusformat.org/classes/base_classes/NXdata.html
#pragma once

#include <string>
#include <vector>

#include "core/hdf5.hpp"

namespace patina::h5 {

struct NxField {
  std::string name;       // of the dataset
  std::string units;      // "ps", "1/angstrom"; empty: dimensionless, no attribute
  std::string long_name;  // axis label, e.g. "f(q, t)"
  std::vector<double> values;
  Dims dims = {};                   // empty: one dimension, all values
  std::vector<double> errors = {};  // standard deviations, as many as values; or empty
  bool logarithmic = false;         // how a viewer should scale it
};

struct NxData {
  std::string title;
  NxField signal;
  std::vector<NxField> axes;  // one per dimension of the signal; an empty name: plain index
  std::vector<NxField> auxiliary_signals = {};
};

// Writes the group with everything in it.
void write_nxdata(File& file, const std::string& group, const NxData& data, const Layout& layout = {});

// Makes an NXentry group at the top of the file.
void write_nxentry(File& file, const std::string& title, const std::string& entry = "/entry");

// What a viewer shows first: marks the way from the root to the NXdata group.
void set_default_plot(File& file, const std::string& nxdata_group);
// The same within an entry, and which entry of the file comes first: for files of several entries.
void set_default_of_entry(File& file, const std::string& nxdata_group);
void set_default_entry(File& file, const std::string& entry);

}  // namespace patina::h5
