// SPDX-License-Identifier: BSD-3-Clause
#include "md/eam_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "core/error.hpp"

namespace patina {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

// Calls use(word) for each word of a line until it returns false. One definition of a word for all uses.
template <class Use>
void for_each_word(std::string_view line, const Use& use) {
  line = line.substr(0, line.find('#'));
  for (std::size_t begin = 0; begin < line.size();) {
    while (begin < line.size() && is_blank(line[begin])) ++begin;
    std::size_t end = begin;
    while (end < line.size() && !is_blank(line[end])) ++end;
    if (end > begin && !use(line.substr(begin, end - begin))) return;
    begin = end;
  }
}

// Why a word is no number, where the reason is one people cannot see.
std::string hint(std::string_view word) {
  if (word.find("\xe2\x88\x92") != std::string_view::npos)
    return " (it holds the Unicode minus sign U+2212: write '-')";
  if (word.find(',') != std::string_view::npos) return " (decimal point, not comma; blanks between values)";
  return "";
}

// The number with C's exponent letter: Fortran writes 1.0D-03.
std::string c_number(std::string_view word) {
  if (!word.empty() && word.front() == '+') word.remove_prefix(1);
  std::string result(word);
  for (char& c : result)
    if (c == 'D' || c == 'd') c = 'e';
  return result;
}

}  // namespace

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for_each_word(line, [&](std::string_view word) {
    words.push_back(word);
    return true;
  });
  return words;
}

std::string in_quotes(std::string_view word) {
  constexpr std::size_t longest = 40;
  std::string result = "'";
  for (char c : word.substr(0, longest)) {
    const auto byte = static_cast<unsigned char>(c);
    // Bytes of UTF-8 sequences pass; control characters do not.
    if (byte < 0x20 || byte == 0x7f)
      result += fmt::format("\\x{:02x}", byte);
    else
      result += c;
  }
  return result + (word.size() > longest ? "...'" : "'");
}

EamText::EamText(std::string path, std::string_view text) : path_(std::move(path)), text_(text) {
  if (text_.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos) {
    throw Error(ExitCode::bad_input, path_ + ": the file is empty; allowed: a setfl or funcfl table");
  }
  const std::size_t nul = text_.find('\0');
  if (nul != std::string_view::npos) {
    throw Error(ExitCode::bad_input,
                fmt::format("{}: byte {} is NUL: the file is binary or UTF-16; allowed: a setfl or funcfl "
                            "table as plain text",
                            path_, nul + 1));
  }
  const auto first = text_.substr(0, text_.find('\n'));
  const std::size_t tag = first.find("UNITS:");
  if (tag != std::string_view::npos) {
    const auto words = words_of(first.substr(tag + 6));
    line_ = 1;
    if (words.empty() || words[0] != "metal")
      fail(fmt::format("UNITS: {}; allowed: metal (eV, Angstrom)", words.empty() ? "''" : in_quotes(words[0])));
    line_ = 0;
  }
}

std::string_view EamText::take_line() {
  const std::size_t end = text_.find('\n', position_);
  auto line = text_.substr(position_, end == std::string_view::npos ? end : end - position_);
  position_ = end == std::string_view::npos ? text_.size() : end + 1;
  ++line_;
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

std::string_view EamText::next_line(std::string_view what) {
  if (at_end()) fail(fmt::format("the file ends before {}", what));
  return take_line();
}

std::vector<std::string_view> EamText::next_words(std::string_view what) { return words_of(next_line(what)); }

std::vector<double> EamText::table(std::size_t count, std::string_view what) {
  std::vector<double> values;
  values.reserve(count);
  while (values.size() < count) {
    if (at_end())
      fail(fmt::format("the file ends in {}: {} of {} values are there", what, values.size(), count));
    for_each_word(take_line(), [&](std::string_view word) {
      if (values.size() == count)
        fail(
            fmt::format("{} has its {} values, as the header declares, but its last line goes on with {}: "
                        "the file holds too many values, or too few before this line",
                        what, count, in_quotes(word)));
      values.push_back(number(word, fmt::format("value {} of {} of {}", values.size() + 1, count, what)));
      return true;
    });
  }
  return values;
}

void EamText::expect_end() {
  while (!at_end()) {
    const auto words = words_of(take_line());
    if (!words.empty())
      fail(fmt::format("{} follows after the last value the header declares", in_quotes(words[0])));
  }
}

double EamText::number(std::string_view word, std::string_view what) const {
  const std::string text = c_number(word);
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range && end == text.data() + text.size())
    value = std::strtod(text.c_str(), nullptr);  // underflow gives 0 or a subnormal, overflow infinity
  else if (error != std::errc() || end != text.data() + text.size())
    fail(fmt::format("{} is {}; allowed: a number{}", what, in_quotes(word), hint(word)));
  if (!std::isfinite(value)) fail(fmt::format("{} is {}; allowed: a finite number", what, in_quotes(word)));
  return value;
}

