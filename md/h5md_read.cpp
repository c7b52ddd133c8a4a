// SPDX-License-Identifier: BSD-3-Clause
// The reading half of md/h5md.hpp.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "core/elements.hpp"
#include "core/error.hpp"
#include "md/h5md.hpp"

namespace patina {

namespace {

constexpr std::uint64_t any = h5::any_size;

// One file, frame by frame.
class H5mdFile {
 public:
  H5mdFile(const std::string& path, const std::optional<std::array<bool, 3>>& periodic)
      : file_(h5::File::open(path)) {
    find_group();
    frames_ = position().dims()[0];
    atoms_ = position().dims()[1];
    length_ = unit_of("/position/value", {{"Angstrom", 1.0}, {"nm", 10.0}, {"pm", 0.01}});
    read_series();
    read_atoms();
    read_periodic(periodic);
  }

  std::uint64_t frames() const { return frames_; }
  std::int64_t step(std::uint64_t k) const { return step_[k]; }
  std::optional<double> time_ps(std::uint64_t k) const { return time_ps_.empty() ? std::nullopt : std::optional(time_ps_[k]); }
  const std::vector<std::string>& species() const { return sample_.species; }
  void rename_species(const std::vector<std::string>& names) {
    if (names.size() < sample_.species.size())
      refuse("/species", fmt::format("the file has {} species, {} names were given", sample_.species.size(),
                                     names.size()));
    sample_.species = names;
    for (std::size_t t = 0; t < names.size(); ++t) {
      const Element* element = find_element(names[t]);
      if (t < sample_.mass.size() && element) continue;
      sample_.mass.resize(std::max(sample_.mass.size(), t + 1), element ? element->weight_amu : 0.0);
    }
  }

  StructureFrame frame(std::uint64_t k) const {
    StructureFrame frame;
    frame.structure = sample_;
    frame.step = step_[k];
    frame.time_ps = time_ps(k);
    Structure& sample = frame.structure;
    try {
      sample.box = box(k);
    } catch (const Error& error) {
      refuse("/box", fmt::format("frame {}: {}", k, error.what()));
    }
    if (rows_move_) read_row_owners(k, sample);
    sample.position = vectors("/position/value", k, length_);
    check_positions(sample, k);
    if (file_.exists(group_ + "/velocity/value"))
      sample.velocity = vectors(
          "/velocity/value", k,
          unit_of("/velocity/value",
                  {{"Angstrom ps-1", 1.0}, {"nm ps-1", 10.0}, {"Angstrom fs-1", 1000.0}, {"pm ps-1", 0.01}}));
    if (file_.exists(group_ + "/image/value")) read_images(k, sample.image);
    sort_by_id(sample);
    return frame;
  }

 private:
  void check_positions(const Structure& sample, std::uint64_t k) const {
    constexpr double farthest = 1e6;  // edges, as in text files
    for (std::size_t i = 0; i < sample.size(); ++i) {
      const Vec3 s = sample.box.to_fractional(sample.position[i]);
      for (int d = 0; d < 3; ++d)
        if (!(std::abs(s[d]) < farthest))
          refuse("/position", fmt::format("frame {}: atom {} is at ({}, {}, {}) A, {:.3g} box lengths along edge {}, must "
                                          "be within {:.0e}",
                                          k, sample.id[i], sample.position[i][0], sample.position[i][1],
                                          sample.position[i][2], s[d], "abc"[d], farthest));
    }
  }
  [[noreturn]] void refuse(const std::string& object, const std::string& reason) const {
    throw Error(ExitCode::bad_input, fmt::format("{}: {}{}: {}", file_.path(), group_, object, reason));
  }

  void find_group() {
    if (!file_.exists("/particles"))
      throw Error(ExitCode::bad_input,
                  fmt::format("{}: has no group /particles: not an H5MD trajectory", file_.path()));
    const auto names = file_.children("/particles");
    if (names.empty()) throw Error(ExitCode::bad_input, fmt::format("{}: /particles is empty", file_.path()));
    const bool ours = std::find(names.begin(), names.end(), "trajectory") != names.end();
    group_ = "/particles/" + (ours ? "trajectory" : names[0]);
  }

