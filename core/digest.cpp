// SPDX-License-Identifier: BSD-3-Clause
#include "core/digest.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "core/error.hpp"

namespace patina {

namespace {
EVP_MD_CTX* evp(void* context) { return static_cast<EVP_MD_CTX*>(context); }
}  // namespace

void Sha256::Free::operator()(void* context) const { EVP_MD_CTX_free(evp(context)); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  require(context_ != nullptr, "EVP_MD_CTX_new failed");
  start();
}

void Sha256::start() {
  require(EVP_DigestInit_ex(evp(context_.get()), EVP_sha256(), nullptr) == 1, "EVP_DigestInit_ex failed");
}

void Sha256::update(const void* data, std::size_t bytes) {
  require(EVP_DigestUpdate(evp(context_.get()), data, bytes) == 1, "EVP_DigestUpdate failed");
}

std::string Sha256::finish() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  require(EVP_DigestFinal_ex(evp(context_.get()), digest, &size) == 1, "EVP_DigestFinal_ex failed");
  std::string hex;
  for (unsigned int k = 0; k < size; ++k) hex += fmt::format("{:02x}", digest[k]);
  start();
  return hex;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 digest;
  digest.update(bytes.data(), bytes.size());
  return digest.finish();
}

std::string uuid_of(std::string_view bytes) {
  std::string digits = sha256_hex(bytes).substr(0, 32);
  digits[12] = '8';
  digits[16] = 'a';
  for (const std::size_t dash : {8, 13, 18, 23}) digits.insert(dash, "-");
  return digits;
}

std::string sha256_of_file(const std::string& path, std::uint64_t first_bytes) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  std::vector<char> piece(1u << 20);
  Sha256 digest;
  std::size_t bytes = 0;
  while (file && (bytes = std::fread(piece.data(), 1, std::min<std::uint64_t>(piece.size(), first_bytes), file.get())) > 0) {
    digest.update(piece.data(), bytes);
    first_bytes -= bytes;
  }
  if (!file || std::ferror(file.get()))
    throw Error(ExitCode::missing_input, fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  return digest.finish();
}

}  // namespace patina
