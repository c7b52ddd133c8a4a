// SPDX-License-Identifier: BSD-3-Clause
// Amounts as people read them.
#pragma once

#include <string>

namespace patina {

std::string bytes_text(double bytes);    // "1.23 GB", of 10^9 bytes
std::string clock_time(double seconds);  // "0:07", "2:10:00", "116 days"

}  // namespace patina