  h5::Dataset position() const { return file_.dataset(group_ + "/position/value", {any, any, 3}); }

  // Factor from the file's unit to ours; a file without units is taken to be in ours.
  double unit_of(const std::string& object, const std::map<std::string, double>& known) const {
    if (!file_.has_attribute(group_ + object, "unit")) return 1.0;
    const auto text = file_.text_attribute(group_ + object, "unit");
    const auto unit = known.find(text.empty() ? "" : text[0]);
    if (unit != known.end()) return unit->second;
    std::string allowed;
    for (const auto& [name, factor] : known) allowed += (allowed.empty() ? "" : ", ") + name;
    refuse(object,
           fmt::format("unit \"{}\" is not known; known are {}", text.empty() ? "" : text[0], allowed));
  }

  // step and time are arrays, or a scalar increment with an offset.
  template <class T>
  std::vector<T> series(const std::string& object) const {
    const std::string name = group_ + object;
    if (!file_.dims(name).empty()) return file_.read<T>(name, {frames_});
    const T increment = file_.read<T>(name, {})[0];
    const T offset = file_.has_attribute(name, "offset") ? file_.attribute<T>(name, "offset").at(0) : T{};
    std::vector<T> values;
    for (std::uint64_t k = 0; k < frames_; ++k) values.push_back(offset + static_cast<T>(k) * increment);
    return values;
  }

  void read_series() {
    step_ = series<std::int64_t>("/position/step");
    if (!file_.exists(group_ + "/position/time")) return;
    time_ps_ = series<double>("/position/time");
    const double factor = unit_of("/position/time", {{"ps", 1.0}, {"fs", 1e-3}, {"ns", 1e3}});
    for (double& t : time_ps_) t *= factor;
  }

  // Integers per atom, fixed or of the first frame.
  std::vector<std::int64_t> atom_integers(const std::string& name) const {
    if (file_.exists(name + "/value")) {
      return file_.dataset(name + "/value", {any, atoms_}).read_rows<std::int64_t>(0, 1);
    }
    return file_.read<std::int64_t>(name, {atoms_});
  }

  void read_atoms() {
    const std::string ours = "/parameters/patina";
    if (file_.exists(ours + "/type")) {
      sample_.species = file_.read_texts(ours + "/species");
      sample_.mass = file_.read<double>(ours + "/mass_amu", {sample_.species.size()});
      for (const auto type : atom_integers(ours + "/type")) {
        if (type < 0 || type >= static_cast<std::int64_t>(sample_.species.size()))
          refuse("", fmt::format("atom type {} is not one of the {} species", type, sample_.species.size()));
        sample_.type.push_back(static_cast<int>(type));
      }
    } else if (file_.exists(group_ + "/species")) {
      types_from_species(atom_integers(group_ + "/species"));
    } else {
      refuse("", "has no species: nothing says which atom is which element");
    }
    sample_.id.resize(atoms_);
    for (std::uint64_t k = 0; k < atoms_; ++k) sample_.id[k] = static_cast<std::int64_t>(k) + 1;
    if (file_.exists(group_ + "/id") && !file_.exists(group_ + "/id/value"))
      sample_.id = atom_integers(group_ + "/id");
    rows_move_ = file_.exists(group_ + "/id/value");
  }

  // Programs that write their atoms in the order of the moment store who stands in each row, frame by frame.
  void read_row_owners(std::uint64_t k, Structure& sample) const {
    const auto row = [&](const std::string& name) { return file_.dataset(group_ + name, {frames_, atoms_}).read_rows<std::int64_t>(k, 1); };
    sample.id = row("/id/value");
    if (type_of_species_.empty() || !file_.exists(group_ + "/species/value")) return;
    const auto species = row("/species/value");
    for (std::size_t i = 0; i < species.size(); ++i) {
      const auto type = type_of_species_.find(species[i]);
      if (type == type_of_species_.end()) refuse("/species", fmt::format("frame {}: {} is not among those of the first frame", k, species[i]));
      sample.type[i] = type->second;
    }
  }

