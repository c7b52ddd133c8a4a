// SPDX-License-Identifier: BSD-3-Clause
#include "md/lammps_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <optional>
#include <set>

#include "core/elements.hpp"
#include "core/error.hpp"
#include "md/composition.hpp"
#include "md/eam_text.hpp"
#include "md/lammps_cell.hpp"
#include "md/text_file.hpp"
#include "md/type_names.hpp"

namespace patina {

namespace {

constexpr std::int64_t most_types = 1000;
constexpr std::array sections = {"Masses",           "Atoms",       "Velocities",
                                 "Atom Type Labels", "Pair Coeffs", "PairIJ Coeffs"};

// "Atoms # atomic" -> "Atoms".
std::string_view keyword(std::string_view line) {
  line = line.substr(0, line.find('#'));
  const auto first = line.find_first_not_of(" \t"), last = line.find_last_not_of(" \t");
  return first == std::string_view::npos ? std::string_view() : line.substr(first, last - first + 1);
}

std::string_view comment(std::string_view line) {
  const auto mark = line.find('#');
  return mark == std::string_view::npos ? std::string_view() : keyword(line.substr(mark + 1));
}

class DataReader {
 public:
  DataReader(const std::string& path, const ReadOptions& options) : text_(path), options_(options) {}

  Structure read() {
    read_title();
    read_header();
    do read_section(std::string(keyword(text_.line())), std::string(comment(text_.line())));
    while (next_used_line());
    return complete();
  }

 private:
  bool next_used_line() {
    while (text_.next_line())
      if (!keyword(text_.line()).empty()) return true;
    return false;
  }

  // write_data says "units = metal" here; other units would be read as metal in silence.
  void read_title() {
    text_.require_line("the title of a LAMMPS data file");
    const auto mark = text_.line().find("units = ");
    if (mark == std::string_view::npos) return;
    const auto units = text_.line().substr(mark + 8);
    if (units.substr(0, units.find_first_of(" ,")) != "metal")
      text_.fail(fmt::format("units are {}, must be metal (Angstrom, ps, eV)", in_quotes(units)));
  }

  // Up to the first section, whose line is left as the present one.
  void read_header() {
    while (next_used_line()) {
      if (std::find(sections.begin(), sections.end(), keyword(text_.line())) != sections.end())
        return finish_header();
      read_header_line(text_.words(true));
    }
    text_.fail("the file ends before its first section (Atoms)");
  }

  void read_header_line(const std::vector<std::string_view>& words) {
    const std::string name =
        fmt::format("{}", fmt::join(words.begin() + leading_numbers(words), words.end(), " "));
    constexpr std::array bounds = {"xlo xhi", "ylo yhi", "zlo zhi"};
    const auto bound = std::find(bounds.begin(), bounds.end(), name) - bounds.begin();
    if (bound < 3 && words.size() == 4) {
      has_bounds_[bound] = true;
      cell_.low[static_cast<int>(bound)] = text_.number(words[0], name.substr(0, 3));
      cell_.high[static_cast<int>(bound)] = text_.number(words[1], name.substr(4));
      if (!(cell_.high[static_cast<int>(bound)] > cell_.low[static_cast<int>(bound)]))
        text_.fail(
            fmt::format("box bounds are {} {} ({}), the second must be larger", words[0], words[1], name));
    } else if (name == "xy xz yz" && words.size() == 6) {
      for (int k = 0; k < 3; ++k) cell_.tilt[k] = text_.number(words[k], "tilt factor");
    } else if (name == "atoms" && words.size() == 2) {
      atoms_ = text_.atom_count(words[0]);
    } else if (name == "atom types" && words.size() == 3) {
      types_ = text_.integer(words[0], "number of atom types", 1, most_types);
    } else if (words.size() >= 2 && is_bonded(name)) {
      text_.integer(words[0], "number of " + name + " (metals have no bonded terms)", 0, 0);
    } else {
      text_.fail(
          fmt::format("unknown line {}; allowed in the header: atoms, atom types, xlo xhi, ylo yhi, zlo zhi, "
                      "xy xz yz; then a section: {}",
                      in_quotes(text_.line()), fmt::join(sections, ", ")));
    }
  }