int EamText::integer(std::string_view word, std::string_view what) const {
  int value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size())
    fail(fmt::format("{} is {}; allowed: a whole number below 2147483648{}", what, in_quotes(word), hint(word)));
  return value;
}

void EamText::fail(const std::string& message) const {
  throw Error(ExitCode::bad_input, fmt::format("{}:{}: {}", path_, line_, message));
}

std::size_t EamText::words_left() const {
  std::size_t count = 0;
  for (std::size_t position = position_; position < text_.size();) {
    std::size_t end = text_.find('\n', position);
    if (end == std::string_view::npos) end = text_.size();
    for_each_word(text_.substr(position, end - position), [&](std::string_view) {
      ++count;
      return true;
    });
    position = end + 1;
  }
  return count;
}

EamGrid read_eam_grid(EamText& text) {
  const auto words = text.next_words("the line 'Nrho drho Nr dr cutoff'");
  if (words.size() != 5)
    text.fail(fmt::format("has {} words; allowed: the five numbers Nrho drho Nr dr cutoff{}", words.size(),
                          words.size() == 6 ? " (eam/he files, with six, are not supported)" : ""));
  // The five-point slopes need five samples.
  const auto points = [&](std::string_view word, std::string_view what) {
    const int value = text.integer(word, what);
    if (value < 5) text.fail(fmt::format("{} is {}; allowed: 5 or more", what, value));
    return value;
  };
  const auto positive = [&](std::string_view word, std::string_view what) {
    const double value = text.number(word, what);
    if (!(value > 0.0)) text.fail(fmt::format("{} is {}; allowed: more than 0", what, in_quotes(word)));
    return value;
  };
  EamGrid grid;
  grid.rho_points = points(words[0], "Nrho");
  grid.rho_step = positive(words[1], "drho");
  grid.r_points = points(words[2], "Nr");
  grid.r_step = positive(words[3], "dr");
  grid.cutoff = positive(words[4], "cutoff");
  // Many published tables end one step before their cutoff, at zero.
  const double end = grid.r_points * grid.r_step;
  if (grid.cutoff > end * (1.0 + 1e-6))
    text.fail(fmt::format("cutoff is {}; allowed: at most Nr dr = {} Angstrom, where the tables end",
                          in_quotes(words[4]), end));
  return grid;
}

EamElement read_eam_element(EamText& text, std::string_view name) {
  const std::string what = fmt::format("the line 'Z mass a lattice' of {}", name);
  const auto words = text.next_words(what);
  if (words.size() < 2 || words.size() > 4)
    text.fail(
        fmt::format("{} has {} words; allowed: atomic number, mass, lattice constant, lattice (does the "
                    "table before it have the declared length?)",
                    what, words.size()));
  EamElement element;
  element.atomic_number = text.integer(words[0], fmt::format("the atomic number of {}", name));
  if (element.atomic_number < 0 || element.atomic_number > 118)
    text.fail(fmt::format("the atomic number of {} is {}; allowed: 0 to 118", name, element.atomic_number));
  element.mass_amu = text.number(words[1], fmt::format("the mass of {}", name));
  if (!(element.mass_amu > 0.0))
    text.fail(fmt::format("the mass of {} is {}; allowed: more than 0 amu", name, in_quotes(words[1])));
  if (words.size() > 2) text.number(words[2], fmt::format("the lattice constant of {}", name));
  return element;
}

}  // namespace patina