  // Species are atomic numbers where they can be; other numbering gets the names X1, X2, ... to be renamed.
  void types_from_species(const std::vector<std::int64_t>& species) {
    const std::set<std::int64_t> distinct(species.begin(), species.end());
    if (distinct.size() > 1000) refuse("/species", fmt::format("has {} different values", distinct.size()));
    std::map<std::int64_t, int>& index = type_of_species_;
    for (const auto number : distinct) {
      index[number] = static_cast<int>(sample_.species.size());
      const auto symbol = number > 0 && number < 200 ? element_symbol(static_cast<int>(number)) : "";
      sample_.species.push_back(symbol.empty() ? fmt::format("X{}", number) : std::string(symbol));
      sample_.mass.push_back(symbol.empty() ? 0.0 : element(symbol).weight_amu);
    }
    for (const auto number : species) sample_.type.push_back(index[number]);
  }

  void read_periodic(const std::optional<std::array<bool, 3>>& given) {
    const auto boundary = file_.text_attribute(group_ + "/box", "boundary");
    if (boundary.size() != 3) refuse("/box", fmt::format("has {} boundaries, expected 3", boundary.size()));
    for (std::size_t d = 0; d < 3; ++d) {
      if (boundary[d] != "periodic" && boundary[d] != "none")
        refuse("/box", fmt::format("boundary \"{}\" is neither periodic nor none", boundary[d]));
      periodic_[d] = boundary[d] == "periodic";
    }
    settle_boundary(fmt::format("{}: {}/box", file_.path(), group_), periodic_, given);
  }

  // Edges as a vector or a matrix, fixed or per frame.
  Box box(std::uint64_t k) const {
    const std::string fixed = group_ + "/box/edges", moving = fixed + "/value";
    const bool per_frame = file_.exists(moving);
    const std::string name = per_frame ? moving : fixed;
    const std::size_t rank = file_.dims(name).size() - (per_frame ? 1 : 0);
    h5::Dims expected = rank == 2 ? h5::Dims{3, 3} : h5::Dims{3};
    if (per_frame) expected.insert(expected.begin(), frames_);
    const auto dataset = file_.dataset(name, expected);
    const auto values = per_frame ? dataset.read_rows<double>(k, 1) : dataset.read<double>();
    const double factor =
        per_frame ? unit_of("/box/edges/value", {{"Angstrom", 1.0}, {"nm", 10.0}, {"pm", 0.01}}) : length_;
    Mat3 edges;
    for (std::size_t d = 0; d < values.size(); ++d)
      (rank == 2 ? edges.m[d / 3][d % 3] : edges.m[d][d]) = factor * values[d];
    Vec3 origin;
    if (file_.exists(group_ + "/box/origin/value")) {
      const auto at = file_.dataset(group_ + "/box/origin/value", {frames_, 3}).read_rows<double>(k, 1);
      for (int d = 0; d < 3; ++d) origin[d] = factor * at[static_cast<std::size_t>(d)];
    }
    return Box(edges, origin, periodic_, turn(k));
  }

  // Of a cell that was sheared and spanned anew (ours only).
  LatticeTurn turn(std::uint64_t k) const {
    LatticeTurn turn;
    const std::string name = group_ + "/box/lattice_turn/value";
    if (!file_.exists(name)) return turn;
    const auto numbers = file_.dataset(name, {frames_, 3, 3}).read_rows<std::int32_t>(k, 1);
    constexpr int most = 100000;  // products of three are still counted exactly
    for (const std::int32_t n : numbers)
      if (n < -most || n > most) refuse("/box/lattice_turn", fmt::format("frame {}: has {}; at most {} either way is allowed", k, n, most));
    std::copy(numbers.begin(), numbers.end(), &turn.m[0][0]);
    if (const double volume = determinant(turn * diagonal({{1.0, 1.0, 1.0}})); volume != 1.0)
      refuse("/box/lattice_turn", fmt::format("frame {}: its determinant is {}, must be 1", k, volume));
    return turn;
  }

