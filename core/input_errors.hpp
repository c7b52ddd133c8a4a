// SPDX-License-Identifier: BSD-3-Clause
// Everything that is wrong with one text input, gathered and reported at once: each error shows
// file:line:column, the JSON path, the offending line with a caret, and what is allowed (layout: `patina run`
// on a wrong input).
//   quench.json:14:7: /protocol/1: unknown key "coolingrate_K_per_ps"
//      14 |       "coolingrate_K_per_ps": 10,
//         |       ^~~~~~~~~~~~~~~~~~~~~~ did you mean "cooling_rate_K_per_ps"?
//     allowed here: type, from_K, to_K, cooling_rate_K_per_ps
// Values that came from `--set /pointer=value` are named by that option instead.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace patina {

// A stretch of bytes of the file, or, if override_index >= 0, the value of that --set option.
struct JsonSpan {
  std::size_t offset = 0;
  std::size_t length = 1;
  int override_index = -1;
};

class InputErrors {
 public:
  // Keeps references: text and overrides ("/pointer=value") must outlive this object.
  InputErrors(std::string file_name, const std::string& text, const std::vector<std::string>& overrides);
  InputErrors(std::string, std::string&&, const std::vector<std::string>&) = delete;

  // `hint` stands beside the caret, `allowed` on a line of its own; either may be empty.
  void add(const JsonSpan& where, const std::string& path, const std::string& message,
           const std::string& hint = {}, const std::string& allowed = {});
  std::size_t count() const { return count_; }
  // The value at a JSON path (a pointer, "" for the root) could not be read, and nothing may be concluded from it.
  void mark_unread(const std::string& path) { unread_.insert(path); }
  // Whether the value at the path was read with all that it holds.
  bool was_read(const std::string& path) const;
  // "line 3" or "--set /a=1", to point at a second place.
  std::string place(const JsonSpan& where) const;
  // Throws Error(bad_input) with all errors in order of position.
  void throw_if_any() const;

 private:
  struct Item {
    JsonSpan where;
    std::string path, message, hint, allowed;
  };
  struct Position {
    std::size_t line, column, line_begin, line_end;  // line and column from 1, column in characters
  };
  Position locate(std::size_t offset) const;
  std::string format(const Item& item) const;
  std::string excerpt(const Item& item, const Position& at) const;

  std::string file_name_;
  const std::string& text_;
  const std::vector<std::string>& overrides_;
  std::vector<std::size_t> line_begins_;
  std::vector<Item> errors_;
  std::set<std::string> unread_;
  std::size_t count_ = 0;
};

// Printable and short, for a message: control bytes become '?', long texts are cut.
std::string shown(const std::string& text, std::size_t at_most = 60);

}  // namespace patina
