// SPDX-License-Identifier: BSD-3-Clause
// Groups that several files of a frame set share.
#pragma once

#include <string>
#include <vector>

#include "core/durable_file.hpp"
#include "core/hdf5.hpp"
#include "frames/frame_set.hpp"

namespace patina {

// A file under a temporary name until it is whole.
h5::File begin_file(const std::string& path);
void end_file(h5::File& file, const std::string& path, IfExists if_exists = IfExists::refuse);

template <class T>
void write_scalar(h5::File& file, const std::string& name, T value, const char* units = "") {
  file.write(name, std::vector<T>{value}, {});
  if (*units) file.set_attribute(name, "units", units);
}

// The partition map of the APS: all datasets of formats.md 2.3 and the attribute `hash`.
void write_qmap(h5::File& file, const std::string& group, const FrameSetPlan& plan);

// Which movie a file belongs to, where NXxpcs keeps it: boost_corr copies it from the metadata into its results. /entry is there.
void write_identifier(h5::File& file, const std::string& identifier);
// That, or of synth.h5 and xpcs.h5, which are not of several files, one made of the input that they hold. Empty: not told.
std::string read_identifier(const h5::File& file);

// /entry with start_time, schema_version and instrument: energy in keV, times in s, lengths in m.
void write_entry(h5::File& file, const FrameSetPlan& plan);

}  // namespace patina