  static std::ptrdiff_t leading_numbers(const std::vector<std::string_view>& words) {
    const auto first = std::find_if(words.begin(), words.end(), [](std::string_view word) {
      return word.find_first_of("0123456789") == std::string_view::npos && word != "nan" && word != "inf" &&
             word != "-nan";
    });
    return first - words.begin();
  }

  static bool is_bonded(const std::string& name) {
    for (const char* kind : {"bond", "angle", "dihedral", "improper"})
      if (name.find(kind) != std::string::npos) return true;
    return false;
  }

  void finish_header() {
    if (atoms_ == 0) text_.fail("the header lacks \"N atoms\"");
    if (types_ == 0) text_.fail("the header lacks \"N atom types\"");
    for (int d = 0; d < 3; ++d)
      if (!has_bounds_[d]) text_.fail(fmt::format("the header lacks \"{0}lo {0}hi\"", "xyz"[d]));
    structure_.box = box_at(text_, cell_.edges(), cell_.low, settle_boundary(text_.path(), {}, options_.periodic));
    label_.resize(types_);
    mass_.resize(types_);
  }

  void read_section(const std::string& name, const std::string& hint) {
    if (std::find(sections.begin(), sections.end(), name) == sections.end())
      text_.fail(fmt::format("unknown section {}, or more lines than the header announces; allowed: {}",
                             in_quotes(name), fmt::join(sections, ", ")));
    if (!seen_.insert(name).second)
      text_.fail(fmt::format("section {} stands here for the second time", name));
    if (name == "Masses") return read_lines(name, types_, [&] { read_mass(text_.words(true)); });
    if (name == "Atom Type Labels") return read_lines(name, types_, [&] { read_label(text_.words(true)); });
    if (name == "Pair Coeffs") return read_lines(name, types_, [] {});
    if (name == "PairIJ Coeffs") return read_lines(name, types_ * (types_ + 1) / 2, [] {});
    if (name == "Velocities") return read_lines(name, atoms_, [&] { read_velocity(text_.words(true)); });
    if (!hint.empty() && hint != "atomic")
      text_.fail(
          fmt::format("atom style is {}, only atomic is read (id type x y z [ix iy iz])", in_quotes(hint)));
    read_lines(name, atoms_, [&] { read_atom(text_.words(true)); });
  }

  // The entries of a section, between it and which blank lines may stand.
  template <class ReadLine>
  void read_lines(const std::string& name, std::int64_t count, ReadLine&& read_line) {
    for (std::int64_t k = 0; k < count; ++k) {
      const std::string what = fmt::format("line {} of {} of section {}", k + 1, count, name);
      do text_.require_line(what);
      while (k == 0 && keyword(text_.line()).empty());
      if (k == 0) first_line_ = text_.line_number();
      if (keyword(text_.line()).empty()) text_.fail(fmt::format("blank line where {} should stand", what));
      read_line();
    }
    if (name == "Atoms") first_atom_line_ = first_line_;
  }

  void expect_words(const std::vector<std::string_view>& words, std::size_t count, std::size_t or_count,
                    const char* form) {
    if (words.size() != count && words.size() != or_count)
      text_.fail(fmt::format("line {} has {} words, must be: {}", in_quotes(text_.line()), words.size(), form));
  }

  // Types are numbers, or labels once these have been read.
  int type_of(std::string_view word) const {
    const auto label = std::find(label_.begin(), label_.end(), word);
    if (label != label_.end()) return static_cast<int>(label - label_.begin());
    return static_cast<int>(text_.integer(word, "atom type", 1, types_)) - 1;
  }

