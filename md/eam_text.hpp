// SPDX-License-Identifier: BSD-3-Clause
// Lines, words and numbers of a potential file, each with its place: whatever is wrong with the text ends in
// Error(bad_input) "file:line: what was found, what is allowed". Nothing is allocated on the word of a
// header: a table is read only after words_left() has shown that the text can hold it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace patina {

class EamText {
 public:
  // Refuses empty text, NUL bytes (binary, UTF-16) and, by its first line, units other than metal.
  // `text` must outlive this.
  EamText(std::string path, std::string_view text);

  // The next line as it stands, without its end; `what` names it for the message if the text ends here.
  std::string_view next_line(std::string_view what);
  // Its words. A '#' starts a comment.
  std::vector<std::string_view> next_words(std::string_view what);
  // `count` values, which begin on a new line and end with a line, as DYNAMO files have them; blank lines are
  // passed over.
  std::vector<double> table(std::size_t count, std::string_view what);
  // Only blank lines and comments may follow.
  void expect_end();

  // A finite number; Fortran's D exponents are read.
  double number(std::string_view word, std::string_view what) const;
  int integer(std::string_view word, std::string_view what) const;
  [[noreturn]] void fail(const std::string& message) const;

  // Words from here to the end (comments not counted).
  std::size_t words_left() const;
  std::size_t bytes() const { return text_.size(); }
  const std::string& path() const { return path_; }

 private:
  bool at_end() const { return position_ >= text_.size(); }
  std::string_view take_line();

  std::string path_;
  std::string_view text_;
  std::size_t position_ = 0;
  int line_ = 0;  // of the line taken last, from 1
};

// "Nrho drho Nr dr cutoff": the two grids of a file.
struct EamGrid {
  int rho_points = 0;
  double rho_step = 0.0;
  int r_points = 0;
  double r_step = 0.0;
  double cutoff = 0.0;
};
EamGrid read_eam_grid(EamText& text);

// "Z mass a lattice", of which a and the lattice's name are not used.
struct EamElement {
  int atomic_number = 0;
  double mass_amu = 0.0;
};
EamElement read_eam_element(EamText& text, std::string_view name);

// Words of a line up to '#'.
std::vector<std::string_view> words_of(std::string_view line);
// What was found, short and printable, in quotes.
std::string in_quotes(std::string_view word);

}  // namespace patina
