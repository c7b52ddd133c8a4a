// SPDX-License-Identifier: BSD-3-Clause
// The reading half of core/hdf5.hpp, written for files that may be hostile: see the rules there.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "core/hdf5_detail.hpp"

namespace patina::h5 {

using detail::Handle;

namespace {

// Most bytes that one read may ask for.
constexpr std::uint64_t max_read_bytes = std::uint64_t{8} << 30;
// Deflate cannot compress by more than 1032; whatever declares more than that has nothing behind it.
constexpr std::uint64_t max_inflation = 1100;
// Metadata of small objects cost little but are not nothing: sizes below this are never suspicious.
constexpr std::uint64_t small_bytes = 1u << 20;

[[noreturn]] void refuse(const detail::FileState& state, const std::string& object,
                         const std::string& reason) {
  throw Error(ExitCode::bad_input, fmt::format("{}: {}: {}", state.path, object, reason));
}

std::string describe_type(hid_t type) {
  const auto bytes = H5Tget_size(type);
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
      return fmt::format("{}int{}", H5Tget_sign(type) == H5T_SGN_NONE ? "u" : "", 8 * bytes);
    case H5T_FLOAT:
      return fmt::format("float{}", 8 * bytes);
    case H5T_STRING:
      return "text";
    default:
      return "neither numbers nor text";
  }
}

// Same kind of number, and not wider in the file than in memory.
void check_numbers(const detail::FileState& state, const std::string& object, hid_t stored, Type wanted) {
  const hid_t memory = detail::memory_type(wanted);
  const bool same_class = H5Tget_class(stored) == H5Tget_class(memory);
  const bool same_sign = H5Tget_class(memory) != H5T_INTEGER || H5Tget_sign(stored) == H5Tget_sign(memory);
  if (!same_class || !same_sign || H5Tget_size(stored) > H5Tget_size(memory))
    refuse(state, object,
           fmt::format("holds {}, expected {}", describe_type(stored), detail::name_of(wanted)));
}

void check_storage(const std::shared_ptr<detail::FileState>& state, const std::string& name, hid_t dataset,
                   const Dims& dims) {
  const Handle properties = PATINA_H5_ID(state, name, H5Dget_create_plist(dataset), H5Pclose);
  const hid_t id = properties.id();
  if (PATINA_H5_CHECK(*state, name, H5Pget_layout(id)) == H5D_VIRTUAL)
    refuse(*state, name, "is a virtual dataset, whose data lie in other files; that is not read");
  if (PATINA_H5_CHECK(*state, name, H5Pget_external_count(id)) != 0)
    refuse(*state, name, "keeps its data in other files; that is not read");
  const int filters = PATINA_H5_CHECK(*state, name, H5Pget_nfilters(id));
  for (unsigned k = 0; k < static_cast<unsigned>(filters); ++k) {
    unsigned flags = 0;
    std::size_t values = 0;
    const H5Z_filter_t filter = H5Pget_filter2(id, k, &flags, &values, nullptr, 0, nullptr, nullptr);
    const auto known = {H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32, H5Z_FILTER_SZIP};
    if (std::find(known.begin(), known.end(), filter) == known.end())
      refuse(*state, name, fmt::format("uses HDF5 filter {}; only the built-in ones are read", filter));
  }
  const Handle type = PATINA_H5_ID(state, name, H5Dget_type(dataset), H5Tclose);
  std::uint64_t bytes = 0;
  const std::uint64_t stored = H5Dget_storage_size(dataset);
  if (__builtin_mul_overflow(detail::product(dims), H5Tget_size(type.id()), &bytes) ||
      (bytes > small_bytes && bytes / max_inflation > stored))
    refuse(*state, name,
           fmt::format("declares {} elements but stores {} bytes", detail::to_string(dims), stored));
}

// Runs of zero bytes or the end close a fixed-length text.
std::string trimmed(const char* text, std::size_t bytes) { return std::string(text, strnlen(text, bytes)); }

// Reads every text of an attribute or dataset, of fixed or variable length, with `read` filling the buffer.
template <class Read>
std::vector<std::string> read_all_texts(const std::shared_ptr<detail::FileState>& state,
                                        const std::string& object, hid_t type, hid_t space, Read read) {
  if (H5Tget_class(type) != H5T_STRING)
    refuse(*state, object, fmt::format("holds {}, expected text", describe_type(type)));
  const auto count =
      static_cast<std::uint64_t>(PATINA_H5_CHECK(*state, object, H5Sget_simple_extent_npoints(space)));
  const bool ascii = H5Tget_cset(type) == H5T_CSET_ASCII;
  std::vector<std::string> texts;
  if (PATINA_H5_CHECK(*state, object, H5Tis_variable_str(type)) > 0) {
    if (count > small_bytes) refuse(*state, object, fmt::format("holds {} texts", count));
    std::vector<char*> pointers(count, nullptr);
    const Handle memory = detail::text_type(state, object, H5T_VARIABLE, ascii);
    read(memory.id(), pointers.data());
    for (const char* pointer : pointers) texts.emplace_back(pointer ? pointer : "");
    PATINA_H5_CHECK(*state, object, H5Dvlen_reclaim(memory.id(), space, H5P_DEFAULT, pointers.data()));
    return texts;
  }
  const std::size_t bytes = H5Tget_size(type);
  std::uint64_t total = 0;
  if (__builtin_mul_overflow(count, bytes, &total) || total > max_read_bytes)
    refuse(*state, object, fmt::format("holds {} texts of {} bytes", count, bytes));
  std::vector<char> buffer(total);
  if (total > 0) read(type, buffer.data());
  for (std::uint64_t k = 0; k < count; ++k) texts.push_back(trimmed(buffer.data() + k * bytes, bytes));
  return texts;
}

}  // namespace

