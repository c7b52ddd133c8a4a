// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/frame_progress.hpp"

#include "core/amounts.hpp"

namespace patina {

void FrameProgress::report(std::int64_t done) {
  const auto now = Clock::now();
  if (done == 0 || std::chrono::duration<double>(now - last_line_).count() < interval_s) return;
  last_line_ = now;
  const double rate = static_cast<double>(done) / elapsed_s();
  log_.line("{:>3.0f} %  {}: {} of {} frames, {:.4g} frames/s, {} left", 100.0 * static_cast<double>(done) / static_cast<double>(frames_), what_, done, frames_, rate,
            clock_time(static_cast<double>(frames_ - done) / rate));
}

}  // namespace patina
