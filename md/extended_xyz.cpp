// SPDX-License-Identifier: BSD-3-Clause
#include "md/extended_xyz.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "core/error.hpp"
#include "core/units.hpp"
#include "md/eam_text.hpp"
#include "md/text_file.hpp"
#include "md/type_names.hpp"

namespace patina {

namespace {

using Keys = std::map<std::string, std::string, std::less<>>;

// First word of each property in a line of atoms; -1: absent.
struct Columns {
  int count = 0;
  int species = -1, position = -1, velocity = -1, momentum = -1, mass = -1, id = -1, image = -1;
};

// Momenta are ASE's: sqrt(eV amu). Divided by the mass they are velocities in sqrt(eV/amu).
const double velocity_per_momentum = 1.0 / std::sqrt(units::eV_per_amu_velocity_sq);  // A/ps

// key=value, key="several words", or a lone key, which means true.
Keys parse_keys(const TextReader& text) {
  Keys keys;
  const std::string_view line = text.line();
  for (std::size_t k = 0; k < line.size();) {
    if (line[k] == ' ' || line[k] == '\t') {
      ++k;
      continue;
    }
    const std::size_t key_end = std::min(line.find_first_of("= \t", k), line.size());
    const std::string key(line.substr(k, key_end - k));
    std::string value = "T";
    k = key_end;
    if (k < line.size() && line[k] == '=') {
      ++k;
      const bool is_quoted = k < line.size() && (line[k] == '"' || line[k] == '\'');
      const std::size_t end =
          is_quoted ? line.find(line[k], k + 1) : std::min(line.find_first_of(" \t", k), line.size());
      if (end == std::string_view::npos)
        text.fail(fmt::format("the quotation of key {} does not end", in_quotes(key)));
      value = line.substr(k + (is_quoted ? 1 : 0), end - k - (is_quoted ? 1 : 0));
      k = end + (is_quoted ? 1 : 0);
    }
    if (!keys.emplace(key, value).second) text.fail(fmt::format("key {} stands here twice", in_quotes(key)));
  }
  return keys;
}

class XyzReader : public FrameReader {
 public:
  XyzReader(const std::string& path, const ReadOptions& options)
      : text_(path), names_(options.species), periodic_(options.periodic) {}

  std::optional<StructureFrame> next() override {
    if (!find_frame()) return std::nullopt;
    const Keys keys = read_keys();
    frame_.structure.box = read_box(keys);
    const Columns columns = read_columns(keys);
    velocity_scale_ = read_velocity_scale(columns, keys);
    const std::int64_t first_line = text_.line_number() + 1;
    for (std::int64_t k = 0; k < atoms_; ++k) {
      require_atom_line(k);
      read_atom(columns, text_.words());
    }
    names_.complete(text_, frame_.structure);
    if (columns.momentum >= 0 && columns.mass < 0) divide_by_masses(frame_.structure);
    sort_atoms(text_, frame_.structure, first_line);
    return std::move(frame_);
  }

  std::optional<FrameMoment> pass_over() override {
    if (!find_frame()) return std::nullopt;
    read_keys();
    for (std::int64_t k = 0; k < atoms_; ++k) require_atom_line(k);
    return FrameMoment{frame_.step, frame_.time_ps};
  }

 private:
  // Of the present line, the number of atoms, and the next.
  Keys read_keys() {
    atoms_ = text_.atom_count(text_.words()[0]);
    text_.require_line("the line with Lattice and Properties");
    Keys keys = parse_keys(text_);
    frame_ = {};
    read_clock(keys);
    ++frames_;
    return keys;
  }

  void require_atom_line(std::int64_t k) { text_.require_line(fmt::format("atom {} of {}", k + 1, atoms_)); }

  // The line with the number of atoms; false if only blank lines are left.
  bool find_frame() {
    while (text_.next_line()) {
      const auto& words = text_.words();
      if (words.size() == 1) return true;
      if (words.size() > 1)
        text_.fail(
            fmt::format("line is {}, must be a number of atoms (or the frame holds more than it announces)",
                        in_quotes(text_.line())));
    }
    if (frames_ == 0) text_.fail("the file is empty: no frame of an extended XYZ file");
    return false;
  }

  std::vector<std::string> list_of(const std::string& value, std::size_t count, const char* key) const {
    std::vector<std::string> list;
    for (const std::string_view word : words_of(value)) list.emplace_back(word);
    if (list.size() != count)
      text_.fail(fmt::format("{} is {}, must be {} words", key, in_quotes(value), count));
    return list;
  }

