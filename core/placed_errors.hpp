// SPDX-License-Identifier: BSD-3-Clause
// What is found wrong with an input after it was read, when the sample is known: each with the JSON path of its cause, so that it
// can be told at its place in the text (core/input_errors.hpp), all at once.
#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"

namespace patina {

struct PlacedError {
  std::string path;  // "/protocol/0/observers/1/q_inv_A"; in a message of an observer's own, its name
  std::string message;
};

// An Error(bad_input) whose message has a line "path: message" of each.
class PlacedErrors : public Error {
 public:
  explicit PlacedErrors(std::vector<PlacedError> errors);
  PlacedErrors(std::string path, std::string message) : PlacedErrors(std::vector{PlacedError{std::move(path), std::move(message)}}) {}
  const std::vector<PlacedError>& errors() const { return errors_; }

 private:
  std::vector<PlacedError> errors_;
};

// Gathers them from several checks.
class PlacedErrorList {
 public:
  void add(std::string path, std::string message) { errors_.push_back({std::move(path), std::move(message)}); }
  // Keeps PlacedErrors that the check throws; lets others through.
  template <class Check>
  void attempt(const Check& check) {
    try {
      check();
    } catch (const PlacedErrors& found) {
      errors_.insert(errors_.end(), found.errors().begin(), found.errors().end());
    }
  }
  const std::vector<PlacedError>& errors() const { return errors_; }
  // Throws PlacedErrors.
  void throw_if_any() const;
  // Throws Error(bad_input) that shows each at its place in the text, or at the option, "/pointer=value", that it came from.
  void throw_if_any(const std::string& text, const std::string& file_name, const std::vector<std::string>& overrides) const;

 private:
  std::vector<PlacedError> errors_;
};

}  // namespace patina
