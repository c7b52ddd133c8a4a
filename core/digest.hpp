// SPDX-License-Identifier: BSD-3-Clause
// SHA-256 (FIPS 180-4, by OpenSSL): what an input file was, and whether a written file is still what was
// written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace patina {

// Takes bytes in any number of pieces.
class Sha256 {
 public:
  Sha256();
  void update(const void* data, std::size_t bytes);
  // 64 lower-case hexadecimal digits of everything so far; starts anew.
  std::string finish();

 private:
  void start();
  struct Free {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Free> context_;
};

std::string sha256_hex(std::string_view bytes);
// A UUID of one's own making (RFC 9562, version 8) of these bytes: the same for the same.
std::string uuid_of(std::string_view bytes);
// Of the file's first bytes, or of all of it; reads it in pieces. Throws Error(missing_input).
std::string sha256_of_file(const std::string& path, std::uint64_t first_bytes = ~std::uint64_t{0});

}  // namespace patina
