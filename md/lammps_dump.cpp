// SPDX-License-Identifier: BSD-3-Clause
#include "md/lammps_dump.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/error.hpp"
#include "md/eam_text.hpp"
#include "md/lammps_cell.hpp"
#include "md/text_file.hpp"
#include "md/type_names.hpp"

namespace patina {

namespace {

// Where in a line of atoms the things stand that are read; -1: absent. Vectors stand in any order, so each
// component has its place.
struct Columns {
  int count = 0;
  int id = -1, type = -1, element = -1;
  int position[3] = {-1, -1, -1}, image[3] = {-1, -1, -1}, velocity[3] = {-1, -1, -1};
  bool scaled = false, unwrapped = false;
};

// How far the box around a tilted one reaches beyond its bounds, along x and y.
struct Overhang {
  double low[3] = {}, high[3] = {};
};
Overhang overhang(const LammpsCell& cell) {
  const double xy = cell.tilt[0], xz = cell.tilt[1], yz = cell.tilt[2];
  return {{std::min({0.0, xy, xz, xy + xz}), std::min(0.0, yz), 0.0},
          {std::max({0.0, xy, xz, xy + xz}), std::max(0.0, yz), 0.0}};
}

// From the box around a tilted one, which a dump states, to the tilted one's own bounds.
void remove_overhang(LammpsCell& cell) {
  const Overhang out = overhang(cell);
  for (int d = 0; d < 3; ++d) {
    cell.low[d] -= out.low[d];
    cell.high[d] -= out.high[d];
  }
}

// Of the doubles around `guess` the one that `fits`; `guess` itself if none does.
template <class Fits>
double nearby(double guess, Fits&& fits) {
  double up = guess, down = guess;
  for (int k = 0; k < 16; ++k) {
    if (fits(up)) return up;
    if (fits(down)) return down;
    up = std::nextafter(up, INFINITY);
    down = std::nextafter(down, -INFINITY);
  }
  return guess;
}

// The way back, such that remove_overhang() finds the origin and the lengths to the last bit wherever doubles allow it.
// Where a bound is larger than the origin or length it is made of, their last bit may be lost: the format cannot hold it.
void add_overhang(LammpsCell& cell, const Mat3& edges) {
  const Overhang out = overhang(cell);
  for (int d = 0; d < 3; ++d) {
    const double origin = cell.low[d];
    cell.low[d] = nearby(origin + out.low[d], [&](double low) { return low - out.low[d] == origin; });
    const double found = cell.low[d] - out.low[d];
    cell.high[d] = nearby(found + edges[d][d] + out.high[d],
                          [&](double high) { return (high - out.high[d]) - found == edges[d][d]; });
  }
}

class DumpReader : public FrameReader {
 public:
  DumpReader(const std::string& path, const ReadOptions& options) : text_(path), names_(options.species), periodic_(options.periodic) {}

  std::optional<StructureFrame> next() override {
    if (!read_head()) return std::nullopt;
    read_atoms();
    return std::move(frame_);
  }

  std::optional<FrameMoment> pass_over() override {
    if (!read_head()) return std::nullopt;
    for (std::int64_t k = 0; k < atoms_; ++k) require_atom_line(k);
    return FrameMoment{frame_.step, frame_.time_ps};
  }

 private:
  // Up to the line ITEM: ATOMS; false after the last frame.
  bool read_head() {
    if (!skip_blank_lines()) {
      if (frames_ == 0) text_.fail("the file is empty: no frame of a LAMMPS dump");
      return false;
    }
    frame_ = {};
    atoms_ = -1;
    has_step_ = has_box_ = false;
    for (;;) {
      const std::string item(expect_item());
      if (item.rfind("ATOMS", 0) == 0) break;
      read_item(item);
      text_.require_line("the next ITEM of this frame");
    }
    if (!has_step_ || atoms_ < 0 || !has_box_)
      text_.fail("ITEM: TIMESTEP, NUMBER OF ATOMS and BOX BOUNDS must stand before ITEM: ATOMS");
    ++frames_;
    return true;
  }

  void require_atom_line(std::int64_t k) { text_.require_line(fmt::format("atom {} of {}", k + 1, atoms_)); }

  bool skip_blank_lines() {
    while (text_.next_line())
      if (!text_.words().empty()) return true;
    return false;
  }

  std::string_view expect_item() {
    constexpr std::string_view mark = "ITEM: ";
    if (text_.line().substr(0, mark.size()) != mark)
      text_.fail(fmt::format(
          "line is {}, must begin with \"ITEM: \" (or the frame holds more atoms than it announces)",
          in_quotes(text_.line())));
    return text_.line().substr(mark.size());
  }

