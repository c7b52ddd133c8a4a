// SPDX-License-Identifier: BSD-3-Clause
#include "frames/frame_source.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "frames/frame_readers.hpp"

namespace patina {
namespace {

bool is_hdf5(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) throw Error(ExitCode::missing_input, path + ": cannot be read");
  const std::string mark = "\x89HDF\r\n\x1a\n";
  std::string head(mark.size(), '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  return file && head == mark;
}

// Where frames, or the group of their events, are known to stand.
constexpr const char* known_places[] = {"/entry/data/data", "/entry_0000/measurement/data", "/1.1/measurement/eiger4m", "/entry/instrument/detector/data",
                                        "/exchange/data"};

std::string place_in(const h5::File& file, const FrameFileChoice& choice) {
  if (!choice.dataset.empty()) {
    if (!file.exists(choice.dataset)) throw Error(ExitCode::bad_input, fmt::format("{}: has no {}", choice.path, choice.dataset));
    return choice.dataset;
  }
  std::string looked;
  for (const char* place : known_places) {
    if (file.exists(place)) return place;
    looked += fmt::format("{}{}", looked.empty() ? "" : ", ", place);
  }
  throw Error(ExitCode::bad_input, fmt::format("{}: no frames at {}; \"dataset\" in \"frames\" says where they are", choice.path, looked));
}

}  // namespace

std::unique_ptr<FrameSource> open_frames(const FrameFileChoice& choice) {
  const bool hdf5 = is_hdf5(choice.path);
  if (!hdf5) {
    if (choice.layout == "automatic" && !choice.path.ends_with(".bin"))
      throw Error(ExitCode::bad_input, choice.path + ": neither HDF5 nor named .bin (Rigaku); \"layout\" in \"frames\" says what it is");
    if (choice.layout == "dense" || choice.layout == "events") throw Error(ExitCode::bad_input, fmt::format("{}: is not HDF5, which the layout {} is", choice.path, choice.layout));
    return open_rigaku_frames(choice);
  }
  if (choice.layout == "rigaku") throw Error(ExitCode::bad_input, choice.path + ": is HDF5, not words of 64 bits (layout rigaku)");
  const h5::File file = h5::File::open(choice.path);
  const std::string place = place_in(file, choice);
  const bool events = file.exists(place + "/frame_ptr");
  if (choice.layout == "events" && !events) throw Error(ExitCode::bad_input, fmt::format("{}: {} has no frame_ptr, which events need", choice.path, place));
  if (choice.layout == "dense" && events) throw Error(ExitCode::bad_input, fmt::format("{}: {} holds events, not a dataset of frames", choice.path, place));
  return events ? open_event_frames(choice, place) : open_dense_frames(choice, place);
}

}  // namespace patina