  void read_mass(const std::vector<std::string_view>& words) {
    expect_words(words, 2, 2, "type mass");
    const int type = type_of(words[0]);
    if (mass_[type] != 0.0)
      text_.fail(fmt::format("mass of type {} stands here for the second time", type + 1));
    mass_[type] = text_.number(words[1], "mass");
    if (!(mass_[type] > 0.0)) text_.fail(fmt::format("mass is {} amu, must be > 0", words[1]));
    mass_line_.resize(types_);
    mass_line_[type] = text_.line_number();
    mass_comment_.resize(types_);
    mass_comment_[type] = comment(text_.line());
  }

  void read_label(const std::vector<std::string_view>& words) {
    expect_words(words, 2, 2, "type label");
    const auto type = text_.integer(words[0], "atom type", 1, types_) - 1;
    if (!label_[type].empty())
      text_.fail(fmt::format("label of type {} stands here for the second time", type + 1));
    if (std::find(label_.begin(), label_.end(), words[1]) != label_.end())
      text_.fail(fmt::format("label {} stands here for the second time", in_quotes(words[1])));
    label_[type] = words[1];
  }

  void read_atom(const std::vector<std::string_view>& words) {
    expect_words(words, 5, 8, "id type x y z [ix iy iz]");
    structure_.id.push_back(text_.integer(words[0], "atom id", 1, INT64_MAX));
    structure_.type.push_back(type_of(words[1]));
    structure_.position.push_back(text_.vector(&words[2], "position"));
    check_position(text_, structure_.box, structure_.position.back());
    const bool has_images = words.size() == 8;
    if (structure_.size() > 1 && has_images == structure_.image.empty())
      text_.fail("some atoms have image flags and others have none");
    if (has_images) structure_.image.push_back(text_.images(&words[5]));
  }

  void read_velocity(const std::vector<std::string_view>& words) {
    expect_words(words, 4, 4, "id vx vy vz");
    velocity_.id.push_back(text_.integer(words[0], "atom id", 1, INT64_MAX));
    velocity_.position.push_back(text_.vector(&words[1], "velocity"));
    velocity_.type.push_back(0);
  }

  Structure complete() {
    if (structure_.size() == 0) text_.fail("the file has no section Atoms");
    name_types();
    sort_atoms(text_, structure_, first_atom_line_);
    if (velocity_.id.empty()) return std::move(structure_);
    sort_by_id(velocity_);
    for (std::size_t k = 0; k < structure_.size(); ++k)
      if (velocity_.id[k] != structure_.id[k])
        text_.fail(fmt::format(
            "section Velocities does not fit the atoms: atom id {} lacks its velocity, or {} its atom",
            structure_.id[k], velocity_.id[k]));
    structure_.velocity = std::move(velocity_.position);
    return std::move(structure_);
  }

  void name_types() {
    if (!options_.species.empty() && static_cast<std::int64_t>(options_.species.size()) < types_)
      text_.fail(fmt::format("the file has {} atom types, but only {} species are given: {}", types_,
                             options_.species.size(), fmt::join(options_.species, ", ")));
    structure_.species = options_.species;
    structure_.species.resize(std::max<std::size_t>(options_.species.size(), types_));
    mass_comment_.resize(types_);
    mass_.resize(structure_.species.size());
    mass_line_.resize(structure_.species.size(), text_.line_number());
    for (std::size_t t = 0; t < structure_.species.size(); ++t) {
      std::string& symbol = structure_.species[t];
      if (symbol.empty()) symbol = element_of_type(t);
      if (mass_[t] == 0.0) mass_[t] = atomic_weight_amu(symbol);
      const Element* by_mass = nearest_element(mass_[t]);
      if (by_mass != nullptr && by_mass->symbol != symbol && element(symbol).weight_amu > 0.0)
        text_.fail_at(mass_line_[t], fmt::format("type {} has the mass of {} ({} amu), but its species is {}", t + 1,
                                                 by_mass->symbol, mass_[t], symbol));
    }
    structure_.mass = mass_;
    TypeNames(structure_.species);  // no species twice
  }

