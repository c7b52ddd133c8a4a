// SPDX-License-Identifier: BSD-3-Clause
// A level of a multi-tau correlator (level_sums.hpp) where few pixels count in a frame. Events wait in a log for as many frames as lags reach back;
// each knows the event before it of its pixel, so that an event costs a step for each that its pixel had within the longest lag, and one
// more: nothing is done for pixels that count nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "correlate/frame_feed.hpp"
#include "correlate/level_sums.hpp"

namespace patina {

class SparseLevel {
 public:
  SparseLevel(const PixelCells& cells, int level, int channels);

  // The next frame or sum of frames, of values where parts are valid, in order.
  void add(const std::vector<OrderedValue>& values, const std::vector<double>& cell_sums, const std::vector<std::uint8_t>& valid);
  const LevelSums& sums() const { return sums_; }
  double bytes() const;

 private:
  struct Event {
    double value;
    std::int64_t frame, before;  // place in the log, of all events so far; -1: none
  };
  Event& logged(std::int64_t place) { return log_[static_cast<std::size_t>(place) & (log_.size() - 1)]; }
  void make_room(std::int64_t events);

  const PixelCells& cells_;
  LevelSums sums_;
  std::vector<std::int64_t> newest_;    // place of the newest event of each order
  std::vector<Event> log_;              // a ring of 2^k
  std::int64_t next_ = 0;               // place of the next event
  std::vector<std::int64_t> begin_;     // place of the first event of the last frames, number n at n % channels
};

// The sum of two frames, of values in order, and what goes with it.
struct FrameSum {
  std::vector<OrderedValue> values;
  std::vector<double> cell_sums;
  std::vector<std::uint8_t> valid;
};
void add_frames(const PixelCells& cells, const FrameSum& first, const FrameSum& second, FrameSum& sum);

}  // namespace patina
