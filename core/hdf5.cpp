// SPDX-License-Identifier: BSD-3-Clause
#include "core/hdf5.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "core/error.hpp"
#include "core/hdf5_detail.hpp"

namespace patina::h5 {
namespace detail {

namespace {

// The innermost entry of the library's error stack says what went wrong ("No space left on device").
herr_t keep_innermost(unsigned depth, const H5E_error2_t* entry, void* text) {
  if (depth == 0 && entry->desc) *static_cast<std::string*>(text) = entry->desc;
  return 0;
}

std::string free_space(const std::string& path) {
  struct statvfs disk {};
  auto folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  if (statvfs(folder.c_str(), &disk) != 0) return "";
  return fmt::format("; {} bytes are free on its disk", std::uint64_t{disk.f_bavail} * disk.f_frsize);
}

}  // namespace

void fail(FileState& state, const std::string& object, const char* expression) {
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, &reason);
  if (!state.writing)
    throw Error(ExitCode::bad_input, fmt::format("{}: {}: cannot be read, the file is damaged or not what it "
                                                 "should be: {} failed: {}",
                                                 state.path, object, expression, reason));
  state.abandoned = true;
  throw Error(ExitCode::io, fmt::format("{}: {}: writing failed: {}: {}{}", state.path, object, expression,
                                        reason, free_space(state.path)));
}

Handle& Handle::operator=(Handle&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(id_, other.id_);
  std::swap(close_, other.close_);
  return *this;
}

void Handle::reset() noexcept {
  if (id_ >= 0 && !file_->abandoned && close_(id_) < 0 && file_->writing) file_->abandoned = true;
  id_ = -1;
}

void start_library() {
  static const bool started = [] {
    // At exit the library would flush what is still open, which ends in a crash or a loop on a full disk.
    H5dont_atexit();
    unsigned major = 0, minor = 0, release = 0;
    if (H5open() < 0 || H5get_libversion(&major, &minor, &release) < 0)
      throw Error(ExitCode::environment, "the HDF5 library cannot be started");
    if (major != H5_VERS_MAJOR || minor != H5_VERS_MINOR)
      throw Error(ExitCode::environment,
                  fmt::format("built with HDF5 {}.{}.{} but running with {}.{}.{}", H5_VERS_MAJOR,
                              H5_VERS_MINOR, H5_VERS_RELEASE, major, minor, release));
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    H5PLset_loading_state(0);
    return true;
  }();
  (void)started;
}

}  // namespace detail

using detail::Handle;

namespace {

// Nothing more is asked of the library for a file that failed.
void refuse_if_abandoned(const detail::FileState& state) {
  if (state.abandoned)
    throw Error(ExitCode::io, fmt::format("{}: an earlier write failed: the file is incomplete", state.path));
}

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 128; });
}

Handle dataspace(const std::shared_ptr<detail::FileState>& state, const std::string& name, const Dims& dims,
                 bool extendable = false) {
  refuse_if_abandoned(*state);
  std::vector<hsize_t> size(dims.begin(), dims.end()), most = size;
  if (extendable) most.at(0) = H5S_UNLIMITED;
  if (dims.empty()) return PATINA_H5_ID(state, name, H5Screate(H5S_SCALAR), H5Sclose);
  return PATINA_H5_ID(state, name, H5Screate_simple(static_cast<int>(dims.size()), size.data(), most.data()),
                      H5Sclose);
}

std::vector<hsize_t> default_chunk(const Dims& dims, Type type, bool extendable) {
  constexpr std::uint64_t most = 1u << 20, comfortable = 1u << 16;
  std::vector<hsize_t> chunk(dims.begin(), dims.end());
  for (auto& d : chunk) d = std::max<hsize_t>(d, 1);
  std::uint64_t bytes = H5Tget_size(detail::memory_type(type));
  for (std::size_t d = chunk.size(); d-- > 1;) {
    chunk[d] = std::clamp<hsize_t>(most / bytes, 1, chunk[d]);
    bytes *= chunk[d];
  }
  const auto rows = std::clamp<hsize_t>(comfortable / bytes, 1, 1024);
  chunk[0] = extendable ? rows : std::min(chunk[0], rows);
  return chunk;
}

// Properties of a new object. Without times in the object headers, equal data make equal files.
Handle creation_properties(const std::shared_ptr<detail::FileState>& state, const std::string& name,
                           hid_t of_class) {
  Handle properties = PATINA_H5_ID(state, name, H5Pcreate(of_class), H5Pclose);
  PATINA_H5_CHECK(*state, name, H5Pset_obj_track_times(properties.id(), false));
  return properties;
}