  void read_item(const std::string& item) {
    if (item.rfind("BOX BOUNDS", 0) == 0) return read_box(item);
    text_.require_line("the value of " + item);
    const auto& words = text_.words();
    if (words.size() != 1) text_.fail(fmt::format("{} is {}, must be one word", item, in_quotes(text_.line())));
    if (item == "TIMESTEP") {
      frame_.step = text_.integer(words[0], "timestep", 0, INT64_MAX);
      has_step_ = true;
    } else if (item == "NUMBER OF ATOMS") {
      atoms_ = text_.atom_count(words[0]);
    } else if (item == "TIME") {
      frame_.time_ps = text_.number(words[0], "time");
    } else if (item == "UNITS") {
      if (words[0] != "metal")
        text_.fail(fmt::format("units are {}, must be metal (Angstrom, ps)", in_quotes(words[0])));
    } else {
      text_.fail(
          fmt::format("unknown ITEM {}, allowed: UNITS, TIME, TIMESTEP, NUMBER OF ATOMS, BOX BOUNDS, ATOMS",
                      in_quotes(item)));
    }
  }

  // "BOX BOUNDS [xy xz yz | abc origin] [pp pp pp]".
  void read_box(const std::string& item) {
    const bool general = item.find("abc origin") != std::string::npos;
    const bool tilted = item.find("xy xz yz") != std::string::npos;
    const std::vector<std::string_view> words = text_.words();
    const std::size_t flags = general ? 5 : tilted ? 6 : 3;
    if (words.size() != flags && words.size() != flags + 3)
      text_.fail(
          fmt::format("line is {}, must be ITEM: BOX BOUNDS [xy xz yz] pp pp pp", in_quotes(text_.line())));
    std::optional<std::array<bool, 3>> stated;
    if (words.size() > flags)
      stated = {is_periodic(words[flags]), is_periodic(words[flags + 1]), is_periodic(words[flags + 2])};
    const auto periodic = settle_boundary(text_.place(), stated, periodic_);
    double row[3][4] = {};
    const std::size_t columns = general ? 4 : tilted ? 3 : 2;
    for (auto& values : row) {
      text_.require_line("a line of the box");
      const auto& numbers = text_.words();
      if (numbers.size() != columns)
        text_.fail(fmt::format("line of the box is {}, must be {} numbers", in_quotes(text_.line()), columns));
      for (std::size_t k = 0; k < columns; ++k) values[k] = text_.number(numbers[k], "box bound");
    }
    frame_.structure.box = general ? general_box(row, periodic) : bounded_box(row, periodic);
    has_box_ = true;
  }

  // p: periodic; f, s, m: free.
  bool is_periodic(std::string_view word) const {
    constexpr std::string_view kinds = "pfsm";
    const bool known =
        word.size() == 2 && kinds.find(word[0]) != kinds.npos && kinds.find(word[1]) != kinds.npos;
    if (!known || (word[0] == 'p') != (word[1] == 'p'))
      text_.fail(fmt::format("boundary is {}, must be pp, or two of f, s, m", in_quotes(word)));
    return word[0] == 'p';
  }

  Box general_box(const double row[3][4], const std::array<bool, 3>& periodic) const {
    Mat3 edges;
    Vec3 origin;
    for (int i = 0; i < 3; ++i) {
      for (int d = 0; d < 3; ++d) edges[i][d] = row[i][d];
      origin[i] = row[i][3];
    }
    return box_at(text_, edges, origin, periodic);
  }

  Box bounded_box(const double row[3][4], const std::array<bool, 3>& periodic) const {
    LammpsCell cell;
    for (int d = 0; d < 3; ++d) {
      cell.tilt[d] = row[d][2];
      cell.low[d] = row[d][0];
      cell.high[d] = row[d][1];
    }
    remove_overhang(cell);
    return box_at(text_, cell.edges(), cell.low, periodic);
  }

  // The present line is "ITEM: ATOMS id type ...".
  Columns read_columns() {
    const std::vector<std::string_view> words = text_.words();
    const auto place = [&](const std::string& name) {
      const auto found = std::find(words.begin() + 2, words.end(), name);
      return found == words.end() ? -1 : static_cast<int>(found - words.begin()) - 2;
    };
    const auto all_of = [&](int(&at)[3], const char* prefix, const char* suffix) {
      for (int d = 0; d < 3; ++d) at[d] = place(std::string(prefix) + "xyz"[d] + suffix);
      return at[0] >= 0 && at[1] >= 0 && at[2] >= 0;
    };
    Columns columns;
    columns.count = static_cast<int>(words.size()) - 2;
    columns.id = place("id");
    columns.type = place("type");
    columns.element = place("element");
    const bool images = all_of(columns.image, "i", "");
    if (!all_of(columns.velocity, "v", "")) columns.velocity[0] = -1;
    const std::vector<const char*> order =
        images ? std::vector<const char*>{"", "s", "u", "su"} : std::vector<const char*>{"u", "su", "", "s"};
    const char* chosen = nullptr;
    for (const char* suffix : order)
      if (chosen == nullptr && all_of(columns.position, "", suffix)) chosen = suffix;
    if (columns.id < 0 || (columns.type < 0 && columns.element < 0) || chosen == nullptr)
      text_.fail(fmt::format(
          "columns are {}; needed: id, type or element, and x y z, xs ys zs, xu yu zu or xsu ysu zsu",
          in_quotes(text_.line().substr(std::min<std::size_t>(12, text_.line().size())))));
    columns.scaled = chosen[0] == 's';
    columns.unwrapped = chosen[0] == 'u' || std::string_view(chosen) == "su";
    if (!images || columns.unwrapped) columns.image[0] = -1;
    return columns;
  }

