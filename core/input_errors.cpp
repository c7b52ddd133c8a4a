// SPDX-License-Identifier: BSD-3-Clause
#include "core/input_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "core/error.hpp"

namespace patina {
namespace {

constexpr std::size_t most_errors_shown = 100;
constexpr std::size_t most_errors_kept = 10'000;  // the rest is only counted
constexpr std::size_t excerpt_width = 100;        // characters of an over-long line that are shown

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

std::size_t count_characters(const std::string& text, std::size_t begin, std::size_t end) {
  return static_cast<std::size_t>(std::count_if(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                                text.begin() + static_cast<std::ptrdiff_t>(end),
                                                [](char byte) { return !continues_character(byte); }));
}

// Length in bytes of the well-formed UTF-8 sequence at i, 1 for anything else.
std::size_t character_length(const std::string& text, std::size_t i) {
  const auto lead = static_cast<unsigned char>(text[i]);
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (lead > 0xF4 || i + length > text.size()) return 1;
  for (std::size_t k = 1; k < length; ++k)
    if (!continues_character(text[i + k])) return 1;
  return length;
}

// One displayed column per character; whatever would disturb the terminal becomes one blank or '?'.
std::string printable(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = character_length(text, i);
    if (byte == '\t') {
      result += ' ';
    } else if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && length == 1)) {
      result += '?';
    } else {
      result.append(text, i, length);
    }
    i += length;
  }
  return result;
}

}  // namespace

std::string shown(const std::string& text, std::size_t at_most) {
  if (text.size() <= at_most) return printable(text);
  std::size_t end = at_most;
  while (end > 0 && continues_character(text[end])) --end;
  return printable(text.substr(0, end)) + "...";
}

InputErrors::InputErrors(std::string file_name, const std::string& text,
                         const std::vector<std::string>& overrides)
    : file_name_(std::move(file_name)), text_(text), overrides_(overrides), line_begins_{0} {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n') line_begins_.push_back(i + 1);
}

void InputErrors::add(const JsonSpan& where, const std::string& path, const std::string& message,
                      const std::string& hint, const std::string& allowed) {
  if (++count_ <= most_errors_kept) errors_.push_back({where, path, message, hint, allowed});
}

bool InputErrors::was_read(const std::string& path) const {
  for (std::size_t end = path.size(); end != std::string::npos; end = end == 0 ? std::string::npos : path.rfind('/', end - 1))
    if (unread_.count(path.substr(0, end)) > 0) return false;
  const std::string inside = path + "/";
  const auto next = unread_.lower_bound(inside);
  return next == unread_.end() || next->rfind(inside, 0) != 0;
}

InputErrors::Position InputErrors::locate(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto next = std::upper_bound(line_begins_.begin(), line_begins_.end(), offset);
  const auto line = static_cast<std::size_t>(next - line_begins_.begin());
  const std::size_t begin = line_begins_[line - 1];
  std::size_t end = next == line_begins_.end() ? text_.size() : *next - 1;
  if (end > begin && text_[end - 1] == '\r') --end;
  return {line, count_characters(text_, begin, std::max(begin, offset)) + 1, begin, std::max(begin, end)};
}

std::string InputErrors::place(const JsonSpan& where) const {
  if (where.override_index >= 0) return "--set " + shown(overrides_[where.override_index]);
  return fmt::format("line {}", locate(where.offset).line);
}

std::string InputErrors::excerpt(const Item& item, const Position& at) const {
  const std::size_t offset = std::clamp(item.where.offset, at.line_begin, at.line_end);
  // An over-long line (a file without line breaks) is shown around the error only.
  std::size_t begin = at.line_begin;
  if (offset - begin > excerpt_width * 2 / 3) begin = offset - excerpt_width / 3;
  while (begin < offset && continues_character(text_[begin])) ++begin;
  std::size_t end = std::min(at.line_end, begin + excerpt_width);
  while (end < at.line_end && continues_character(text_[end])) ++end;

  const std::string before = begin > at.line_begin ? "... " : "";
  const std::string after = end < at.line_end ? " ..." : "";
  const std::size_t indent = before.size() + count_characters(text_, begin, offset);
  const std::size_t marked_end = std::clamp(offset + item.where.length, offset, end);
  const std::size_t marked = std::max<std::size_t>(1, count_characters(text_, offset, marked_end));
  std::string result =
      fmt::format("{:>5} | {}{}{}\n", at.line, before, printable(text_.substr(begin, end - begin)), after);
  result += fmt::format("      | {}^{}", std::string(indent, ' '), std::string(marked - 1, '~'));
  if (!item.hint.empty()) result += " " + item.hint;
  return result + "\n";
}

std::string InputErrors::format(const Item& item) const {
  const std::string path = shown(item.path, 200);
  std::string result;
  if (item.where.override_index >= 0) {
    result = fmt::format("{}: {}: {}\n", place(item.where), path, item.message);
    if (!item.hint.empty()) result += "  " + item.hint + "\n";
  } else {
    const Position at = locate(item.where.offset);
    result = fmt::format("{}:{}:{}: {}: {}\n", file_name_, at.line, at.column, path, item.message);
    result += excerpt(item, at);
  }
  if (!item.allowed.empty()) result += "  allowed here: " + item.allowed + "\n";
  return result;
}

void InputErrors::throw_if_any() const {
  if (errors_.empty()) return;
  std::vector<Item> sorted = errors_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Item& a, const Item& b) {
    return std::tie(a.where.override_index, a.where.offset) <
           std::tie(b.where.override_index, b.where.offset);
  });
  std::string message;
  for (std::size_t i = 0; i < std::min(sorted.size(), most_errors_shown); ++i)
    message += (i == 0 ? "" : "error: ") + format(sorted[i]);
  if (count_ > most_errors_shown) message += fmt::format("  ... and {} more\n", count_ - most_errors_shown);
  message += fmt::format("  ({} error{} in the input; nothing was run)", count_, count_ == 1 ? "" : "s");
  throw Error(ExitCode::bad_input, message);
}

}  // namespace patina
