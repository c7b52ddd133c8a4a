// SPDX-License-Identifier: BSD-3-Clause
#include "run/stored_frames.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/elements.hpp"
#include "core/error.hpp"
#include "core/on_root.hpp"
#include "core/units.hpp"
#include "md/gather_atoms.hpp"
#include "run/sample.hpp"

namespace patina {

struct StoredFrames::Head {
  bool found = false;
  std::int64_t number = 0, step = 0;
  double time_ps = 0.0;
  Box box;
};

namespace {

// An atom on its way to its rank.
struct AtomRecord {
  double position[3];
  double velocity[3];
  std::int32_t image[3];
  std::int32_t type;
};

std::string place_of(const std::string& path, std::int64_t number, std::int64_t step) {
  return fmt::format("{}: frame {} (step {})", path, number, step);
}

}  // namespace

RankNeeds stored_frames_need(const SampleNumbers& sample) {
  constexpr double arrays = 3 * sizeof(Vec3), path = 48.0, structure = 72.0;  // with velocities
  const double local = sample.atoms_of_rank(), all = sample.atoms();
  const MemoryNeed other{.kept = arrays * local, .frame = sizeof(AtomRecord) * local};
  MemoryNeed root = other;
  root.kept += path * all;
  root.frame += (structure + sizeof(AtomRecord)) * all;
  return {root, other, fmt::format("{:.0f} atoms", all)};
}

StoredFrames::StoredFrames(const Comm& comm, StoredFramesSpec spec)
    : comm_(comm), spec_(std::move(spec)), unwrapper_(spec_.unwrap) {
  require(spec_.first >= 0 && spec_.every >= 1, "frames are chosen from 0 on, with a positive stride");
  on_root(comm_, [&] { reader_ = open_frames(spec_.path, spec_.read); });
}

std::string StoredFrames::place() const { return place_of(spec_.path, number_, step_); }

std::string StoredFrames::unwrapping() const {
  return spec_.moving ? unwrapper_.description() : "positions as they stand, on which nothing depends";
}

std::vector<std::string> StoredFrames::take_warnings() {
  std::vector<std::string> all = std::exchange(warnings_, {});
  for (std::string& one : unwrapper_.take_warnings()) all.push_back(std::move(one));
  return all;
}

// Programs that go on with a run store the frame that it begins with once more: it is given once.
template <class Read>
auto StoredFrames::read_frame(const Read& read) {
  for (;;) {
    decltype(read()) frame;
    try {
      frame = read();
    } catch (const Error& error) {
      if (error.code() != ExitCode::bad_input || next_number_ < 2) throw;
      throw Error(
          error.code(),
          fmt::format("{}\nThe {} frames before are whole: \"frames\": {{\"last\": {}}} takes them alone",
                      error.what(), next_number_, next_number_ - 1));
    }
    if (!frame) return frame;
    const bool repeats = last_step_ && frame->step == *last_step_ && frame->time_ps == last_time_ps_ &&
                         !spec_.time_between_frames_ps;
    last_step_ = frame->step;
    last_time_ps_ = frame->time_ps;
    if (!repeats) return frame;
    ++repeated_;
  }
}

std::optional<Frame> StoredFrames::next() {
  std::vector<Head> head(1);
  StructureFrame frame;
  on_root(comm_, [&] { head[0].found = read_wanted(frame, head[0]); });
  comm_.broadcast(head);
  if (!head[0].found) return std::nullopt;
  number_ = head[0].number;
  step_ = head[0].step;
  if (species_.types() == 0) share_species(frame.structure);
  return spread(frame.structure, head[0]);
}

// False after the last. Paths are followed through all frames, also those that are passed over.
bool StoredFrames::read_wanted(StructureFrame& wanted, Head& head) {
  while (!spec_.last || next_number_ <= *spec_.last) {
    auto frame = read_frame([&] { return reader_->next(); });
    if (!frame) return false;
    const std::int64_t number = next_number_++;
    if (number < spec_.first) continue;
    const std::string place = place_of(spec_.path, number, frame->step);
    if (file_id_.empty()) begin(*frame);
    check_atoms(*frame, place);
    edges_.turn_back(frame->structure);
    check_cell(frame->structure.box, place);
    if (spec_.moving) unwrapper_.follow(*frame, place);
    if (!is_wanted(number)) continue;
    head = {true, number, frame->step, time_of({frame->step, frame->time_ps}, number, place), frame->structure.box};
    wanted = std::move(*frame);
    return true;
  }
  return false;
}

std::optional<StoredFrames::Moment> StoredFrames::pass_over() {
  std::vector<Moment> found;
  on_root(comm_, [&] {
    while (found.empty() && (!spec_.last || next_number_ <= *spec_.last)) {
      const auto moment = read_frame([&] { return reader_->pass_over(); });
      if (!moment) return;
      const std::int64_t number = next_number_++;
      if (is_wanted(number)) found.push_back({number, moment->step, time_of(*moment, number, place_of(spec_.path, number, moment->step))});
    }
  });
  comm_.broadcast(found);
  if (found.empty()) return std::nullopt;
  number_ = found[0].number;
  step_ = found[0].step;
  return found[0];
}

// What the first frame must have, and what all others are compared with.
void StoredFrames::begin(const StructureFrame& frame) {
  const Structure& structure = frame.structure;
  if (structure.size() == 0) throw Error(ExitCode::bad_input, spec_.path + ": holds no atoms");
  for (std::size_t t = 0; t < structure.species.size(); ++t)
    if (!find_element(structure.species[t]) || !(structure.mass[t] > 0.0))
      throw Error(
          ExitCode::bad_input,
          fmt::format("{}: species {} is called \"{}\", which is no element: give the element of each type, "
                      "\"species\": [\"Cu\", \"Zr\"]",
                      spec_.path, t + 1, structure.species[t]));
  check_volume(spec_.path, structure.box, structure.size());
  file_id_ = structure.id;
  file_type_ = structure.type;
  symbols_ = structure.species;
  velocities_ = !structure.velocity.empty();
}

void StoredFrames::check_atoms(const StructureFrame& frame, const std::string& place) const {
  const Structure& structure = frame.structure;
  const auto fail = [&](const std::string& what) {
    throw Error(ExitCode::bad_input, fmt::format("{}: {}", place, what));
  };
  if (structure.size() != file_id_.size())
    fail(fmt::format("has {} atoms, but the first frame {}: all must hold the same atoms", structure.size(),
                     file_id_.size()));
  for (std::size_t k = 0; k < structure.size(); ++k) {
    if (structure.id[k] != file_id_[k])
      fail(
          fmt::format("its atom number {} in order is atom {}, but in the first frame atom {}: all must hold "
                      "the same atoms",
                      k + 1, structure.id[k], file_id_[k]));
    if (structure.species[static_cast<std::size_t>(structure.type[k])] !=
        symbols_[static_cast<std::size_t>(file_type_[k])])
      fail(fmt::format("atom {} is {}, but in the first frame {}: an atom must stay what it is",
                       structure.id[k], structure.species[static_cast<std::size_t>(structure.type[k])],
                       symbols_[static_cast<std::size_t>(file_type_[k])]));
  }
  if (velocities_ && structure.velocity.empty()) fail("has no velocities, but the first frame has");
}

// Wave vectors move with the cell, which must change little by little: LAMMPS turns a strongly tilted cell
// into an equivalent one at once, and lattice indices then mean other vectors.
void StoredFrames::check_cell(const Box& box, const std::string& place) {
  constexpr double most = 0.4;
  if (box_ && box_->periodic() != box.periodic())
    throw Error(ExitCode::bad_input,
                fmt::format("{}: its boundaries are not those of the frame before", place));
  const Mat3 change = box_ ? box.edges() * box_->inverse_edges() : diagonal({{1.0, 1.0, 1.0}});
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      if (std::abs(change[i][j] - (i == j ? 1.0 : 0.0)) > most)
        throw Error(ExitCode::bad_input,
                    fmt::format("{}: edge {} of the cell changed by {:.2f} of edge {} since the frame before "
                                "(a flipped cell?): at "
                                "most {} can be followed",
                                place, "abc"[i], change[i][j] - (i == j ? 1.0 : 0.0), "abc"[j], most));
  box_ = box;
}

double StoredFrames::time_of(const FrameMoment& moment, std::int64_t number, const std::string& place) {
  if (spec_.time_between_frames_ps || spec_.time_step_fs) {
    const double time_ps = spec_.time_between_frames_ps
                               ? static_cast<double>(number) * *spec_.time_between_frames_ps
                               : static_cast<double>(moment.step) * *spec_.time_step_fs * units::ps_per_fs;
    compare_times(moment, time_ps);
    return time_ps;
  }
  if (!moment.time_ps && spec_.moving)
    throw Error(ExitCode::bad_input, place +
                                         ": the file tells no times: give \"time_step_fs\" (time = step "
                                         "times this) or \"time_between_frames_ps\"");
  return moment.time_ps.value_or(0.0);
}

// Told once: somebody has the unit wrong, or the file.
void StoredFrames::compare_times(const FrameMoment& moment, double time_ps) {
  if (!moment.time_ps || times_differ_) return;
  if (!first_file_time_ps_) {
    first_file_time_ps_ = moment.time_ps;
    first_time_ps_ = time_ps;
    return;
  }
  const double ours = time_ps - *first_time_ps_, theirs = *moment.time_ps - *first_file_time_ps_;
  if (std::abs(ours - theirs) <= 1e-6 * std::abs(ours)) return;
  times_differ_ = true;
  warnings_.push_back(
      fmt::format("{}: {:g} ps from frame to frame by the input, which is used, but {:g} ps by the file",
                  spec_.path, ours, theirs));
}

void StoredFrames::share_species(const Structure& structure) {
  std::string symbols = fmt::format("{}", fmt::join(structure.species, " "));
  std::vector<double> mass = structure.mass;
  std::vector<std::int64_t> count(structure.species.size(), 0),
      facts{static_cast<std::int64_t>(structure.size()), velocities_};
  for (const int type : structure.type) ++count[static_cast<std::size_t>(type)];
  comm_.broadcast(symbols);
  comm_.broadcast(mass);
  comm_.broadcast(count);
  comm_.broadcast(facts);
  species_ = {{}, std::move(mass), std::move(count)};
  for (std::size_t begin = 0; begin < symbols.size();) {
    const std::size_t end = std::min(symbols.find(' ', begin), symbols.size());
    species_.symbol.push_back(symbols.substr(begin, end - begin));
    begin = end + 1;
  }
  atom_count_ = facts[0];
  velocities_ = facts[1] != 0;
  const auto local = id_block_start(atom_count_, comm_.rank() + 1, comm_.size()) -
                     id_block_start(atom_count_, comm_.rank(), comm_.size());
  position_ = Rows<double, 3>("position", static_cast<std::size_t>(local));
  image_ = Rows<int, 3>("image", static_cast<std::size_t>(local));
  type_ = Array<int>("type", static_cast<std::size_t>(local));
  id_ = Array<std::int64_t>("id", static_cast<std::size_t>(local));
  if (velocities_) velocity_ = Rows<double, 3>("velocity", static_cast<std::size_t>(local));
}

// From rank 0 to the ranks, each its block of ids. Types are those of the first frame, whose numbers others
// may lack.
Frame StoredFrames::spread(Structure& structure, const Head& head) {
  std::vector<std::vector<AtomRecord>> send(static_cast<std::size_t>(comm_.size()));
  for (int rank = 0; comm_.is_root() && rank < comm_.size(); ++rank) {
    const auto begin = id_block_start(atom_count_, rank, comm_.size()),
               end = id_block_start(atom_count_, rank + 1, comm_.size());
    send[static_cast<std::size_t>(rank)].reserve(static_cast<std::size_t>(end - begin));
    for (auto j = begin; j < end; ++j) {
      const auto k = static_cast<std::size_t>(j);
      Vec3 position = structure.position[k];
      std::array<int, 3> image = structure.image.empty() ? std::array<int, 3>{} : structure.image[k];
      wrap(head.box, position, image);
      AtomRecord& record = send[static_cast<std::size_t>(rank)].emplace_back();
      record.type = file_type_[k];
      for (int d = 0; d < 3; ++d) {
        record.position[d] = position[d];
        record.image[d] = image[static_cast<std::size_t>(d)];
        record.velocity[d] = velocities_ ? structure.velocity[k][d] : 0.0;
      }
    }
  }
  const std::vector<AtomRecord> mine = std::move(comm_.exchange(send)[0]);

  const auto position = Kokkos::create_mirror_view(HostSpace{}, position_);
  const auto velocity = Kokkos::create_mirror_view(HostSpace{}, velocity_);
  const auto image = Kokkos::create_mirror_view(HostSpace{}, image_);
  const auto type = Kokkos::create_mirror_view(HostSpace{}, type_);
  const auto id = Kokkos::create_mirror_view(HostSpace{}, id_);
  const std::int64_t first_id = id_block_start(atom_count_, comm_.rank(), comm_.size()) + 1;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    type(i) = mine[i].type;
    id(i) = first_id + static_cast<std::int64_t>(i);
    for (int d = 0; d < 3; ++d) {
      position(i, d) = mine[i].position[d];
      image(i, d) = mine[i].image[d];
      if (velocities_) velocity(i, d) = mine[i].velocity[d];
    }
  }
  Kokkos::deep_copy(position_, position);
  Kokkos::deep_copy(image_, image);
  Kokkos::deep_copy(type_, type);
  Kokkos::deep_copy(id_, id);
  if (velocities_) Kokkos::deep_copy(velocity_, velocity);

  Frame frame;
  frame.step = head.step;
  frame.time_ps = head.time_ps;
  frame.box = head.box;
  frame.comm = &comm_;
  frame.species = &species_;
  frame.atom_count = atom_count_;
  frame.local = static_cast<int>(mine.size());
  frame.position = position_;
  frame.image = image_;
  frame.velocity = velocity_;
  frame.type = type_;
  frame.id = id_;
  return frame;
}

}  // namespace patina
