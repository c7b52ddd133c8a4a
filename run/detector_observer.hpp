// SPDX-License-Identifier: BSD-3-Clause
// A detector in the beam of a simulation: at each of its frames it finds what every pixel sees of the atoms (pixel_optics.hpp), and at the
// end counts photons and writes the files of a measurement (frames/frame_set.hpp) into FOLDER/frames/LABEL, with what is known of them.
//
// Noise-free intensities wait in a file beside the frames-to-be until the last one is there (intensity_file.hpp): only then is their
// number known, and a run that goes on from a checkpoint neither loses nor doubles one. Photons, flux and lost frames are functions of
// the seed and the frame's number, so the files have the same bytes after any restart, on any ranks and threads.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "beamline/detector_faults.hpp"
#include "frames/frame_file.hpp"
#include "frames/ring_map.hpp"
#include "md/memory.hpp"
#include "md/observer.hpp"
#include "run/intensity_file.hpp"
#include "run/pixel_optics.hpp"
#include "scattering/beam.hpp"
#include "scattering/xpcs_observer.hpp"

namespace patina {

struct DetectorSpec {
  std::string label = "detector";  // of the entry: frames/LABEL
  int interval_steps = 250;
  int instants = 1;
  DetectorGeometry geometry;
  DetectorFaults faults;           // but the seed
  std::vector<Ring> rings;
  bool mask_faults = true;
  FrameStorage storage;
  double photons_per_pixel = 0.1;
  BeamSpec beam;
  Polarisation polarisation = Polarisation::none;
  bool dispersion = false;
  double seconds_per_ps = 1e-12;
  int truth_frames = 256;
  bool noise_free = false;
};

// Of each pixel: 1 if it is looked at.
std::vector<std::uint8_t> mask_of(const DetectorSpec& spec);

// All that can be wrong with it for this sample: geometry, rings, files, the beam in the cell, form factors, the mean density's own
// scattering at a pixel that is looked at. Throws Error(bad_input) with a line for each that begins with `place`.
void check_detector(const DetectorSpec& spec, const Box& box, const std::vector<std::string>& species, std::int64_t atoms, const std::string& place);

// Bytes; rank 0 keeps maps and sums besides, and reads frames back at the end. `detail` tells phases and files.
RankNeeds memory_need(const DetectorSpec& spec, const WatchedSample& watched);

// What was found out at the first frame, and what the files tell of the whole.
struct DetectorRecord {
  double density_inv_A3 = 0.0;
  double atoms_under_beam = 0.0;   // sum over modes and atoms of weight w^2, over its largest value: as many atoms lit as at the centre
  double photons_per_intensity = 1.0;
  double origin_ps = 0.0, first_ps = 0.0, interval_ps = 0.0;  // of instants
  std::int64_t frames = 0;
};

class DetectorObserver : public Observer {
 public:
  DetectorObserver(const Comm& comm, const Species& species, DetectorSpec spec, ResultTarget target);

  bool due(std::int64_t step_in_protocol_step) const override { return step_in_protocol_step % spec_.interval_steps == 0; }
  // Throws Error(bad_input) if the beam does not fit the first frame's cell, or frames are not equally spaced in time.
  void observe(const Frame& frame) override;
  // Throws Error(bad_input) if fewer than two frames came.
  void finish() override;
  void save(StateMap& state) override;
  void load(const StateMap& state) override;

 private:
  void start(const Frame& frame, const Vec3& mass_centre);
  void check_time(double time_ps);

  const Comm& comm_;
  Species species_;
  DetectorSpec spec_;
  ResultTarget target_;
  std::string folder_;
  PixelOptics optics_;
  Beam beam_;
  IntensityFile waiting_;
  bool begun_ = false;
  bool whole_ = false;             // the files of an earlier process are whole, and would be made anew with the same bytes
  Vec3 first_mass_centre_;
  DetectorRecord record_;
  std::int64_t instants_ = 0;      // of the frame that is being made
  std::vector<double> exposure_;   // their sum; on rank 0
};

}  // namespace patina
