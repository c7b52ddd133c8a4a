// SPDX-License-Identifier: BSD-3-Clause
#include "cli/frame_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/error.hpp"

namespace patina {

namespace {

[[noreturn]] void refuse_frames(const std::string& text) {
  throw Error(ExitCode::usage,
              fmt::format("--frames is \"{}\", allowed: N, FIRST:LAST, FIRST:LAST:EVERY (from 0, LAST "
                          "included, each may be left out, EVERY >= 1) or last",
                          text));
}

}  // namespace

FrameChoice parse_frames(const std::string& text) {
  FrameChoice choice;
  if (text.empty()) return choice;
  if (text == "last") {
    choice.only_last = true;
    return choice;
  }
  std::int64_t* const field[] = {&choice.first, &choice.last, &choice.every};
  std::size_t fields = 0;
  for (std::size_t begin = 0; begin <= text.size(); ++fields) {
    const std::size_t end = std::min(text.find(':', begin), text.size());
    if (fields == 3) refuse_frames(text);
    const char* const stop = text.data() + end;
    if (end > begin) {
      const auto [rest, error] = std::from_chars(text.data() + begin, stop, *field[fields]);
      if (error != std::errc() || rest != stop || *field[fields] < 0) refuse_frames(text);
    }
    begin = end + 1;
  }
  if (fields == 1) choice.last = choice.first;
  if (choice.every < 1 || choice.last < choice.first) refuse_frames(text);
  return choice;
}

std::optional<std::array<bool, 3>> parse_boundary(const std::string& text) {
  if (text.empty()) return {};
  if (text.size() != 3 || text.find_first_not_of("pf") != std::string::npos)
    throw Error(ExitCode::usage,
                fmt::format("--boundary is \"{}\", must be three of p (periodic) and f (free): ppp", text));
  return std::array<bool, 3>{text[0] == 'p', text[1] == 'p', text[2] == 'p'};
}

}  // namespace patina