  Box read_box(const Keys& keys) const {
    const auto lattice = keys.find("Lattice");
    if (lattice == keys.end())
      text_.fail(
          "the line lacks Lattice=\"ax ay az bx by bz cx cy cz\": plain XYZ has no box and is not read");
    const auto numbers = list_of(lattice->second, 9, "Lattice");
    Mat3 edges;
    for (int k = 0; k < 9; ++k) edges[k / 3][k % 3] = text_.number(numbers[k], "Lattice");
    Vec3 origin;
    if (const auto found = keys.find("Origin"); found != keys.end()) {
      const auto words = list_of(found->second, 3, "Origin");
      for (int d = 0; d < 3; ++d) origin[d] = text_.number(words[d], "Origin");
    }
    std::optional<std::array<bool, 3>> stated;
    if (const auto found = keys.find("pbc"); found != keys.end()) {
      const auto words = list_of(found->second, 3, "pbc");
      stated = {truth(words[0]), truth(words[1]), truth(words[2])};
    }
    return box_at(text_, edges, origin, settle_boundary(text_.place(), stated, periodic_));
  }

  bool truth(const std::string& word) const {
    for (const char* yes : {"T", "True", "true", "1"})
      if (word == yes) return true;
    for (const char* no : {"F", "False", "false", "0"})
      if (word == no) return false;
    text_.fail(fmt::format("pbc is {}, must be T or F", in_quotes(word)));
  }

  void read_clock(const Keys& keys) {
    frame_.step = frames_;
    for (const char* key : {"Step", "step", "Timestep"})
      if (const auto found = keys.find(key); found != keys.end())
        frame_.step = text_.integer(found->second, key, 0, INT64_MAX);
    for (const char* key : {"Time", "time"})
      if (const auto found = keys.find(key); found != keys.end())
        frame_.time_ps = text_.number(found->second, key);
  }

  // Properties=name:type:count:name:type:count...
  Columns read_columns(const Keys& keys) const {
    const auto found = keys.find("Properties");
    const std::string list = found == keys.end() ? "species:S:1:pos:R:3" : found->second;
    std::vector<std::string> part;
    for (std::size_t k = 0; k <= list.size();) {
      const std::size_t end = std::min(list.find(':', k), list.size());
      part.push_back(list.substr(k, end - k));
      k = end + 1;
    }
    if (part.size() % 3 != 0)
      text_.fail(fmt::format("Properties is {}, must be name:type:count, again and again", in_quotes(list)));
    Columns columns;
    for (std::size_t k = 0; k < part.size(); k += 3) {
      const int count = static_cast<int>(text_.integer(part[k + 2], "count of property " + part[k], 1, 1000));
      place(columns, part[k], part[k + 1], count);
      columns.count += count;
    }
    if (columns.species < 0 || columns.position < 0)
      text_.fail(fmt::format("Properties is {}, must hold species:S:1 and pos:R:3", in_quotes(list)));
    return columns;
  }

  // Programs disagree on the unit of velocities, and no file says it: none is guessed.
  double read_velocity_scale(const Columns& columns, const Keys& keys) const {
    if (columns.momentum >= 0) {
      if (columns.velocity >= 0) text_.fail("Properties holds velocities and momenta; only one of them may be there");
      return velocity_per_momentum;
    }
    if (columns.velocity < 0) return 1.0;
    const auto unit = keys.find("velocity_unit");
    if (unit == keys.end())
      text_.fail(
          "the line has velocities but not their unit: add velocity_unit=A/ps (OVITO and LAMMPS write these after a "
          "simulation in metal units) or velocity_unit=A/fs (GPUMD, QUIP)");
    if (unit->second == "A/ps") return 1.0;
    if (unit->second == "A/fs") return 1e3;
    text_.fail(fmt::format("velocity_unit is {}, must be A/ps or A/fs", in_quotes(unit->second)));
  }

  static void divide_by_masses(Structure& structure) {
    for (std::size_t k = 0; k < structure.size(); ++k)
      structure.velocity[k] = (1.0 / structure.mass[structure.type[k]]) * structure.velocity[k];
  }

  void place(Columns& columns, const std::string& name, const std::string& type, int count) const {
    struct Known {
      const char* name;
      const char* type;
      int count;
      int* column;
    };
    const Known known[] = {{"species", "S", 1, &columns.species},     {"pos", "R", 3, &columns.position},
                           {"velo", "R", 3, &columns.velocity},       {"vel", "R", 3, &columns.velocity},
                           {"velocities", "R", 3, &columns.velocity}, {"momenta", "R", 3, &columns.momentum},
                           {"masses", "R", 1, &columns.mass},         {"id", "I", 1, &columns.id},
                           {"image", "I", 3, &columns.image}};
    for (const Known& property : known) {
      if (name != property.name) continue;
      if (type != property.type || count != property.count)
        text_.fail(fmt::format("property {} is {}:{}, must be {}:{}", name, type, count, property.type,
                               property.count));
      if (*property.column >= 0) text_.fail(fmt::format("property {} stands here for the second time", name));
      *property.column = columns.count;
    }
  }

