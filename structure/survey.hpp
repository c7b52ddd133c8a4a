// SPDX-License-Identifier: BSD-3-Clause
// The structure of a sample, frame by frame: Voronoi cells and what follows of them, first shells of g(r), first peak of S(q), and, where
// frames are compared, local deformation and rearrangements. Kept are figures of each frame; arrays of atoms are those of the latest.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/mpi.hpp"
#include "md/structure_file.hpp"
#include "structure/deformation.hpp"
#include "structure/first_peak.hpp"
#include "structure/icosahedra.hpp"
#include "structure/pair_shells.hpp"
#include "structure/voronoi_index.hpp"

namespace patina {

struct SurveyOptions {
  bool radical = false;
  std::map<std::string, double> radius_A;  // of elements; others have the metallic radii of core/elements.hpp
  double face_threshold = 0.0;             // fraction of the cell's area
  double crystal_order = 0.35;             // qbar_6 from which an atom counts as crystalline
  // Deformation since the frame that was compared last, or always since the first; nothing: none.
  enum class Since { nothing, first, previous } since = Since::nothing;
  std::optional<double> cutoff_A;  // of neighbours; else the first minimum of g(r) of the frame that the first is compared with
  double event_d2_min_A2 = 0.5;
};

// Of each type of the sample. Error(usage) if an element has no radius, or one is named that the sample lacks.
std::vector<double> radii_of(const std::vector<std::string>& species, const SurveyOptions& options);

struct DeformationFigures {
  std::int64_t since_step = 0;
  double mean_d2_min_A2 = 0.0, mean_shear = 0.0;  // over atoms whose neighbours span space
  std::int64_t unknown = 0;                       // the others
  double participation_ratio = 0.0;
  std::vector<Rearrangement> events;
};

struct FrameFigures {
  std::int64_t number = 0, step = 0;  // in the file, from 0
  std::optional<double> time_ps;
  std::vector<std::int64_t> closed_cells;         // of each type
  std::vector<double> volume_A3;                  // mean of closed cells, of each type
  std::vector<double> coordination;               // by faces, [a * types + b]
  IndexCounts indices;
  IcosahedralNetwork network;
  double mean_order = 0.0, crystalline = 0.0;  // qbar_6; fraction of closed cells with at least crystal_order
  std::optional<FirstPeak> peak;               // of S_x(q); all axes periodic
  std::optional<DeformationFigures> deformation;

  std::int64_t closed() const;
};

// Of each atom of the latest frame.
struct AtomFigures {
  VoronoiCells cells;  // small faces left out
  std::vector<VoronoiIndex> index;
  std::vector<double> order;  // qbar_6
  std::optional<LocalDeformation> deformation;
};

class StructureSurvey {
 public:
  // `alone`: a communicator of this rank, which must outlive the object.
  StructureSurvey(const Comm& alone, SurveyOptions options);

  // What frames are compared with first, if that is no frame of the survey. Before all frames.
  void begin_with(const StructureFrame& reference);
  // Frames in order, with the same atoms; paths are followed if they are compared (md/unwrapper.hpp). `number`: its place in the file.
  // Error(bad_input) without a place.
  void add(StructureFrame frame, std::int64_t number);
  // Error(bad_input) without a place if these, or the axes that are periodic, are others than those of the frames before, if there were any.
  void require_same_atoms(const Structure& sample) const;

  const SurveyOptions& options() const { return options_; }
  const std::vector<std::string>& species() const { return species_; }
  const std::vector<std::int64_t>& atoms() const { return atoms_; }  // of each type
  const std::vector<double>& radii_A() const { return radius_A_; }   // of each type; empty if all cells are plain
  const std::optional<double>& cutoff_A() const { return cutoff_A_; }
  const std::vector<FrameFigures>& frames() const { return frames_; }
  const AtomFigures& latest() const { return latest_; }
  bool periodic() const { return periodic_; }  // along all axes: g(r) has a meaning
  std::vector<PairShell> shells() const { return shells_.found(); }
  std::optional<FirstPeak> peak() const { return peaks_.of_mean(); }

 private:
  void begin(const Structure& sample);
  void compare(const StructureFrame& frame, FrameFigures& figures);
  void take_reference(StructureFrame frame);

  const Comm& alone_;
  SurveyOptions options_;
  std::vector<std::string> species_;
  std::vector<std::int64_t> atoms_, ids_;
  std::vector<int> types_;
  std::vector<double> radius_A_;
  std::array<bool, 3> axes_{};  // periodic
  bool periodic_ = true;
  std::optional<StructureFrame> reference_;
  CutoffNeighbors neighbors_;  // of the reference
  std::optional<double> cutoff_A_;
  PairShells shells_;
  FirstPeaks peaks_;
  std::vector<FrameFigures> frames_;
  AtomFigures latest_;
};

}  // namespace patina
