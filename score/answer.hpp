// SPDX-License-Identifier: BSD-3-Clause
// What a pipeline says of a measurement, as it stands in its file: correlations with their errors, relaxation times, exponents, events.
// Times keep the unit of the file until the truth tells how long a frame is (score/scales.hpp).
#pragma once

#include <Eigen/Dense>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace patina {

inline constexpr double not_told = std::numeric_limits<double>::quiet_NaN();

enum class TimeUnit { frames, seconds, picoseconds };

// What the numbers of a correlation are of |f|^2, f that of the field: 1 + contrast |f|^2, contrast |f|^2, |f|^2 itself (also Pearson's
// coefficient of intensities without shot noise), and |f|.
enum class Quantity { g2, g2_minus_1, f_squared, f };

// What a channel averages: either means over `averaged_frames` frames are correlated (a level of a multi-tau correlator; 1: frames as
// they are), or correlations at all lags from `first` to `last` are averaged with equal weights.
struct LagBin {
  double lag = 0.0;
  int averaged_frames = 1;
  double first = not_told, last = not_told;
  bool is_range() const { return first == first; }
};

struct G2Answer {
  double q_inv_A = not_told, phi_deg = not_told;  // phi: the middle of a sector, where rings are cut
  Quantity quantity = Quantity::g2;
  std::vector<LagBin> bins;
  bool frame_by_frame = false;       // the mean of C, each pair of frames normalised by its own means; else by means over the record
  std::vector<double> value, sigma;  // sigma NaN where the answer has none
};

struct TwoTimeAnswer {
  double q_inv_A = not_told;
  Quantity quantity = Quantity::g2;
  std::vector<double> time;  // of rows and columns, from the first frame on, increasing
  int averaged_frames = 1;   // in each of them
  bool by_record = false;    // products are divided by means over the record, not by those of their two frames
  Eigen::MatrixXf value;     // upper triangle; NaN where there is none
  Eigen::MatrixXf sigma;     // or empty
  double phi_deg = not_told;
};

// Pixels that lie so far apart know nothing of each other: of frames only such are looked at one by one.
struct PixelsApart {
  int rows = 1, columns = 1;
};

// How many pixels of each frame, these so far apart from each other, show how much: photons, or intensities of mean 1.
struct SnapshotAnswer {
  double q_inv_A = not_told;
  bool photons = true;
  double step = 1.0;  // bin b holds values from b step up to, not with, (b + 1) step; the last one all above
  Eigen::Matrix<std::uint32_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> pixels;  // [frame][bin]
  PixelsApart apart = {};
  double phi_deg = not_told;
};

// tau of the field, f = exp[-(t / tau)^kww_exponent]; sigmas are standard errors.
struct TauAnswer {
  double q_inv_A = not_told, waiting_time = 0.0;
  double tau = not_told, tau_sigma = not_told;
  double kww_exponent = not_told, kww_exponent_sigma = not_told;
};

struct Answer {
  std::string path;
  std::string recognised_as;       // "APS result (pyXpcsViewer, boost_corr)"
  std::vector<std::string> notes;  // what was assumed and what was ignored
  std::string identifier;          // of the movie, if the file tells one
  TimeUnit unit = TimeUnit::seconds;
  double frame_interval_s = not_told;  // as the answer tells it
  std::vector<G2Answer> g2;
  std::vector<TwoTimeAnswer> two_time;
  std::vector<SnapshotAnswer> snapshots;
  std::vector<TauAnswer> tau;
  std::optional<std::vector<double>> event_times;  // sudden changes; none claimed: an empty list
};

// How channels of g2 average if the file does not say so itself.
enum class Binning { as_told, single, multi_tau };

struct AnswerOptions {
  std::string format = "automatic";  // "csv", "aps", "eigen", "nxxpcs", "patina", "movie", "frames", "analysis"
  Binning binning = Binning::as_told;
  std::string entry;  // of Patina's result files; empty: all
  PixelsApart apart;  // of what is known of the speckles
};

// The file itself, or that of a folder which holds the answer. Error(missing_input) if there is none in it.
std::string answer_file(const std::string& path);

// The file, recognised by what is in it. Throws Error(missing_input), or Error(bad_input) that names file, place and what is allowed.
Answer read_answer(const std::string& path, const AnswerOptions& options);

}  // namespace patina