  std::vector<Vec3> vectors(const std::string& object, std::uint64_t k, double factor) const {
    const auto values = file_.dataset(group_ + object, {frames_, atoms_, 3}).read_rows<double>(k, 1);
    std::vector<Vec3> result(atoms_);
    for (std::size_t i = 0; i < values.size(); ++i) result[i / 3].v[i % 3] = factor * values[i];
    return result;
  }

  void read_images(std::uint64_t k, std::vector<std::array<int, 3>>& image) const {
    const auto values =
        file_.dataset(group_ + "/image/value", {frames_, atoms_, 3}).read_rows<std::int32_t>(k, 1);
    image.resize(atoms_);
    for (std::size_t i = 0; i < values.size(); ++i) image[i / 3][i % 3] = values[i];
  }

  h5::File file_;
  std::string group_;
  std::uint64_t frames_ = 0, atoms_ = 0;
  double length_ = 1.0;
  std::array<bool, 3> periodic_{};
  std::vector<std::int64_t> step_;
  std::vector<double> time_ps_;
  Structure sample_;  // what is the same in all frames
  bool rows_move_ = false;  // an atom is another row in another frame
  std::map<std::int64_t, int> type_of_species_;
};

class H5mdReader : public FrameReader {
 public:
  H5mdReader(std::vector<std::string> paths, const ReadOptions& options)
      : paths_(std::move(paths)), options_(options) {}

  std::optional<StructureFrame> next() override {
    const auto k = advance();
    return k ? std::optional(file_->frame(*k)) : std::nullopt;
  }

  std::optional<FrameMoment> pass_over() override {
    const auto k = advance();
    return k ? std::optional(FrameMoment{file_->step(*k), file_->time_ps(*k)}) : std::nullopt;
  }

 private:
  // The next frame's number in file_, which it may have to open.
  std::optional<std::uint64_t> advance() {
    while (true) {
      if (!file_ || frame_ == file_->frames()) {
        if (path_ == paths_.size()) return std::nullopt;
        open_next();
        continue;
      }
      const std::int64_t step = file_->step(frame_);
      if (last_step_ && step < *last_step_)
        throw Error(ExitCode::bad_input,
                    fmt::format("{}: step {} comes after step {}: the files are not one trajectory",
                                paths_[path_ - 1], step, *last_step_));
      const bool repeated = last_step_ && step == *last_step_;
      const std::uint64_t k = frame_++;
      if (repeated) continue;
      last_step_ = step;
      return k;
    }
  }

  void open_next() {
    file_.emplace(paths_[path_++], options_.periodic);
    frame_ = 0;
    if (!options_.species.empty()) file_->rename_species(options_.species);
    if (species_.empty()) species_ = file_->species();
    if (file_->species() != species_)
      throw Error(ExitCode::bad_input,
                  fmt::format("{}: its species are not those of the segment before", paths_[path_ - 1]));
  }

  std::vector<std::string> paths_;
  ReadOptions options_;
  std::size_t path_ = 0;
  std::optional<H5mdFile> file_;
  std::uint64_t frame_ = 0;
  std::vector<std::string> species_;
  std::optional<std::int64_t> last_step_;
};

}  // namespace

std::vector<std::string> h5md_files(const std::string& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  const std::string inside = path + "/trajectory";
  const std::string folder = std::filesystem::is_directory(inside) ? inside : path;
  std::vector<std::string> paths = trajectory_segments(folder);
  if (paths.empty() && std::filesystem::is_directory(path + "/replica_000"))
    throw Error(ExitCode::missing_input,
                fmt::format("{0}: holds several replicas; choose one: {0}/replica_000, ...", path));
  if (paths.empty())
    throw Error(ExitCode::missing_input,
                fmt::format("{}: holds no trajectory segment (seg_000000.h5md, ...)", folder));
  return paths;
}

std::unique_ptr<FrameReader> open_h5md(const std::string& path, const ReadOptions& options) {
  return std::make_unique<H5mdReader>(h5md_files(path), options);
}

}  // namespace patina
