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

void write_nxentry(File& file, const std::string& title) {
  file.set_attribute("/", "NX_class", "NXroot");
  file.create_group("/entry");
  file.set_attribute("/entry", "NX_class", "NXentry");
  file.write_text("/entry/title", title);
}

void set_default_plot(File& file, const std::string& nxdata_group) {
  const std::string entry = "/entry/";
  require(nxdata_group.rfind(entry, 0) == 0, nxdata_group + ": the default plot must lie below /entry");
  file.set_attribute("/", "default", "entry");
  // One step of the way is marked in each group.
  std::string parent = "/entry", rest = nxdata_group.substr(entry.size());
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    const std::string step = rest.substr(0, slash);
    file.set_attribute(parent, "default", step);
    parent += "/" + step;
    rest = slash == std::string::npos ? "" : rest.substr(slash + 1);
  }
}

}  // namespace patina::h5
