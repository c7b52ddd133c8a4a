// SPDX-License-Identifier: BSD-3-Clause
#include "core/placed_errors.hpp"

namespace patina {

namespace {

std::string lines_of(const std::vector<PlacedError>& errors) {
  std::string lines;
  for (const auto& [path, message] : errors) lines += (lines.empty() ? "" : "\n") + path + ": " + message;
  return lines;
}

}  // namespace

PlacedErrors::PlacedErrors(std::vector<PlacedError> errors) : Error(ExitCode::bad_input, lines_of(errors)), errors_(std::move(errors)) {}

void PlacedErrorList::throw_if_any() const {
  if (!errors_.empty()) throw PlacedErrors(errors_);
}

}  // namespace patina