  void read_atom(const Columns& columns, const std::vector<std::string_view>& words) {
    Structure& structure = frame_.structure;
    if (static_cast<int>(words.size()) != columns.count)
      text_.fail(fmt::format("line {} has {} words, must be {} (atom {} of {})", in_quotes(text_.line()),
                             words.size(), columns.count, structure.size() + 1, atoms_));
    structure.id.push_back(columns.id < 0 ? static_cast<std::int64_t>(structure.size()) + 1
                                          : text_.integer(words[columns.id], "atom id", 1, INT64_MAX));
    structure.type.push_back(names_.of_symbol(text_, words[columns.species]));
    structure.position.push_back(text_.vector(&words[columns.position], "position"));
    check_position(text_, structure.box, structure.position.back());
    if (columns.image >= 0) structure.image.push_back(text_.images(&words[columns.image]));
    if (columns.velocity >= 0)
      structure.velocity.push_back(velocity_scale_ * text_.vector(&words[columns.velocity], "velocity"));
    if (columns.momentum >= 0)
      structure.velocity.push_back((velocity_scale_ / read_mass(columns, words)) *
                                   text_.vector(&words[columns.momentum], "momentum"));
  }

  // Without masses in the file those of the elements divide at the end, when every element is known.
  double read_mass(const Columns& columns, const std::vector<std::string_view>& words) const {
    if (columns.mass < 0) return 1.0;
    const double mass = text_.number(words[columns.mass], "mass");
    if (mass <= 0.0) text_.fail(fmt::format("mass is {}, must be > 0", mass));
    return mass;
  }

  TextReader text_;
  TypeNames names_;
  std::optional<std::array<bool, 3>> periodic_;
  double velocity_scale_ = 1.0;
  StructureFrame frame_;
  std::int64_t atoms_ = 0, frames_ = 0;
};

class XyzWriter : public FrameWriter {
 public:
  XyzWriter(const std::string& path, bool overwrite) : file_(path, overwrite) {}

  void write(const StructureFrame& frame) override {
    file_.write(extended_xyz_text(frame));
  }

  void finish() override { file_.finish(); }

 private:
  TextWriter file_;
};

}  // namespace

std::string extended_xyz_text(const StructureFrame& frame, const ExtraColumns& extra) {
  const Structure& structure = frame.structure;
  const Mat3& e = structure.box.edges();
  const bool images = !structure.image.empty(), velocities = !structure.velocity.empty();
  std::string text =
      fmt::format("{}\nLattice=\"{} {} {}\" ", structure.size(), fmt::join(e[0], e[0] + 3, " "),
                  fmt::join(e[1], e[1] + 3, " "), fmt::join(e[2], e[2] + 3, " "));
  const auto out = std::back_inserter(text);
  if (structure.box.origin() != Vec3{})
    fmt::format_to(out, "Origin=\"{}\" ", fmt::join(structure.box.origin().v, " "));
  text += "pbc=\"";
  for (int d = 0; d < 3; ++d)
    fmt::format_to(out, "{}{}", structure.box.periodic(d) ? 'T' : 'F', d < 2 ? " " : "\" ");
  fmt::format_to(out, "Properties=species:S:1:pos:R:3:id:I:1{}{}{}{} Timestep={}", images ? ":image:I:3" : "", velocities ? ":velo:R:3" : "",
                 extra.properties, velocities ? " velocity_unit=A/ps" : "", frame.step);
  if (frame.time_ps) fmt::format_to(out, " Time={}", *frame.time_ps);
  text += '\n';
  for (std::size_t k = 0; k < structure.size(); ++k) {
    fmt::format_to(out, "{} {} {}", structure.species[structure.type[k]],
                   fmt::join(structure.position[k].v, " "), structure.id[k]);
    if (images) fmt::format_to(out, " {}", fmt::join(structure.image[k], " "));
    if (velocities) fmt::format_to(out, " {}", fmt::join(structure.velocity[k].v, " "));
    if (extra.of_atom) text += extra.of_atom(k);
    text += '\n';
  }
  return text;
}

std::unique_ptr<FrameReader> open_extended_xyz(const std::string& path, const ReadOptions& options) {
  return std::make_unique<XyzReader>(path, options);
}

std::unique_ptr<FrameWriter> create_extended_xyz(const std::string& path, bool overwrite) {
  return std::make_unique<XyzWriter>(path, overwrite);
}

}  // namespace patina