File File::open(const std::string& path) {
  detail::start_library();
  struct stat info {};
  if (stat(path.c_str(), &info) != 0)
    throw Error(ExitCode::missing_input, fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  if (!S_ISREG(info.st_mode)) throw Error(ExitCode::missing_input, fmt::format("{}: is not a file", path));
  auto state = std::make_shared<detail::FileState>(detail::FileState{path, false});
  if (H5Fis_hdf5(path.c_str()) <= 0)
    throw Error(ExitCode::bad_input, fmt::format("{}: is not an HDF5 file, or cannot be read", path));
  const Handle access = PATINA_H5_ID(state, "file", H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  PATINA_H5_CHECK(*state, "file", H5Pset_fclose_degree(access.id(), H5F_CLOSE_SEMI));
  PATINA_H5_CHECK(*state, "file", H5Pset_file_locking(access.id(), true, true));
  const hid_t id = PATINA_H5_CHECK(*state, "file", H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()));
  return File(state, Handle(state, id, H5Fclose));
}

// Every link on the way to the object must be a hard one. Returns false if one is not there.
bool File::follow_hard_links(const std::string& object) const {
  for (std::size_t start = 0; start < object.size();) {
    const std::size_t end = std::min(object.find('/', start), object.size());
    const std::string part = object.substr(0, end);
    if (end > start) {
      if (PATINA_H5_CHECK(*state_, object, H5Lexists(handle_.id(), part.c_str(), H5P_DEFAULT)) == 0)
        return false;
      H5L_info_t info;
      PATINA_H5_CHECK(*state_, object, H5Lget_info(handle_.id(), part.c_str(), &info, H5P_DEFAULT));
      if (info.type != H5L_TYPE_HARD)
        refuse(*state_, part, "is a link elsewhere; such links are not followed");
      if (end < object.size()) {
        // A dataset holds nothing that could be asked for.
        H5O_info_t parent;
        PATINA_H5_CHECK(*state_, part, H5Oget_info_by_name(handle_.id(), part.c_str(), &parent, H5P_DEFAULT));
        if (parent.type != H5O_TYPE_GROUP) return false;
      }
    }
    start = end + 1;
  }
  return true;
}

bool File::exists(const std::string& object) const { return follow_hard_links(object); }

Handle File::open_object(const std::string& object) const {
  if (!follow_hard_links(object)) refuse(*state_, object, "is missing");
  return PATINA_H5_ID(state_, object, H5Oopen(handle_.id(), object.c_str(), H5P_DEFAULT), H5Oclose);
}

std::vector<std::string> File::children(const std::string& group) const {
  const Handle owner = open_object(group);
  H5G_info_t info;
  PATINA_H5_CHECK(*state_, group, H5Gget_info(owner.id(), &info));
  std::vector<std::string> names;
  for (hsize_t k = 0; k < info.nlinks; ++k) {
    char name[256] = {};
    const ssize_t length = PATINA_H5_CHECK(
        *state_, group,
        H5Lget_name_by_idx(owner.id(), ".", H5_INDEX_NAME, H5_ITER_INC, k, name, sizeof name, H5P_DEFAULT));
    if (length >= static_cast<ssize_t>(sizeof name)) refuse(*state_, group, "has a name over 255 bytes");
    names.emplace_back(name);
  }
  return names;
}

Dims File::dims(const std::string& dataset) const {
  Dataset opened(open_object(dataset), dataset);
  if (H5Iget_type(opened.handle_.id()) != H5I_DATASET)
    refuse(*state_, dataset, "is a group, expected a dataset");
  return opened.dims();
}

Dataset File::dataset(const std::string& name, const Dims& expected) const {
  Dataset dataset(open_object(name), name);
  const hid_t id = dataset.handle_.id();
  if (H5Iget_type(id) != H5I_DATASET) refuse(*state_, name, "is a group, expected a dataset");
  const Dims dims = dataset.dims();
  bool fits = dims.size() == expected.size();
  for (std::size_t d = 0; fits && d < dims.size(); ++d)
    fits = expected[d] == any_size || expected[d] == dims[d];
  if (!fits)
    refuse(
        *state_, name,
        fmt::format("has the shape {}, expected {}", detail::to_string(dims), detail::to_string(expected)));
  check_storage(state_, name, id, dims);
  return dataset;
}

Dims Dataset::dims() const {
  const auto& state = handle_.file();
  const Handle space = PATINA_H5_ID(state, name_, H5Dget_space(handle_.id()), H5Sclose);
  const int rank = PATINA_H5_CHECK(*state, name_, H5Sget_simple_extent_ndims(space.id()));
  std::vector<hsize_t> size(static_cast<std::size_t>(rank));
  if (rank > 0) PATINA_H5_CHECK(*state, name_, H5Sget_simple_extent_dims(space.id(), size.data(), nullptr));
  return Dims(size.begin(), size.end());
}

bool Dataset::holds(Type type) const {
  const auto& state = handle_.file();
  const Handle stored = PATINA_H5_ID(state, name_, H5Dget_type(handle_.id()), H5Tclose);
  const hid_t id = stored.id(), memory = detail::memory_type(type);
  if (H5Tget_class(id) != H5Tget_class(memory) || H5Tget_size(id) != H5Tget_size(memory)) return false;
  return H5Tget_class(id) != H5T_INTEGER || H5Tget_sign(id) == H5Tget_sign(memory);
}

// Elements of the rows asked for, after every check; `count` becomes the true number of rows.
std::uint64_t Dataset::checked_elements(Type type, std::uint64_t first, std::uint64_t& count) const {
  const auto& state = handle_.file();
  const Handle stored = PATINA_H5_ID(state, name_, H5Dget_type(handle_.id()), H5Tclose);
  check_numbers(*state, name_, stored.id(), type);
  return elements_of_rows(type, first, count);
}

// The same for numbers that are rounded.
std::uint64_t Dataset::checked_numbers(Type type, std::uint64_t first, std::uint64_t& count) const {
  const auto& state = handle_.file();
  const Handle stored = PATINA_H5_ID(state, name_, H5Dget_type(handle_.id()), H5Tclose);
  if (const auto kind = H5Tget_class(stored.id()); kind != H5T_INTEGER && kind != H5T_FLOAT)
    refuse(*state, name_, fmt::format("holds {}, expected numbers", describe_type(stored.id())));
  return elements_of_rows(type, first, count);
}

std::uint64_t Dataset::elements_of_rows(Type type, std::uint64_t first, std::uint64_t& count) const {
  const auto& state = handle_.file();
  Dims size = dims();
  const Handle space = PATINA_H5_ID(state, name_, H5Dget_space(handle_.id()), H5Sclose);
  if (H5Sget_simple_extent_type(space.id()) == H5S_NULL) refuse(*state, name_, "holds nothing");  // its rank is that of one number
  if (!size.empty()) {
    if (count == any_size) count = size[0] - std::min(first, size[0]);
    if (first > size[0] || count > size[0] - first)
      refuse(*state, name_,
             fmt::format("rows {} to {} were asked for, it has {}", first, first + count, size[0]));
    size[0] = count;
  }
  const std::uint64_t elements = detail::product(size);
  if (elements > max_read_bytes / H5Tget_size(detail::memory_type(type)))
    refuse(*state, name_,
           fmt::format("{} elements are over the limit of {} bytes for one read", elements, max_read_bytes));
  return elements;
}

void Dataset::read_rows(Type type, void* values, std::uint64_t first, std::uint64_t count) const {
  const auto& state = handle_.file();
  const hid_t memory = detail::memory_type(type);
  Dims size = dims();
  if (size.empty()) {
    PATINA_H5_CHECK(*state, name_, H5Dread(handle_.id(), memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values));
    return;
  }
  std::vector<hsize_t> start(size.size(), 0), extent(size.begin(), size.end());
  start[0] = first;
  extent[0] = count;
  if (detail::product(Dims(extent.begin(), extent.end())) == 0) return;
  const int rank = static_cast<int>(extent.size());
  const Handle target = PATINA_H5_ID(state, name_, H5Screate_simple(rank, extent.data(), nullptr), H5Sclose);
  const Handle source = PATINA_H5_ID(state, name_, H5Dget_space(handle_.id()), H5Sclose);
  PATINA_H5_CHECK(
      *state, name_,
      H5Sselect_hyperslab(source.id(), H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr));
  PATINA_H5_CHECK(*state, name_,
                  H5Dread(handle_.id(), memory, target.id(), source.id(), H5P_DEFAULT, values));
}

std::vector<std::string> File::texts_of(const std::string& name) const {
  const Handle object = open_object(name);
  if (H5Iget_type(object.id()) != H5I_DATASET) refuse(*state_, name, "is a group, expected a dataset");
  const Handle type = PATINA_H5_ID(state_, name, H5Dget_type(object.id()), H5Tclose);
  const Handle space = PATINA_H5_ID(state_, name, H5Dget_space(object.id()), H5Sclose);
  const auto count = PATINA_H5_CHECK(*state_, name, H5Sget_simple_extent_npoints(space.id()));
  check_storage(state_, name, object.id(), {static_cast<std::uint64_t>(count)});
  return read_all_texts(state_, name, type.id(), space.id(), [&](hid_t memory, void* buffer) {
    PATINA_H5_CHECK(*state_, name, H5Dread(object.id(), memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer));
  });
}

std::vector<std::string> File::read_texts(const std::string& name) const { return texts_of(name); }

std::string File::read_text(const std::string& name) const {
  const auto texts = texts_of(name);
  if (texts.size() != 1) refuse(*state_, name, fmt::format("holds {} texts, expected one", texts.size()));
  return texts[0];
}

bool File::has_attribute(const std::string& object, const std::string& name) const {
  const Handle owner = open_object(object);
  return PATINA_H5_CHECK(*state_, object + "@" + name, H5Aexists(owner.id(), name.c_str())) > 0;
}

Handle File::open_attribute(const std::string& object, const std::string& name) const {
  if (!has_attribute(object, name)) refuse(*state_, object, fmt::format("has no attribute \"{}\"", name));
  const Handle owner = open_object(object);
  return PATINA_H5_ID(state_, object + "@" + name, H5Aopen(owner.id(), name.c_str(), H5P_DEFAULT), H5Aclose);
}

std::vector<std::string> File::text_attribute(const std::string& object, const std::string& name) const {
  const std::string what = object + "@" + name;
  const Handle attribute = open_attribute(object, name);
  const Handle type = PATINA_H5_ID(state_, what, H5Aget_type(attribute.id()), H5Tclose);
  const Handle space = PATINA_H5_ID(state_, what, H5Aget_space(attribute.id()), H5Sclose);
  if (PATINA_H5_CHECK(*state_, what, H5Sget_simple_extent_npoints(space.id())) == 0) refuse(*state_, what, "holds nothing");
  return read_all_texts(state_, what, type.id(), space.id(), [&](hid_t memory, void* buffer) {
    PATINA_H5_CHECK(*state_, what, H5Aread(attribute.id(), memory, buffer));
  });
}

std::uint64_t File::attribute_elements(const std::string& object, const std::string& name) const {
  const std::string what = object + "@" + name;
  const Handle attribute = open_attribute(object, name);
  const Handle space = PATINA_H5_ID(state_, what, H5Aget_space(attribute.id()), H5Sclose);
  const auto count =
      static_cast<std::uint64_t>(PATINA_H5_CHECK(*state_, what, H5Sget_simple_extent_npoints(space.id())));
  if (count > small_bytes) refuse(*state_, what, fmt::format("holds {} numbers", count));
  if (count == 0) refuse(*state_, what, "holds nothing");
  return count;
}

void File::read_attribute(const std::string& object, const std::string& name, Type type, void* values) const {
  const std::string what = object + "@" + name;
  const Handle attribute = open_attribute(object, name);
  const Handle stored = PATINA_H5_ID(state_, what, H5Aget_type(attribute.id()), H5Tclose);
  check_numbers(*state_, what, stored.id(), type);
  PATINA_H5_CHECK(*state_, what, H5Aread(attribute.id(), detail::memory_type(type), values));
}

}  // namespace patina::h5
