// SPDX-License-Identifier: BSD-3-Clause
// Which element a type of a structure file is: told by the caller, or by the file as it is read (element
// columns, labels, masses). Types count from 1 in files and from 0 here; a type keeps its element in all
// frames.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "md/structure.hpp"
#include "md/text_file.hpp"

namespace patina {

class TypeNames {
 public:
  // Empty: the file tells.
  explicit TypeNames(std::vector<std::string> given);

  // Type of an atom known by its element alone; new elements get the next type unless the species were given.
  int of_symbol(const TextReader& text, std::string_view symbol);
  // Type of an atom known by its number.
  int of_number(const TextReader& text, std::string_view word) const;
  // Type of an atom with both, which must not contradict what is known.
  int of_both(const TextReader& text, std::string_view word, std::string_view symbol);

  // Sets species and standard masses of a structure all of whose atoms have been read.
  void complete(const TextReader& text, Structure& structure) const;

 private:
  bool given_;
  std::vector<std::string> symbol_;  // "" while unknown
};

// "must be given" for the messages of readers.
std::string species_hint();

}  // namespace patina
