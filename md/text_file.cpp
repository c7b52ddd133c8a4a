// SPDX-License-Identifier: BSD-3-Clause
#include "md/text_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <numeric>

#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "md/eam_text.hpp"

namespace patina {

namespace {

constexpr std::size_t block_bytes = 1u << 18;
constexpr std::size_t longest_line = 1u << 20;
constexpr std::int64_t gzip_largest_ratio = 1032;  // of deflate
constexpr std::int64_t least_bytes_per_atom = 8;   // "Cu 0 0 0" without its end
constexpr int largest_image = 1000000000;

// from_chars knows no leading plus sign.
std::string_view without_plus(std::string_view word) {
  const bool plus = word.size() > 1 && word[0] == '+' && word[1] != '-' && word[1] != '+';
  return plus ? word.substr(1) : word;
}

}  // namespace

TextReader::TextReader(const std::string& path) : path_(path), block_(block_bytes) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    throw Error(ExitCode::missing_input, path + ": is a folder, not a file");
  file_.reset(gzopen(path.c_str(), "rb"));
  if (!file_)
    throw Error(ExitCode::missing_input, fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  gzbuffer(file_.get(), block_bytes);
  const bool is_plain = gzdirect(file_.get()) == 1;
  const auto bytes = std::filesystem::file_size(path, error);
  // What has no size (a pipe) may hold anything.
  most_bytes_ = error ? INT64_MAX : static_cast<std::int64_t>(bytes) * (is_plain ? 1 : gzip_largest_ratio);
}

// Appends to the unread part of the block; false if nothing is left.
bool TextReader::fill() {
  if (begin_ > 0) {
    std::memmove(block_.data(), block_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == block_.size()) {
    if (end_ >= longest_line) fail_at(number_ + 1, fmt::format("line is longer than {} bytes", longest_line));
    block_.resize(2 * block_.size());
  }
  const int got = gzread(file_.get(), block_.data() + end_, static_cast<unsigned>(block_.size() - end_));
  int status = Z_OK;
  const char* reason = gzerror(file_.get(), &status);
  if (got < 0 || status == Z_BUF_ERROR) {
    if (status == Z_ERRNO)
      throw Error(ExitCode::io, fmt::format("{}: reading failed: {}", path_, std::strerror(errno)));
    fail_at(number_ + 1, fmt::format("the compressed file is damaged or cut short ({})", reason));
  }
  end_ += static_cast<std::size_t>(got);
  return got > 0;
}

bool TextReader::next_line() {
  if (repeat_) {
    repeat_ = false;
    return true;
  }
  std::size_t searched = 0;
  const char* mark = nullptr;
  for (;;) {
    const std::size_t unread = end_ - begin_;
    mark = static_cast<const char*>(std::memchr(block_.data() + begin_ + searched, '\n', unread - searched));
    if (mark != nullptr) break;
    searched = unread;
    if (!fill()) break;
  }
  if (mark == nullptr && begin_ == end_) return false;
  const char* first = block_.data() + begin_;
  const char* last = mark == nullptr ? block_.data() + end_ : mark;
  line_ = std::string_view(first, static_cast<std::size_t>(last - first));
  begin_ = static_cast<std::size_t>(last - block_.data()) + (mark == nullptr ? 0 : 1);
  ++number_;
  if (!line_.empty() && line_.back() == '\r') line_.remove_suffix(1);
  if (line_.find('\0') != std::string_view::npos) fail("line holds a NUL byte: this is not a text file");
  return true;
}

void TextReader::require_line(std::string_view what) {
  if (!next_line()) fail_at(number_ + 1, fmt::format("the file ends where {} should stand", what));
}

const std::vector<std::string_view>& TextReader::words(bool comments) {
  words_.clear();
  const std::string_view text = comments ? line_.substr(0, line_.find('#')) : line_;
  for (std::size_t k = 0; k < text.size();) {
    if (text[k] == ' ' || text[k] == '\t') {
      ++k;
      continue;
    }
    const std::size_t end = std::min(text.find_first_of(" \t", k), text.size());
    words_.push_back(text.substr(k, end - k));
    k = end;
  }
  return words_;
}

double TextReader::number(std::string_view word, std::string_view what) const {
  double value = 0.0;
  const std::string_view digits = without_plus(word);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value))
    fail(fmt::format("{} is {}, must be a finite number", what, in_quotes(word)));
  return value;
}

