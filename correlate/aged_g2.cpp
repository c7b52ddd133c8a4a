// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/aged_g2.hpp"

#include <algorithm>

namespace patina {

void AgedG2::after(std::int64_t frames_done, const FrameMultiTau& correlator) {
  const auto number = static_cast<std::int64_t>(windows_.size()) + 1;
  if (frames_done < number * frames_ / wanted_) return;
  const std::vector<const LevelSums*> levels = correlator.levels();
  std::vector<LevelSums> since;
  for (std::size_t l = 0; l < levels.size(); ++l) since.push_back(l < before_.size() ? levels[l]->since(before_[l]) : *levels[l]);
  std::vector<const LevelSums*> of_window;
  for (const LevelSums& level : since) of_window.push_back(&level);
  AgeWindow window;
  window.bins = multi_tau_g2(cells_, of_window, {}, normalisation_);
  for (const LagChannel& channel : window.bins[0].channels) {
    std::size_t l = 0;
    while (1 << l < channel.averaged) ++l;
    // The earliest later frame of a record stands a lag behind its first.
    const std::int64_t from = l < before_.size() ? before_[l].frames() << l : 0;
    window.first.push_back(std::max(from, channel.lag));
    window.last.push_back((levels[l]->frames() << l) - 1);
  }
  windows_.push_back(std::move(window));
  before_.clear();
  for (const LevelSums* level : levels) before_.push_back(*level);
}

}  // namespace patina
