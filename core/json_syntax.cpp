// SPDX-License-Identifier: BSD-3-Clause
#include "core/json_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace patina {
namespace {

bool is_word_byte(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_number_byte(char c) {
  return is_digit(c) || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
}
bool contains(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

bool is_one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Length of the well-formed UTF-8 sequence at i (Unicode 15, table 3-7), 0 if there is none.
std::size_t utf8_length(const std::string& text, std::size_t i) {
  const auto byte = [&](std::size_t k) -> unsigned {
    return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0u;
  };
  const auto follows = [&](std::size_t k) { return byte(k) >= 0x80 && byte(k) <= 0xBF; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!follows(1) || !follows(2)) return 0;
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) > 0x9F;
    return overlong || surrogate ? 0 : 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    const bool overlong = lead == 0xF0 && byte(1) < 0x90;
    const bool beyond = lead == 0xF4 && byte(1) > 0x8F;
    return overlong || beyond ? 0 : 4;
  }
  return 0;
}

// The parser's message without its prefix and without the text it read last.
std::string plain_words(std::string words) {
  const std::size_t begin = words.find(" - ");
  if (begin != std::string::npos) words.erase(0, begin + 3);
  const std::size_t last_read = words.find("; last read: ");
  if (last_read == std::string::npos) return words;
  const std::size_t expected = words.rfind("; expected ");
  if (expected == std::string::npos || expected < last_read) return words.substr(0, last_read);
  return words.erase(last_read, expected - last_read);
}

std::string hint_for(const std::string& word, char previous, const std::string& words, bool after_the_value) {
  const char c = word.empty() ? '\0' : word[0];
  const std::size_t digits = c == '-' ? 1 : 0;
  if (word.size() > digits + 1 && word[digits] == '0' && is_digit(word[digits + 1]))
    return "a number does not begin with 0";
  const bool in_number = c == '-' || is_digit(c) || (is_digit(previous) && is_word_byte(c));
  if (in_number && contains(words, "invalid")) return "this is no JSON number";
  if (contains(words, "invalid comment")) return {};
  if (after_the_value) return "the input's one value is complete before this";
  if (contains(words, "expected ':'")) return "is the ':' after the key missing?";
  if (contains(words, "; expected '}'") || contains(words, "; expected ']'"))
    return word.empty() ? "a bracket is not closed" : "is a comma missing before this?";
  if (c == '\'') return "text stands in double quotes";
  if (c == '#') return "a comment begins with //";
  if (c == '+' || c == '.') return "a number begins with a digit or '-'";
  if (is_one_of(word, {"True", "TRUE", "False", "FALSE", "yes", "no"})) return "JSON writes true and false";
  if (is_one_of(word, {"None", "NULL", "Null", "nil"})) return "JSON writes null";
  if (std::isalpha(static_cast<unsigned char>(c)) || c == '_') return "text stands in double quotes";
  return {};
}

}  // namespace

std::size_t TokenCursor::next(std::size_t stop) {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    const char following = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at_;
    } else if (c == '/' && following == '/') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == '/' && following == '*') {
      const std::size_t end = text_.find("*/", at_ + 2);
      at_ = end == std::string::npos ? text_.size() : end + 2;
    } else if ((c == ',' || c == ':') && at_ < stop) {
      last_comma_ = c == ',' ? at_ : nowhere;
      ++at_;
    } else {
      break;
    }
  }
  return at_;
}

std::size_t TokenCursor::take(std::size_t begin, std::size_t end) {
  at_ = std::min(end, text_.size());
  last_comma_ = nowhere;
  return begin;
}

std::size_t TokenCursor::take_fixed(std::size_t length) {
  const std::size_t begin = next();
  return take(begin, begin + length);
}

std::size_t TokenCursor::take_number() {
  const std::size_t begin = next();
  return take(begin, text_.find_first_not_of("+-.0123456789eE", begin));
}

std::size_t TokenCursor::take_string() {
  const std::size_t begin = next();
  std::size_t end = begin + 1;
  while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
  return take(begin, end + 1);
}

std::optional<SyntaxError> find_encoding_error(const std::string& text) {
  if (text.size() > json_max_bytes)
    return SyntaxError{0, 1, fmt::format("{} bytes; an input has at most {}", text.size(), json_max_bytes),
                       ""};
  if (text.compare(0, 3, "\xEF\xBB\xBF") == 0)
    return SyntaxError{0, 3, "begins with a byte-order mark",
                       "save the file as UTF-8 without byte-order mark"};
  const bool utf16_mark = text.compare(0, 2, "\xFF\xFE") == 0 || text.compare(0, 2, "\xFE\xFF") == 0;
  if (utf16_mark || (text.size() >= 2 && (text[0] == '\0') != (text[1] == '\0')))
    return SyntaxError{0, 1, "looks like UTF-16", "save the file as UTF-8"};
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    if (length == 0)
      return SyntaxError{i, 1, fmt::format("byte 0x{:02X} is not UTF-8", static_cast<unsigned char>(text[i])),
                         "save the file as UTF-8"};
    if (text[i] == '\0') return SyntaxError{i, 1, "NUL byte", "the file is not text, or it is damaged"};
    i += length;
  }
  return {};
}

SyntaxError explain_stop(const std::string& text, TokenCursor cursor, const ParserStop& stop) {
  const std::string words = plain_words(stop.words);
  const std::size_t last = std::min(stop.bytes_read == 0 ? 0 : stop.bytes_read - 1, text.size());
  std::size_t begin = cursor.next(last);
  if (begin > last)  // the parser stopped within what the cursor takes for one number: show all of it
    for (begin = last; begin > 0 && is_number_byte(text[begin - 1]);) --begin;
  if (begin >= text.size() && contains(words, "unexpected end of input"))
    return {begin, 1, "not valid JSON: the text ends too early", ""};

  const bool is_string = begin < text.size() && text[begin] == '"';
  const auto is_word_or_number = [](char c) { return is_word_byte(c) || is_number_byte(c); };
  std::size_t end = begin;
  while (!is_string && end < text.size() && is_word_or_number(text[end])) ++end;
  if (end == begin) end = std::min(last + 1, text.size());
  const std::string word = text.substr(begin, end - begin);
  const std::string unsigned_word = word.substr(word.find_first_not_of("+-") == 1 ? 1 : 0);

  SyntaxError result{begin, std::max<std::size_t>(1, word.size()), "not valid JSON: " + words, ""};
  if (stop.is_overflow ||
      is_one_of(unsigned_word, {"NaN", "nan", "NAN", "Infinity", "infinity", "inf", "Inf"})) {
    result.is_non_finite = true;
  } else if ((word == "}" || word == "]") && cursor.last_comma() != TokenCursor::nowhere) {
    return {cursor.last_comma(), 1, "not valid JSON: a comma before the closing bracket", "remove it"};
  } else if (is_string && contains(words, "invalid string")) {
    const bool unclosed = contains(words, "U+000A") || contains(words, "missing closing");
    if (unclosed)
      return {begin, 1, "not valid JSON: this string does not end on its line", "is a '\"' missing?"};
    result.offset = last;
    result.length = 1;
  } else {
    result.hint = hint_for(word, begin > 0 ? text[begin - 1] : '\0', words, stop.after_the_value);
  }
  return result;
}

}  // namespace patina
