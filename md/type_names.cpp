// SPDX-License-Identifier: BSD-3-Clause
#include "md/type_names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/elements.hpp"
#include "core/error.hpp"
#include "md/composition.hpp"
#include "md/eam_text.hpp"

namespace patina {

namespace {
constexpr int most_types = 1000;

void check_symbol(const TextReader& text, std::string_view symbol) {
  try {
    element(symbol);
  } catch (const Error& error) {
    text.fail(error.what());
  }
}
}  // namespace

std::string species_hint() { return "give the element of each type (--species Cu,Zr, or \"species\": [\"Cu\", \"Zr\"] in an input)"; }

TypeNames::TypeNames(std::vector<std::string> given) : given_(!given.empty()), symbol_(std::move(given)) {
  for (const std::string& symbol : symbol_) {
    element(symbol);
    if (std::count(symbol_.begin(), symbol_.end(), symbol) > 1)
      throw Error(ExitCode::bad_input, fmt::format("species {} is listed twice", symbol));
  }
}

int TypeNames::of_symbol(const TextReader& text, std::string_view symbol) {
  const auto found = std::find(symbol_.begin(), symbol_.end(), symbol);
  if (found != symbol_.end()) return static_cast<int>(found - symbol_.begin());
  check_symbol(text, symbol);
  if (given_)
    text.fail(fmt::format("element is {}, allowed are the species given: {}", in_quotes(symbol),
                          fmt::join(symbol_, ", ")));
  symbol_.emplace_back(symbol);
  return static_cast<int>(symbol_.size()) - 1;
}

int TypeNames::of_number(const TextReader& text, std::string_view word) const {
  if (!given_) text.fail("the file does not tell the elements: " + species_hint());
  return static_cast<int>(text.integer(word, "atom type", 1, static_cast<std::int64_t>(symbol_.size()))) - 1;
}

int TypeNames::of_both(const TextReader& text, std::string_view word, std::string_view symbol) {
  const auto most = given_ ? static_cast<std::int64_t>(symbol_.size()) : most_types;
  const auto type = static_cast<std::size_t>(text.integer(word, "atom type", 1, most) - 1);
  if (type >= symbol_.size()) symbol_.resize(type + 1);
  if (symbol_[type] == symbol) return static_cast<int>(type);
  if (!symbol_[type].empty())
    text.fail(fmt::format("atom of type {} has element {}, but this type is {}", type + 1, in_quotes(symbol),
                          symbol_[type]));
  check_symbol(text, symbol);
  if (std::find(symbol_.begin(), symbol_.end(), symbol) != symbol_.end())
    text.fail(
        fmt::format("type {} has element {}, but another type has it already", type + 1, in_quotes(symbol)));
  symbol_[type] = symbol;
  return static_cast<int>(type);
}

void TypeNames::complete(const TextReader& text, Structure& structure) const {
  for (std::size_t t = 0; t < symbol_.size(); ++t)
    if (symbol_[t].empty())
      text.fail(fmt::format("no atom tells the element of type {}: {}", t + 1, species_hint()));
  structure.species = symbol_;
  structure.mass = standard_masses(symbol_);
}

}  // namespace patina