Handle layout_properties(const std::shared_ptr<detail::FileState>& state, const std::string& name, Type type,
                         const Dims& dims, const Layout& layout) {
  Handle properties = creation_properties(state, name, H5P_DATASET_CREATE);
  const hid_t id = properties.id();
  if (dims.empty() || (!layout.extendable && detail::product(dims) == 0)) return properties;
  if (layout.extendable || layout.compress || layout.checksum) {
    const auto chunk = layout.chunk.empty() ? default_chunk(dims, type, layout.extendable)
                                            : std::vector<hsize_t>(layout.chunk.begin(), layout.chunk.end());
    PATINA_H5_CHECK(*state, name, H5Pset_chunk(id, static_cast<int>(chunk.size()), chunk.data()));
  }
  if (layout.compress) {
    PATINA_H5_CHECK(*state, name, H5Pset_shuffle(id));
    PATINA_H5_CHECK(*state, name, H5Pset_deflate(id, 1));
  }
  if (layout.checksum) PATINA_H5_CHECK(*state, name, H5Pset_fletcher32(id));
  return properties;
}

Handle link_properties(const std::shared_ptr<detail::FileState>& state, const std::string& name) {
  refuse_if_abandoned(*state);
  Handle properties = PATINA_H5_ID(state, name, H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  PATINA_H5_CHECK(*state, name, H5Pset_char_encoding(properties.id(), H5T_CSET_UTF8));
  return properties;
}

// Groups on the way to an object. The library would make them too, with times in their headers.
void make_parents(const std::shared_ptr<detail::FileState>& state, hid_t file, const std::string& name) {
  refuse_if_abandoned(*state);
  for (std::size_t end = name.find('/', 1); end != std::string::npos; end = name.find('/', end + 1)) {
    const std::string group = name.substr(0, end);
    if (PATINA_H5_CHECK(*state, group, H5Lexists(file, group.c_str(), H5P_DEFAULT)) > 0) continue;
    const Handle links = link_properties(state, group);
    const Handle creation = creation_properties(state, group, H5P_GROUP_CREATE);
    PATINA_H5_ID(state, group, H5Gcreate2(file, group.c_str(), links.id(), creation.id(), H5P_DEFAULT), H5Gclose);
  }
}

Handle access_properties(const std::shared_ptr<detail::FileState>& state, Format format) {
  Handle properties = PATINA_H5_ID(state, "file", H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  const hid_t id = properties.id();
  const H5F_libver_t low = format == Format::checksummed ? H5F_LIBVER_V110 : H5F_LIBVER_V18;
  PATINA_H5_CHECK(*state, "file", H5Pset_libver_bounds(id, low, H5F_LIBVER_V110));
  // Closing a file while one of its objects is open is an error, not a postponement.
  PATINA_H5_CHECK(*state, "file", H5Pset_fclose_degree(id, H5F_CLOSE_SEMI));
  // File systems without locks are common on clusters; a run folder has a lock of its own.
  PATINA_H5_CHECK(*state, "file", H5Pset_file_locking(id, true, true));
  return properties;
}

// Texts padded to equal length, one after the other.
std::string padded(const std::vector<std::string>& texts, std::size_t bytes) {
  std::string all;
  for (const auto& text : texts) all += text + std::string(bytes - text.size(), '\0');
  return all;
}

std::size_t longest(const std::vector<std::string>& texts) {
  std::size_t bytes = 1;
  for (const auto& text : texts) bytes = std::max(bytes, text.size());
  return bytes;
}

}  // namespace

File File::create(const std::string& path, Format format) {
  detail::start_library();
  auto state = std::make_shared<detail::FileState>(detail::FileState{path, true});
  const Handle access = access_properties(state, format);
  struct stat info {};
  if (lstat(path.c_str(), &info) == 0)
    throw Error(ExitCode::cannot_create, fmt::format("{}: exists already and is not overwritten", path));
  const Handle creation = creation_properties(state, "file", H5P_FILE_CREATE);
  const hid_t id = H5Fcreate(path.c_str(), H5F_ACC_EXCL, creation.id(), access.id());
  if (id < 0) {
    try {
      detail::fail(*state, "file", "H5Fcreate");
    } catch (const Error& error) {
      throw Error(ExitCode::cannot_create, error.what());
    }
  }
  return File(state, Handle(state, id, H5Fclose));
}

File File::extend(const std::string& path) {
  detail::start_library();
  auto state = std::make_shared<detail::FileState>(detail::FileState{path, true});
  const Handle access = access_properties(state, Format::widely_readable);
  const hid_t id = PATINA_H5_CHECK(*state, "file", H5Fopen(path.c_str(), H5F_ACC_RDWR, access.id()));
  return File(state, Handle(state, id, H5Fclose));
}

void File::close() {
  detail::FileState& state = *state_;
  refuse_if_abandoned(state);
  if (state.writing) PATINA_H5_CHECK(state, "file", H5Fflush(handle_.id(), H5F_SCOPE_GLOBAL));
  const auto open = PATINA_H5_CHECK(state, "file", H5Fget_obj_count(handle_.id(), H5F_OBJ_ALL));
  require(open == 1, fmt::format("{}: closed while {} of its objects are open", state.path, open - 1));
  handle_.reset();
  if (state.abandoned) throw Error(ExitCode::io, fmt::format("{}: closing the file failed", state.path));
}

const std::string& File::path() const { return state_->path; }

void File::create_group(const std::string& group) {
  make_parents(state_, handle_.id(), group);
  const Handle links = link_properties(state_, group);
  const Handle creation = creation_properties(state_, group, H5P_GROUP_CREATE);
  PATINA_H5_ID(state_, group,
               H5Gcreate2(handle_.id(), group.c_str(), links.id(), creation.id(), H5P_DEFAULT), H5Gclose);
}

void File::remove(const std::string& object) {
  refuse_if_abandoned(*state_);
  PATINA_H5_CHECK(*state_, object, H5Ldelete(handle_.id(), object.c_str(), H5P_DEFAULT));
}

void File::remove_attribute(const std::string& object, const std::string& name) {
  refuse_if_abandoned(*state_);
  const Handle owner = open_object(object);
  PATINA_H5_CHECK(*state_, object + "@" + name, H5Adelete(owner.id(), name.c_str()));
}

void File::hard_link(const std::string& existing, const std::string& link) {
  make_parents(state_, handle_.id(), link);
  const Handle links = link_properties(state_, link);
  PATINA_H5_CHECK(
      *state_, link,
      H5Lcreate_hard(handle_.id(), existing.c_str(), handle_.id(), link.c_str(), links.id(), H5P_DEFAULT));
}

Dataset File::create_dataset(const std::string& name, Type type, const Dims& dims, const Layout& layout) {
  require(!layout.extendable || !dims.empty(), "a scalar dataset cannot grow");
  make_parents(state_, handle_.id(), name);
  const Handle space = dataspace(state_, name, dims, layout.extendable);
  const Handle properties = layout_properties(state_, name, type, dims, layout);
  const Handle links = link_properties(state_, name);
  return Dataset(PATINA_H5_ID(state_, name,
                              H5Dcreate2(handle_.id(), name.c_str(), detail::stored_type(type), space.id(),
                                         links.id(), properties.id(), H5P_DEFAULT),
                              H5Dclose),
                 name);
}

Dataset File::write(const std::string& name, Type type, const void* values, std::uint64_t elements,
                    const Dims& dims, const Layout& layout) {
  require(elements == detail::product(dims),
          fmt::format("{}: {} values for a dataset of {}", name, elements, detail::to_string(dims)));
  Dataset dataset = create_dataset(name, type, dims, layout);
  if (elements > 0) dataset.write_all(type, values);
  return dataset;
}

void Dataset::write_all(Type type, const void* values) {
  PATINA_H5_CHECK(*handle_.file(), name_,
                  H5Dwrite(handle_.id(), detail::memory_type(type), H5S_ALL, H5S_ALL, H5P_DEFAULT, values));
}

void Dataset::grow(std::uint64_t rows) {
  const auto& state = handle_.file();
  refuse_if_abandoned(*state);
  const Dims size = dims();
  std::vector<hsize_t> larger(size.begin(), size.end());
  larger.at(0) += rows;
  PATINA_H5_CHECK(*state, name_, H5Dset_extent(handle_.id(), larger.data()));
}

void Dataset::write_block(Type type, const Dims& start, const Dims& extent, const void* values,
                          std::uint64_t elements) {
  const auto& state = handle_.file();
  require(elements == detail::product(extent),
          fmt::format("{}: {} values for a block of {}", name_, elements, detail::to_string(extent)));
  if (elements == 0) return;
  const std::vector<hsize_t> first(start.begin(), start.end()), count(extent.begin(), extent.end());
  const Handle source = dataspace(state, name_, extent);
  const Handle target = PATINA_H5_ID(state, name_, H5Dget_space(handle_.id()), H5Sclose);
  PATINA_H5_CHECK(
      *state, name_,
      H5Sselect_hyperslab(target.id(), H5S_SELECT_SET, first.data(), nullptr, count.data(), nullptr));
  PATINA_H5_CHECK(
      *state, name_,
      H5Dwrite(handle_.id(), detail::memory_type(type), source.id(), target.id(), H5P_DEFAULT, values));
}

void Dataset::write_packed(const Dims& start, const std::vector<unsigned char>& packed) {
  const std::vector<hsize_t> first(start.begin(), start.end());
  constexpr std::uint32_t no_filter_left_out = 0;
  PATINA_H5_CHECK(*handle_.file(), name_,
                  H5Dwrite_chunk(handle_.id(), H5P_DEFAULT, no_filter_left_out, first.data(), packed.size(), packed.data()));
}

void Dataset::append(Type type, const void* values, std::uint64_t elements) {
  const Dims size = dims();
  const std::uint64_t row = detail::product(Dims(size.begin() + 1, size.end()));
  require(row > 0 && elements % row == 0,
          fmt::format("{}: {} values are no whole rows of {}", name_, elements, row));
  Dims start(size.size(), 0), extent = size;
  start[0] = size[0];
  extent[0] = elements / row;
  grow(extent[0]);
  write_block(type, start, extent, values, elements);
}

void File::write_text(const std::string& name, const std::string& text) {
  const std::size_t bytes = longest({text});
  write_text_data(name, bytes, padded({text}, bytes), {});
}

void File::write_texts(const std::string& name, const std::vector<std::string>& texts) {
  const std::size_t bytes = longest(texts);
  write_text_data(name, bytes, padded(texts, bytes), {texts.size()});
}

void File::write_text_data(const std::string& name, std::size_t bytes, const std::string& content,
                           const Dims& dims) {
  make_parents(state_, handle_.id(), name);
  const Handle type = detail::text_type(state_, name, bytes, is_ascii(content));
  const Handle space = dataspace(state_, name, dims);
  const Handle links = link_properties(state_, name);
  const Handle creation = creation_properties(state_, name, H5P_DATASET_CREATE);
  const Handle data = PATINA_H5_ID(
      state_, name,
      H5Dcreate2(handle_.id(), name.c_str(), type.id(), space.id(), links.id(), creation.id(), H5P_DEFAULT),
      H5Dclose);
  if (!content.empty())
    PATINA_H5_CHECK(*state_, name,
                    H5Dwrite(data.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, content.data()));
}

void File::set_attribute(const std::string& object, const std::string& name, const std::string& text,
                         Text storage) {
  write_text_attribute(object, name, {text}, {}, storage);
}

void File::set_attribute(const std::string& object, const std::string& name,
                         const std::vector<std::string>& texts, Text storage) {
  write_text_attribute(object, name, texts, {texts.size()}, storage);
}

void File::write_text_attribute(const std::string& object, const std::string& name,
                                const std::vector<std::string>& texts, const Dims& dims, Text storage) {
  const std::string what = object + "@" + name;
  const bool variable = storage == Text::variable_length;
  const std::size_t bytes = longest(texts);
  const std::string content = padded(texts, bytes);
  std::vector<const char*> pointers;
  for (const auto& text : texts) pointers.push_back(text.c_str());
  const Handle type = detail::text_type(state_, what, variable ? H5T_VARIABLE : bytes, is_ascii(content));
  const Handle attribute = create_attribute(object, name, type.id(), dims);
  const void* values = variable ? static_cast<const void*>(pointers.data()) : content.data();
  PATINA_H5_CHECK(*state_, what, H5Awrite(attribute.id(), type.id(), values));
}

void File::write_attribute(const std::string& object, const std::string& name, Type type, const void* values,
                           const Dims& dims) {
  const Handle attribute = create_attribute(object, name, detail::stored_type(type), dims);
  PATINA_H5_CHECK(*state_, object + "@" + name, H5Awrite(attribute.id(), detail::memory_type(type), values));
}

Handle File::create_attribute(const std::string& object, const std::string& name, std::int64_t type,
                              const Dims& dims) {
  const std::string what = object + "@" + name;
  const Handle space = dataspace(state_, what, dims);
  const Handle owner = open_object(object);
  return PATINA_H5_ID(state_, what,
                      H5Acreate2(owner.id(), name.c_str(), type, space.id(), H5P_DEFAULT, H5P_DEFAULT),
                      H5Aclose);
}

std::string library_version() {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  return fmt::format("{}.{}.{}", major, minor, release);
}

}  // namespace patina::h5
