// SPDX-License-Identifier: BSD-3-Clause
// What a program printed or wrote, against what must stand in it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace patina::test {

inline std::size_t count_lines(const std::string& text) { return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')); }

inline void expect_parts(const std::string& text, const std::vector<std::string>& parts) {
  for (const auto& part : parts) EXPECT_NE(text.find(part), std::string::npos) << "lacks: " << part << "\nin: " << text;
}

}  // namespace patina::test