  std::string element_of_type(std::size_t type) const {
    if (find_element(label_[type])) return label_[type];
    if (find_element(mass_comment_[type])) return mass_comment_[type];
    const Element* by_mass = mass_[type] > 0.0 ? nearest_element(mass_[type]) : nullptr;
    if (by_mass == nullptr)
      text_.fail(fmt::format("the file does not tell the element of type {} (mass {} amu): {}", type + 1,
                             mass_[type], species_hint()));
    return std::string(by_mass->symbol);
  }

  TextReader text_;
  const ReadOptions& options_;
  LammpsCell cell_;
  bool has_bounds_[3] = {false, false, false};
  std::int64_t atoms_ = 0, types_ = 0;
  std::int64_t first_line_ = 0, first_atom_line_ = 0;
  std::set<std::string> seen_;
  std::vector<std::string> label_, mass_comment_;
  std::vector<double> mass_;
  std::vector<std::int64_t> mass_line_;
  Structure structure_;
  Structure velocity_;  // velocities as positions, by id
};

class OneFrame : public FrameReader {
 public:
  explicit OneFrame(Structure structure) : frame_(StructureFrame{std::move(structure), 0, {}}) {}
  std::optional<StructureFrame> next() override { return std::exchange(frame_, std::nullopt); }
  std::optional<FrameMoment> pass_over() override {
    const auto frame = next();
    return frame ? std::optional(FrameMoment{frame->step, frame->time_ps}) : std::nullopt;
  }

 private:
  std::optional<StructureFrame> frame_;
};

std::string data_text(const Structure& structure) {
  const LammpsCell cell = lammps_cell(structure.box);
  std::string text =
      fmt::format("LAMMPS data file written by Patina, units = metal\n\n{} atoms\n{} atom types\n\n",
                  structure.size(), structure.species.size());
  const auto out = std::back_inserter(text);
  for (int d = 0; d < 3; ++d)
    fmt::format_to(out, "{0} {1} {2}lo {2}hi\n", cell.low[d], cell.high[d], "xyz"[d]);
  if (cell.is_tilted()) fmt::format_to(out, "{} {} {} xy xz yz\n", cell.tilt[0], cell.tilt[1], cell.tilt[2]);
  text += "\nMasses\n\n";
  for (std::size_t t = 0; t < structure.species.size(); ++t)
    fmt::format_to(out, "{} {} # {}\n", t + 1, structure.mass[t], structure.species[t]);
  text += "\nAtoms # atomic\n\n";
  for (std::size_t k = 0; k < structure.size(); ++k) {
    const Vec3& r = structure.position[k];
    fmt::format_to(out, "{} {} {} {} {}", structure.id[k], structure.type[k] + 1, r[0], r[1], r[2]);
    if (!structure.image.empty()) fmt::format_to(out, " {}", fmt::join(structure.image[k], " "));
    text += '\n';
  }
  if (!structure.velocity.empty()) text += "\nVelocities\n\n";
  for (std::size_t k = 0; k < structure.velocity.size(); ++k)
    fmt::format_to(out, "{} {}\n", structure.id[k], fmt::join(structure.velocity[k].v, " "));
  return text;
}

class DataWriter : public FrameWriter {
 public:
  DataWriter(const std::string& path, bool overwrite) : path_(path), file_(path, overwrite) {}
  void write(const StructureFrame& frame) override {
    if (written_)
      throw Error(ExitCode::usage, path_ + ": a LAMMPS data file holds one frame; choose one (--frames N, --frames last)");
    file_.write(data_text(in_lammps_orientation(frame.structure)));
    written_ = true;
  }
  void finish() override { file_.finish(); }

 private:
  std::string path_;
  TextWriter file_;
  bool written_ = false;
};

}  // namespace

Structure read_lammps_data(const std::string& path, const ReadOptions& options) {
  return DataReader(path, options).read();
}

std::unique_ptr<FrameReader> open_lammps_data(const std::string& path, const ReadOptions& options) {
  return std::make_unique<OneFrame>(read_lammps_data(path, options));
}

std::unique_ptr<FrameWriter> create_lammps_data(const std::string& path, bool overwrite) {
  return std::make_unique<DataWriter>(path, overwrite);
}

}  // namespace patina
