// SPDX-License-Identifier: BSD-3-Clause
// "Did you mean ...?" for mistyped keys and choices: Damerau-Levenshtein distance (optimal string alignment:
// insertion, deletion, substitution, swap of neighbours) without regard to case, and keys of the same
// quantity in another unit ("dt_ps" where the key is "time_step_fs").
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace patina {

std::size_t damerau_levenshtein(const std::string& a, const std::string& b);

// The candidate nearest to `word` within distance 2 and a third of the length, or "".
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

// A sentence for the unknown key `word` ("" if nothing is near). With the number that was given, a key in
// another unit of the same dimension is suggested together with the converted number, if that key takes it.
std::string suggest_key(const std::string& word, const std::vector<std::string>& candidates,
                        std::optional<double> given = {}, const std::function<bool(const std::string& key, double number)>& takes = {});

}  // namespace patina
