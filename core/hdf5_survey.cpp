// SPDX-License-Identifier: BSD-3-Clause
#include "core/hdf5_survey.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.hpp"
#include "core/hdf5_detail.hpp"

namespace patina::h5 {

using detail::Handle;

namespace {

constexpr std::size_t most_objects = 1'000'000;
// What is read at one time, in numbers.
constexpr std::uint64_t piece = std::uint64_t{1} << 22;

DatasetInfo::Content content_of(hid_t type) {
  switch (H5Tget_class(type)) {
    case H5T_FLOAT: return DatasetInfo::Content::floats;
    case H5T_INTEGER: return DatasetInfo::Content::integers;
    case H5T_STRING: return DatasetInfo::Content::texts;
    default: return DatasetInfo::Content::other;
  }
}

}  // namespace

Survey::Survey(const std::string& path) : file_(File::open(path)), state_(std::make_shared<detail::FileState>(detail::FileState{path})) {
  // As File opens it, or the library refuses.
  const Handle access = PATINA_H5_ID(state_, "file", H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  PATINA_H5_CHECK(*state_, "file", H5Pset_fclose_degree(access.id(), H5F_CLOSE_SEMI));
  PATINA_H5_CHECK(*state_, "file", H5Pset_file_locking(access.id(), true, true));
  handle_ = PATINA_H5_ID(state_, "file", H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()), H5Fclose);
}

// Only after hard links alone were found to lead there.
Handle Survey::open(const std::string& object) const {
  if (!file_.exists(object)) throw Error(ExitCode::bad_input, state_->path + ": " + object + ": is missing");
  return PATINA_H5_ID(state_, object, H5Oopen(handle_.id(), object.c_str(), H5P_DEFAULT), H5Oclose);
}

std::vector<DatasetInfo> Survey::datasets() const {
  std::vector<DatasetInfo> found;
  std::set<haddr_t> seen;  // hard links may lead in circles
  std::vector<std::string> groups = {"/"};
  while (!groups.empty()) {
    const std::string group = groups.back();
    groups.pop_back();
    for (const std::string& child : file_.children(group)) {
      const std::string name = group == "/" ? "/" + child : group + "/" + child;
      const Handle object = open(name);
      H5O_info_t info;
      PATINA_H5_CHECK(*state_, name, H5Oget_info(object.id(), &info));
      if (!seen.insert(info.addr).second) continue;
      if (seen.size() > most_objects) throw Error(ExitCode::bad_input, state_->path + ": has more than a million objects");
      if (info.type == H5O_TYPE_GROUP) groups.push_back(name);
      if (info.type != H5O_TYPE_DATASET) continue;
      const Handle type = PATINA_H5_ID(state_, name, H5Dget_type(object.id()), H5Tclose);
      const Dims size = file_.dims(name);
      file_.dataset(name, size);  // its storage
      const Handle space = PATINA_H5_ID(state_, name, H5Dget_space(object.id()), H5Sclose);
      const bool nothing = H5Sget_simple_extent_type(space.id()) == H5S_NULL;
      found.push_back({name, nothing ? DatasetInfo::Content::other : content_of(type.id()), size});
    }
  }
  std::sort(found.begin(), found.end(), [](const DatasetInfo& a, const DatasetInfo& b) { return a.name < b.name; });
  return found;
}

Census Survey::census(const DatasetInfo& info) const {
  file_.dataset(info.name, info.dims);  // its storage
  const Handle opened = open(info.name);
  const bool floats = info.content == DatasetInfo::Content::floats;
  // All widths fit these.
  const hid_t memory = floats ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64;
  const Handle space = PATINA_H5_ID(state_, info.name, H5Dget_space(opened.id()), H5Sclose);
  const bool scalar = info.dims.empty();
  const std::uint64_t rows = scalar ? 1 : info.dims[0];
  const std::uint64_t in_a_row = rows == 0 ? 0 : detail::product(info.dims) / rows;
  Census census;
  if (in_a_row == 0) return census;
  const std::uint64_t at_once = std::max<std::uint64_t>(1, piece / in_a_row);
  std::vector<double> values;
  for (std::uint64_t first = 0; first < rows; first += at_once) {
    const std::uint64_t count = std::min(at_once, rows - first);
    values.resize(count * in_a_row);
    if (!scalar) {
      std::vector<hsize_t> start(info.dims.size(), 0), extent(info.dims.begin(), info.dims.end());
      start[0] = first;
      extent[0] = count;
      PATINA_H5_CHECK(*state_, info.name, H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr));
    }
    const hsize_t length = values.size();
    const Handle target = PATINA_H5_ID(state_, info.name, H5Screate_simple(1, &length, nullptr), H5Sclose);
    PATINA_H5_CHECK(*state_, info.name, H5Dread(opened.id(), memory, target.id(), space.id(), H5P_DEFAULT, values.data()));
    census.elements += values.size();
    if (!floats) continue;
    for (const double value : values) {
      census.not_a_number += std::isnan(value) ? 1 : 0;
      census.infinite += std::isinf(value) ? 1 : 0;
    }
  }
  return census;
}

}  // namespace patina::h5