std::int64_t TextReader::integer(std::string_view word, std::string_view what, std::int64_t min,
                                 std::int64_t max) const {
  std::int64_t value = 0;
  const std::string_view digits = without_plus(word);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value < min || value > max)
    fail(fmt::format("{} is {}, must be a whole number from {} to {}", what, in_quotes(word), min, max));
  return value;
}

Vec3 TextReader::vector(const std::string_view* words, std::string_view what) const {
  return {{number(words[0], what), number(words[1], what), number(words[2], what)}};
}

std::array<int, 3> TextReader::images(const std::string_view* words) const {
  std::array<int, 3> image{};
  for (int d = 0; d < 3; ++d)
    image[d] = static_cast<int>(integer(words[d], "image flag", -largest_image, largest_image));
  return image;
}

std::int64_t TextReader::atom_count(std::string_view word) const {
  const std::int64_t count = integer(word, "number of atoms", 1, INT64_MAX);
  const std::int64_t most = most_bytes_ / least_bytes_per_atom;
  if (count > most)
    fail(fmt::format("number of atoms is {}, but a file of this size holds at most {}: it is cut short",
                     count, most));
  return count;
}

std::string TextReader::place() const { return fmt::format("{}:{}", path_, number_); }

void TextReader::fail_at(std::int64_t line, const std::string& message) const {
  throw Error(ExitCode::bad_input, fmt::format("{}:{}: {}", path_, line, message));
}

TextWriter::TextWriter(const std::string& path, bool overwrite)
    : path_(path), temporary_(path + ".tmp"), overwrite_(overwrite) {
  check_target(path, overwrite ? IfExists::replace : IfExists::refuse);
  // Left over from a crash; the name is removed, not followed, if it is a link.
  std::remove(temporary_.c_str());
  file_.reset(std::fopen(temporary_.c_str(), "wxe"));
  if (!file_)
    throw Error(ExitCode::cannot_create,
                fmt::format("{}: cannot be made: {}", temporary_, std::strerror(errno)));
}

TextWriter::~TextWriter() {
  if (file_) std::remove(temporary_.c_str());
}

void TextWriter::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size())
    throw Error(ExitCode::io, fmt::format("{}: writing failed: {}", temporary_, std::strerror(errno)));
}

void TextWriter::finish() {
  if (std::fclose(file_.release()) != 0) {
    const int reason = errno;
    std::remove(temporary_.c_str());
    throw Error(ExitCode::io, fmt::format("{}: writing failed: {}", temporary_, std::strerror(reason)));
  }
  commit_file(temporary_, path_, overwrite_ ? IfExists::replace : IfExists::refuse);
}

Box box_at(const TextReader& text, const Mat3& edges, const Vec3& origin,
           const std::array<bool, 3>& periodic) {
  try {
    return Box(edges, origin, periodic);
  } catch (const Error& error) {
    text.fail(error.what());
  }
}

void check_position(const TextReader& text, const Box& box, const Vec3& position) {
  constexpr double farthest = 1e6;
  const Vec3 s = box.to_fractional(position);
  for (int d = 0; d < 3; ++d)
    if (!(std::abs(s[d]) < farthest))
      text.fail(
          fmt::format("position ({}, {}, {}) A is {:.3g} box lengths along edge {}, must be within {:.0e}",
                      position[0], position[1], position[2], s[d], "abc"[d], farthest));
}

void sort_atoms(const TextReader& text, Structure& structure, std::int64_t first_line) {
  const auto& id = structure.id;
  if (std::adjacent_find(id.begin(), id.end(), std::greater_equal<>()) == id.end()) return;
  std::vector<std::size_t> order(id.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return id[a] < id[b]; });
  for (std::size_t k = 1; k < order.size(); ++k)
    if (id[order[k]] == id[order[k - 1]])
      text.fail_at(first_line + static_cast<std::int64_t>(order[k]),
                   fmt::format("atom id {} occurs twice, first on line {}", id[order[k]],
                               first_line + static_cast<std::int64_t>(order[k - 1])));
  sort_by_id(structure);
}

}  // namespace patina
