// SPDX-License-Identifier: BSD-3-Clause
// HDF5 files: objects that close themselves, every library call checked, nothing overwritten. Objects are
// named by their path in the file ("/particles/trajectory/step"); groups on the way are made as needed.
//
// Writing: an error throws Error(io) naming file, object and the call that failed, and the file is abandoned:
// it is never touched again, because the library goes on "successfully" on a full disk [reliability.md
// 0.2, 3.3]. A file is complete only after close() returned; write to a temporary name and rename
// (core/durable_file.hpp).
//
// Reading: files may come from anywhere [reliability.md 3.6]. Only hard links are followed; external storage,
// virtual datasets, filters other than the built-in ones, and sizes out of proportion to what is stored are
// refused before anything is allocated. Types are never narrowed: an int64 does not read as int32.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

namespace patina::h5 {

// Version of the library in use, "1.10.8".
std::string library_version();

using Dims = std::vector<std::uint64_t>;
inline constexpr std::uint64_t any_size = ~std::uint64_t{0};

enum class Type { float32, float64, int32, int64, uint8, uint16, uint32, uint64 };

template <class T>
constexpr Type type_of() {
  if constexpr (std::is_same_v<T, float>)
    return Type::float32;
  else if constexpr (std::is_same_v<T, double>)
    return Type::float64;
  else if constexpr (std::is_same_v<T, std::uint8_t>)
    return Type::uint8;
  else if constexpr (std::is_same_v<T, std::uint16_t>)
    return Type::uint16;
  else {
    static_assert(std::is_integral_v<T> && (sizeof(T) == 4 || sizeof(T) == 8),
                  "no HDF5 type for this element");
    if constexpr (sizeof(T) == 4)
      return std::is_signed_v<T> ? Type::int32 : Type::uint32;
    else
      return std::is_signed_v<T> ? Type::int64 : Type::uint64;
  }
}

// How a dataset lies in the file. Any of the three flags makes it chunked; without `chunk`, rows of the first
// dimension are grouped to some 64 KiB, and no chunk is larger than 1 MiB.
struct Layout {
  bool extendable = false;  // rows can be appended along the first dimension
  bool compress = false;    // byte shuffle and gzip level 1
  bool checksum = false;    // fletcher32 of each chunk
  Dims chunk = {};
};

enum class Format {
  widely_readable,  // HDF5 1.8 structures: for files that others open
  checksummed,      // newest structures, whose metadata carry checksums: for our own files
};

// How an attribute's text is stored. Python readers give variable-length text as str and fixed-length text as
// bytes, and MDAnalysis knows units as str only; H5MD wants author and creator of fixed length.
enum class Text { variable_length, fixed_length };

namespace detail {
struct FileState;
class Handle {
 public:
  using Close = int (*)(std::int64_t);
  Handle() = default;
  Handle(std::shared_ptr<FileState> file, std::int64_t id, Close close)
      : file_(std::move(file)), id_(id), close_(close) {}
  Handle(Handle&& other) noexcept { *this = std::move(other); }
  Handle& operator=(Handle&& other) noexcept;
  ~Handle() { reset(); }
  std::int64_t id() const { return id_; }
  const std::shared_ptr<FileState>& file() const { return file_; }
  // Closes it; a failure marks the file as failed, which its close() then reports.
  void reset() noexcept;

 private:
  std::shared_ptr<FileState> file_;
  std::int64_t id_ = -1;
  Close close_ = nullptr;
};
}  // namespace detail

class Dataset {
 public:
  const std::string& name() const { return name_; }
  Dims dims() const;

  // Adds rows at the end of the first dimension; values.size() must be a multiple of one row.
  template <class T>
  void append(const std::vector<T>& values) {
    append(type_of<T>(), values.data(), values.size());
  }
  // Adds empty rows; write_block fills them. For rows that come in pieces.
  void grow(std::uint64_t rows);
  // The block of `extent` elements that begins at `start`.
  template <class T>
  void write_block(const Dims& start, const Dims& extent, const std::vector<T>& values) {
    write_block(type_of<T>(), start, extent, values.data(), values.size());
  }
  // A whole chunk that begins at `start`, packed as its filters would (core/packed_chunk.hpp).
  void write_packed(const Dims& start, const std::vector<unsigned char>& packed);
  template <class T>
  std::vector<T> read() const {
    return read_rows<T>(0, any_size);
  }
  // Rows [first, first + count) of the first dimension.
  template <class T>
  std::vector<T> read_rows(std::uint64_t first, std::uint64_t count) const {
    std::vector<T> values(checked_elements(type_of<T>(), first, count));
    read_rows(type_of<T>(), values.data(), first, count);
    return values;
  }
  // Whether its elements are stored as just this type, in any order of bytes.
  bool holds(Type type) const;
  // Integers and floating-point numbers of any width, rounded to the nearest float or double. Anything else is refused.
  template <class T>
  std::vector<T> read_rows_rounded(std::uint64_t first, std::uint64_t count) const {
    static_assert(std::is_floating_point_v<T>);
    std::vector<T> values(checked_numbers(type_of<T>(), first, count));
    read_rows(type_of<T>(), values.data(), first, count);
    return values;
  }

