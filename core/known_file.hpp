// SPDX-License-Identifier: BSD-3-Clause
// A file that is replaced as a whole from time to time, and the digest of what was put there: NAME.sha256 beside it, as sha256sum writes
// it. It is written before the file changes hands and holds both then, what stood there and what is to stand there, so that at no
// instant a crash leaves a file that it does not know.
#pragma once

#include <string>

namespace patina {

inline constexpr const char* known_file_suffix = ".sha256";

// The finished temporary file takes the name. Error(bad_input) if what stands there now is not what was put there.
void replace_known_file(const std::string& temporary, const std::string& path);
// Why the file is not what was put there; "" if it is, or if it is not there, or if nothing is known of it.
std::string doubt_of_known_file(const std::string& path);

}  // namespace patina
