// SPDX-License-Identifier: BSD-3-Clause
// Element types and shapes as HDF5 and people know them.
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/hdf5_detail.hpp"

namespace patina::h5::detail {

hid_t memory_type(Type type) {
  switch (type) {
    case Type::float32:
      return H5T_NATIVE_FLOAT;
    case Type::float64:
      return H5T_NATIVE_DOUBLE;
    case Type::int32:
      return H5T_NATIVE_INT32;
    case Type::int64:
      return H5T_NATIVE_INT64;
    case Type::uint8:
      return H5T_NATIVE_UINT8;
    case Type::uint16:
      return H5T_NATIVE_UINT16;
    case Type::uint32:
      return H5T_NATIVE_UINT32;
    case Type::uint64:
      return H5T_NATIVE_UINT64;
  }
  return H5I_INVALID_HID;
}

hid_t stored_type(Type type) {
  switch (type) {
    case Type::float32:
      return H5T_IEEE_F32LE;
    case Type::float64:
      return H5T_IEEE_F64LE;
    case Type::int32:
      return H5T_STD_I32LE;
    case Type::int64:
      return H5T_STD_I64LE;
    case Type::uint8:
      return H5T_STD_U8LE;
    case Type::uint16:
      return H5T_STD_U16LE;
    case Type::uint32:
      return H5T_STD_U32LE;
    case Type::uint64:
      return H5T_STD_U64LE;
  }
  return H5I_INVALID_HID;
}

// bytes = H5T_VARIABLE for text of variable length.
Handle text_type(const std::shared_ptr<FileState>& state, const std::string& object, std::size_t bytes,
                 bool ascii) {
  Handle type = PATINA_H5_ID(state, object, H5Tcopy(H5T_C_S1), H5Tclose);
  PATINA_H5_CHECK(*state, object, H5Tset_size(type.id(), bytes));
  PATINA_H5_CHECK(*state, object, H5Tset_cset(type.id(), ascii ? H5T_CSET_ASCII : H5T_CSET_UTF8));
  if (bytes != H5T_VARIABLE) PATINA_H5_CHECK(*state, object, H5Tset_strpad(type.id(), H5T_STR_NULLPAD));
  return type;
}

std::uint64_t product(const Dims& dims) {
  std::uint64_t n = 1;
  for (const auto d : dims)
    if (__builtin_mul_overflow(n, d, &n))
      throw Error(ExitCode::bad_input, "a size over 2^64: " + to_string(dims));
  return n;
}

std::string to_string(const Dims& dims) {
  std::string text;
  for (const auto d : dims) text += fmt::format("[{}]", d == any_size ? "any" : std::to_string(d));
  return text.empty() ? "scalar" : text;
}

const char* name_of(Type type) {
  switch (type) {
    case Type::float32:
      return "float32";
    case Type::float64:
      return "float64";
    case Type::int32:
      return "int32";
    case Type::int64:
      return "int64";
    case Type::uint8:
      return "uint8";
    case Type::uint16:
      return "uint16";
    case Type::uint32:
      return "uint32";
    case Type::uint64:
      return "uint64";
  }
  return "?";
}

}  // namespace patina::h5::detail