 private:
  friend class File;
  Dataset(detail::Handle handle, std::string name) : handle_(std::move(handle)), name_(std::move(name)) {}
  void append(Type type, const void* values, std::uint64_t elements);
  void write_all(Type type, const void* values);
  void write_block(Type type, const Dims& start, const Dims& extent, const void* values,
                   std::uint64_t elements);
  std::uint64_t checked_elements(Type type, std::uint64_t first, std::uint64_t& count) const;
  std::uint64_t checked_numbers(Type type, std::uint64_t first, std::uint64_t& count) const;
  std::uint64_t elements_of_rows(Type type, std::uint64_t first, std::uint64_t& count) const;
  void read_rows(Type type, void* values, std::uint64_t first, std::uint64_t count) const;

  detail::Handle handle_;
  std::string name_;
};

class File {
 public:
  // A new file; Error(cannot_create) if something of that name exists.
  static File create(const std::string& path, Format format = Format::widely_readable);
  // An existing file of Patina's own, to add to it. For a copy that is renamed afterwards: if this fails half
  // way, the file is lost.
  static File extend(const std::string& path);
  // Read only. Error(missing_input) if it is not there, Error(bad_input) if it is not HDF5 or damaged.
  static File open(const std::string& path);
  // Closes and checks; datasets of the file must be gone. A File destroyed without close() is not a result.
  void close();

  const std::string& path() const;
  bool exists(const std::string& object) const;
  std::vector<std::string> children(const std::string& group) const;
  void create_group(const std::string& group);
  void remove(const std::string& object);
  void remove_attribute(const std::string& object, const std::string& name);
  // A second name for an existing object.
  void hard_link(const std::string& existing, const std::string& link);

  Dataset create_dataset(const std::string& name, Type type, const Dims& dims, const Layout& layout = {});
  template <class T>
  Dataset write(const std::string& name, const std::vector<T>& values, const Dims& dims,
                const Layout& layout = {}) {
    return write(name, type_of<T>(), values.data(), values.size(), dims, layout);
  }
  template <class T>
  Dataset write(const std::string& name, const std::vector<T>& values) {
    return write(name, values, Dims{values.size()});
  }
  // A text as one fixed-length string (any length, UTF-8); a list of texts as a 1-D array of them.
  void write_text(const std::string& name, const std::string& text);
  void write_texts(const std::string& name, const std::vector<std::string>& texts);

  Dims dims(const std::string& dataset) const;
  // Opens a dataset; its rank must be expected.size() and each size as expected (any_size: whatever it is).
  Dataset dataset(const std::string& name, const Dims& expected) const;
  template <class T>
  std::vector<T> read(const std::string& name, const Dims& expected) const {
    return dataset(name, expected).template read<T>();
  }
  // All numbers of a dataset, of whatever shape and width, row by row.
  std::vector<double> read_numbers(const std::string& name) const { return dataset(name, dims(name)).read_rows_rounded<double>(0, any_size); }
  std::string read_text(const std::string& name) const;
  std::vector<std::string> read_texts(const std::string& name) const;

  // Attributes of a group or dataset ("/" is the root).
  void set_attribute(const std::string& object, const std::string& name, const std::string& text,
                     Text storage = Text::variable_length);
  void set_attribute(const std::string& object, const std::string& name, const char* text) {
    set_attribute(object, name, std::string(text));
  }
  void set_attribute(const std::string& object, const std::string& name,
                     const std::vector<std::string>& texts, Text storage = Text::variable_length);
  template <class T>
  requires std::is_arithmetic_v<T>
  void set_attribute(const std::string& object, const std::string& name, T value) {
    write_attribute(object, name, type_of<T>(), &value, {});
  }
  template <class T>
  requires std::is_arithmetic_v<T>
  void set_attribute(const std::string& object, const std::string& name, const std::vector<T>& values) {
    write_attribute(object, name, type_of<T>(), values.data(), Dims{values.size()});
  }
  bool has_attribute(const std::string& object, const std::string& name) const;
  // A text, or every text of an array of them.
  std::vector<std::string> text_attribute(const std::string& object, const std::string& name) const;
  // A number, or every number of an array.
  template <class T>
  std::vector<T> attribute(const std::string& object, const std::string& name) const {
    std::vector<T> values(attribute_elements(object, name));
    read_attribute(object, name, type_of<T>(), values.data());
    return values;
  }

 private:
  File(std::shared_ptr<detail::FileState> state, detail::Handle handle)
      : state_(std::move(state)), handle_(std::move(handle)) {}
  Dataset write(const std::string& name, Type type, const void* values, std::uint64_t elements,
                const Dims& dims, const Layout& layout);
  void write_text_data(const std::string& name, std::size_t bytes, const std::string& content,
                       const Dims& dims);
  void write_text_attribute(const std::string& object, const std::string& name,
                            const std::vector<std::string>& texts, const Dims& dims, Text storage);
  detail::Handle create_attribute(const std::string& object, const std::string& name, std::int64_t type,
                                  const Dims& dims);
  detail::Handle open_object(const std::string& object) const;
  detail::Handle open_attribute(const std::string& object, const std::string& name) const;
  bool follow_hard_links(const std::string& object) const;
  std::vector<std::string> texts_of(const std::string& name) const;
  void write_attribute(const std::string& object, const std::string& name, Type type, const void* values,
                       const Dims& dims);
  std::uint64_t attribute_elements(const std::string& object, const std::string& name) const;
  void read_attribute(const std::string& object, const std::string& name, Type type, void* values) const;

  std::shared_ptr<detail::FileState> state_;
  detail::Handle handle_;
};

}  // namespace patina::h5
