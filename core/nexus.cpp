// SPDX-License-Identifier: BSD-3-Clause
#include "core/nexus.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace patina::h5 {

namespace {

void write_field(File& file, const std::string& group, const NxField& field, const Layout& layout) {
  const std::string path = group + "/" + field.name;
  const Dims dims = field.dims.empty() ? Dims{field.values.size()} : field.dims;
  file.write(path, field.values, dims, layout);
  if (!field.units.empty()) file.set_attribute(path, "units", field.units);
  if (!field.long_name.empty()) file.set_attribute(path, "long_name", field.long_name);
  if (!field.errors.empty()) file.write(path + "_errors", field.errors, dims, layout);
}

const char* scale(const NxField& field) { return field.logarithmic ? "log" : "linear"; }

}  // namespace

void write_nxdata(File& file, const std::string& group, const NxData& data, const Layout& layout) {
  const std::size_t rank = data.signal.dims.empty() ? 1 : data.signal.dims.size();
  require(data.axes.size() == rank,
          fmt::format("{}: {} axes for {} dimensions", group, data.axes.size(), rank));
  file.create_group(group);
  file.set_attribute(group, "NX_class", "NXdata");
  file.set_attribute(group, "signal", data.signal.name);
  file.set_attribute(group, "title", data.title);
  write_field(file, group, data.signal, layout);

  std::vector<std::string> axes, auxiliary;
  std::string axis_scales;
  for (const NxField& axis : data.axes) {
    axes.push_back(axis.name.empty() ? "." : axis.name);
    axis_scales += fmt::format("{}\"{}\"", axis_scales.empty() ? "" : ",", scale(axis));
    if (!axis.name.empty()) write_field(file, group, axis, {});
  }
  file.set_attribute(group, "axes", axes);
  for (const NxField& field : data.auxiliary_signals) {
    auxiliary.push_back(field.name);
    write_field(file, group, field, layout);
  }
  if (!auxiliary.empty()) file.set_attribute(group, "auxiliary_signals", auxiliary);
  file.set_attribute(group, "SILX_style",
                     fmt::format("{{\"axes_scale_type\":[{}],\"signal_scale_type\":\"{}\"}}", axis_scales,
                                 scale(data.signal)));
  // A group's own title is a dataset in NeXus, an attribute for h5web: give both.
  file.write_text(group + "/title", data.title);
}

void write_nxentry(File& file, const std::string& title, const std::string& entry) {
  if (!file.has_attribute("/", "NX_class")) file.set_attribute("/", "NX_class", "NXroot");
  file.create_group(entry);
  file.set_attribute(entry, "NX_class", "NXentry");
  file.write_text(entry + "/title", title);
}

void set_default_entry(File& file, const std::string& entry) {
  require(entry.find('/', 1) == std::string::npos, entry + ": an entry stands at the top of the file");
  file.set_attribute("/", "default", entry.substr(1));
}

void set_default_of_entry(File& file, const std::string& nxdata_group) {
  // One step of the way is marked in each group.
  for (std::size_t end = nxdata_group.find('/', 1); end != std::string::npos;) {
    const std::size_t next = nxdata_group.find('/', end + 1);
    file.set_attribute(nxdata_group.substr(0, end), "default", nxdata_group.substr(end + 1, next - end - 1));
    end = next;
  }
}

void set_default_plot(File& file, const std::string& nxdata_group) {
  set_default_entry(file, nxdata_group.substr(0, nxdata_group.find('/', 1)));
  set_default_of_entry(file, nxdata_group);
}

}  // namespace patina::h5
