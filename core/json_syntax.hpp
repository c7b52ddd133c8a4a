// SPDX-License-Identifier: BSD-3-Clause
// Helpers of parse_json alone: follow the parser through the text, and say in plain words what is not JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/json_text.hpp"

namespace patina {

// Walks over text that a parser has already found to be well-formed, token by token, to learn the positions.
class TokenCursor {
 public:
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  explicit TokenCursor(const std::string& text) : text_(text) {}

  // Goes to the next token and returns its place. ',' and ':' are passed over, but from `stop` on they are
  // tokens.
  std::size_t next(std::size_t stop = nowhere);
  // The comma that next() passed over last, if only blanks and comments followed it.
  std::size_t last_comma() const { return last_comma_; }
  // End of the token taken last.
  std::size_t at() const { return at_; }

  // Each takes the next token and returns where it began.
  std::size_t take_fixed(std::size_t length);
  std::size_t take_number();
  std::size_t take_string();

 private:
  std::size_t take(std::size_t begin, std::size_t end);

  const std::string& text_;
  std::size_t at_ = 0;
  std::size_t last_comma_ = nowhere;
};

struct SyntaxError {
  std::size_t offset = 0, length = 1;
  std::string message, hint;
  bool is_non_finite = false;  // NaN, Infinity or a number beyond double: the rest of the text may be fine
};

// Where and why the parser stopped.
struct ParserStop {
  std::size_t bytes_read = 0;
  std::string words;             // the parser's own
  bool is_overflow = false;      // a number beyond double
  bool after_the_value = false;  // the text's one value was complete
};

// Byte-order mark, UTF-16, NUL, text that is not UTF-8, too large.
std::optional<SyntaxError> find_encoding_error(const std::string& text);
// `cursor` stands after the last token that was accepted.
SyntaxError explain_stop(const std::string& text, TokenCursor cursor, const ParserStop& stop);

}  // namespace patina
