// SPDX-License-Identifier: BSD-3-Clause
// What is true of a data set, whatever file says so. A new kind of truth is one more reader behind read_truth().
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "beamline/record_covariance.hpp"
#include "beamline/snapshot_law.hpp"
#include "core/hdf5.hpp"
#include "score/answer.hpp"

namespace patina {

struct TruthEvent {
  std::string kind;
  double time = 0.0;
  double advance = 0.0;  // of material time
};

// What pixels show in one frame: independent intensities, and the mean photons of a pixel at equally likely places; none: intensities themselves.
struct SnapshotLaw {
  SnapshotModes modes;
  std::vector<double> photons;
};

struct TruthShell {
  std::string name;
  double q_inv_A = 0.0;
  double phi_deg = not_told;  // of a sector; not told: the whole ring
  // f(i, j) of the field between frames i and j, real (common phases left out), f(i, i) = 1; its modulus where phases between parts of the
  // field matter: these are in `phased`, which is empty else.
  RealField field;
  PhasedField phased;
  MixedField mixed;          // of speckles of several kinds, whose mean f^2 the square of `field` is; empty else
  // Where the truth is what one record has before photons are counted, with the scatter of its own speckles: |f|^2 of pairs of frames, which
  // may be below 0 (field: its root, 0 there), and what a pixel has in each frame on average. Errors are then those of counting alone.
  RealField recorded;
  std::vector<double> frame_mean;
  double f_squared(int i, int j) const { return recorded ? recorded(i, j) : field(i, j) * field(i, j); }
  bool stationary = false;   // field(i, j) is one of j - i
  SpeckleSample sample;      // pixels, contrast and photons of a frame
  std::function<SnapshotLaw(int)> snapshot;  // of a frame; empty: not known
  std::function<double(double)> tau;  // of f at a time of the truth; empty: there is none, because of `no_tau`
  double kww_exponent = 0.0;          // as tau
  std::string no_tau;
};

struct Truth {
  std::string path, kind;
  std::string identifier;    // of the movie; empty: none
  std::string time_unit;  // "s" or "ps"
  std::vector<double> time;  // of frames, from the first on, evenly
  double interval = 0.0;
  std::vector<TruthShell> shells;
  std::optional<std::vector<TruthEvent>> events;  // not known: none
  PixelsApart apart;  // where speckles are larger than pixels
  std::vector<std::string> notes;
  int frames() const { return static_cast<int>(time.size()); }
};

// The file itself, or that of a folder which holds the truth. Error(missing_input) if there is none in it.
std::string truth_file(const std::string& path);

// A file, or a folder of `patina synth`, `patina run` or `patina scatter` with one in it. `entry`: of the results of a run, the one meant; empty: the only one.
Truth read_truth(const std::string& path, const std::string& entry);

// The same speckles without shot noise. By the law of total variance, errors of `sample` less those of it are what counting adds.
SpeckleSample without_photons(const SpeckleSample& sample);

// A field as a table of all pairs, where they are few enough to be kept: sums over pairs ask for each of them many times.
RealField tabulated(const RealField& field, int frames);
PhasedField tabulated(const PhasedField& field, int frames);

// What `patina` writes of a bin beside its q: the middle of its sector, which its name tells then, and how far speckles extend.
void read_sector(const h5::File& file, const std::string& group, TruthShell& shell);
double coherence_area_of(const h5::File& file, const std::string& group);  // 0: not told, of files of a time before

// Tells of frames of the record that come twice, and of lost ones.
void note_gaps(const std::vector<std::int64_t>& frame, Truth& truth);

// The readers.
bool is_synth_file(const std::string& path);
Truth read_synth_truth(const std::string& path);
bool is_detector_file(const std::string& path);
Truth read_detector_truth(const std::string& path);
bool is_watched_file(const std::string& path);
Truth read_watched_truth(const std::string& path);
bool is_run_file(const std::string& path);
Truth read_run_truth(const std::string& path, const std::string& entry);

}  // namespace patina