  void read_atoms() {
    const Columns columns = read_columns();
    frame_.unwrapped = columns.unwrapped;
    const std::int64_t first_line = text_.line_number() + 1;
    for (std::int64_t k = 0; k < atoms_; ++k) {
      require_atom_line(k);
      read_atom(columns, text_.words());
    }
    names_.complete(text_, frame_.structure);
    sort_atoms(text_, frame_.structure, first_line);
  }

  void read_atom(const Columns& columns, const std::vector<std::string_view>& words) {
    Structure& structure = frame_.structure;
    if (static_cast<int>(words.size()) != columns.count)
      text_.fail(fmt::format("line {} has {} words, must be {} (atom {} of {})", in_quotes(text_.line()),
                             words.size(), columns.count, structure.size() + 1, atoms_));
    const auto three = [&](const int(&at)[3]) {
      return std::array<std::string_view, 3>{words[at[0]], words[at[1]], words[at[2]]};
    };
    structure.id.push_back(text_.integer(words[columns.id], "atom id", 1, INT64_MAX));
    structure.type.push_back(type_of(columns, words));
    const Vec3 place = text_.vector(three(columns.position).data(), "position");
    structure.position.push_back(columns.scaled ? structure.box.to_cartesian(place) : place);
    check_position(text_, structure.box, structure.position.back());
    if (columns.image[0] >= 0) structure.image.push_back(text_.images(three(columns.image).data()));
    if (columns.velocity[0] >= 0)
      structure.velocity.push_back(text_.vector(three(columns.velocity).data(), "velocity"));
  }

  int type_of(const Columns& columns, const std::vector<std::string_view>& words) {
    if (columns.element < 0) return names_.of_number(text_, words[columns.type]);
    if (columns.type < 0) return names_.of_symbol(text_, words[columns.element]);
    return names_.of_both(text_, words[columns.type], words[columns.element]);
  }

  TextReader text_;
  TypeNames names_;
  std::optional<std::array<bool, 3>> periodic_;
  StructureFrame frame_;
  std::int64_t atoms_ = -1, frames_ = 0;
  bool has_step_ = false, has_box_ = false;
};

class DumpWriter : public FrameWriter {
 public:
  DumpWriter(const std::string& path, bool overwrite) : file_(path, overwrite) {}

  void write(const StructureFrame& frame) override {
    const Structure structure = in_lammps_orientation(frame.structure);
    std::string text = first_ ? "ITEM: UNITS\nmetal\n" : "";
    first_ = false;
    const auto out = std::back_inserter(text);
    if (frame.time_ps) fmt::format_to(out, "ITEM: TIME\n{}\n", *frame.time_ps);
    fmt::format_to(out, "ITEM: TIMESTEP\n{}\nITEM: NUMBER OF ATOMS\n{}\n", frame.step, structure.size());
    write_box(text, structure.box);
    const bool velocities = !structure.velocity.empty();
    fmt::format_to(out, "ITEM: ATOMS id type element x y z ix iy iz{}\n", velocities ? " vx vy vz" : "");
    for (std::size_t k = 0; k < structure.size(); ++k) {
      const int type = structure.type[k];
      const Vec3& r = structure.position[k];
      const std::array<int, 3> image = structure.image.empty() ? std::array<int, 3>{} : structure.image[k];
      fmt::format_to(out, "{} {} {} {} {} {} {}", structure.id[k], type + 1, structure.species[type], r[0],
                     r[1], r[2], fmt::join(image, " "));
      if (velocities) fmt::format_to(out, " {}", fmt::join(structure.velocity[k].v, " "));
      text += '\n';
    }
    file_.write(text);
  }

  void finish() override { file_.finish(); }

 private:
  static void write_box(std::string& text, const Box& box) {
    LammpsCell cell = lammps_cell(box);
    const bool tilted = cell.is_tilted();
    add_overhang(cell, box.edges());
    text += tilted ? "ITEM: BOX BOUNDS xy xz yz" : "ITEM: BOX BOUNDS";
    for (int d = 0; d < 3; ++d) text += box.periodic(d) ? " pp" : " ff";
    for (int d = 0; d < 3; ++d) {
      fmt::format_to(std::back_inserter(text), "\n{} {}", cell.low[d], cell.high[d]);
      if (tilted) fmt::format_to(std::back_inserter(text), " {}", cell.tilt[d]);
    }
    text += '\n';
  }

  TextWriter file_;
  bool first_ = true;
};

}  // namespace

std::unique_ptr<FrameReader> open_lammps_dump(const std::string& path, const ReadOptions& options) {
  return std::make_unique<DumpReader>(path, options);
}

std::unique_ptr<FrameWriter> create_lammps_dump(const std::string& path, bool overwrite) {
  return std::make_unique<DumpWriter>(path, overwrite);
}

}  // namespace patina
