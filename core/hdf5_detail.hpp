// SPDX-License-Identifier: BSD-3-Clause
// What core/hdf5.cpp and core/hdf5_read.cpp share. Includes the library: never include it elsewhere.
#pragma once

#include <hdf5.h>

#include <memory>
#include <string>

#include "core/hdf5.hpp"

namespace patina::h5::detail {

static_assert(std::is_same_v<hid_t, std::int64_t>, "the header carries HDF5 ids as std::int64_t");

struct FileState {
  std::string path;
  bool writing = false;
  bool abandoned = false;  // after a failed write: no further call touches the file
};

// Every HDF5 return value goes through this: negative means that `expression`, meant for `object`, failed.
#define PATINA_H5_CHECK(state, object, expression) \
  ::patina::h5::detail::check((state), (object), (expression), #expression)

[[noreturn]] void fail(FileState& state, const std::string& object, const char* expression);

template <class Result>
Result check(FileState& state, const std::string& object, Result result, const char* expression) {
  if (result < 0) fail(state, object, expression);
  return result;
}

// The same for calls that return an id, which closes itself.
#define PATINA_H5_ID(state, object, expression, close) \
  ::patina::h5::detail::Handle(                        \
      (state), ::patina::h5::detail::check(*(state), (object), (expression), #expression), (close))

// Once per process, before anything else: silent error stack, no plugins, no work at exit.
void start_library();

hid_t memory_type(Type type);
// The little-endian type of the same name, so that files do not depend on the machine.
hid_t stored_type(Type type);
Handle text_type(const std::shared_ptr<FileState>& state, const std::string& object, std::size_t bytes,
                 bool ascii);
std::uint64_t product(const Dims& dims);
std::string to_string(const Dims& dims);
const char* name_of(Type type);

}  // namespace patina::h5::detail
