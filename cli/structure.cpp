// SPDX-License-Identifier: BSD-3-Clause
// patina structure FILE [--radical] [--face-threshold X] [--since first|previous|FILE] [--output out.json] [--per-atom out.xyz]
// Voronoi cells, icosahedra, bond order, first shells and local deformation of a structure or a trajectory. Rank 0 does the work.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <memory>

#include "cli/finite_number.hpp"
#include "cli/frame_choice.hpp"
#include "cli/python_program.hpp"
#include "cli/verbs.hpp"
#include "core/durable_file.hpp"
#include "core/elements.hpp"
#include "core/on_root.hpp"
#include "md/unwrapper.hpp"
#include "structure/atom_file.hpp"
#include "structure/survey.hpp"
#include "structure/survey_json.hpp"
#include "structure/survey_table.hpp"

namespace patina {
namespace {

struct StructureArguments {
  std::string input, frames, boundary, since, since_frame, unwrap = "auto", output, per_atom, figure;
  std::vector<std::string> species, radii;
  std::optional<double> cutoff_A;
  SurveyOptions survey;
  std::size_t most = 12;
  bool overwrite = false;

  bool compares() const { return !since.empty(); }
  std::string reference_file() const { return since == "first" || since == "previous" ? "" : since; }
};

// "Cu=1.28".
void add_radius(const std::string& text, SurveyOptions& options) {
  const std::size_t sign = text.find('=');
  double radius = 0.0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + std::min(sign, text.size() - 1) + 1, end, radius);
  if (sign == std::string::npos || error != std::errc() || rest != end || !(radius > 0.0 && radius < 10.0))
    throw Error(ExitCode::usage, fmt::format("--radii has \"{}\", must be ELEMENT=RADIUS with 0 < RADIUS < 10 A, as in Cu=1.28,Zr=1.6", text));
  const std::string symbol = text.substr(0, sign);
  element(symbol);
  if (!options.radius_A.emplace(symbol, radius).second) throw Error(ExitCode::usage, fmt::format("--radii names {} twice", symbol));
  options.radical = true;
}

SurveyOptions survey_options(const StructureArguments& arguments) {
  SurveyOptions options = arguments.survey;
  for (const std::string& radius : arguments.radii) add_radius(radius, options);
  options.cutoff_A = arguments.cutoff_A;
  if (arguments.since == "first" || !arguments.reference_file().empty()) options.since = SurveyOptions::Since::first;
  if (arguments.since == "previous") options.since = SurveyOptions::Since::previous;
  return options;
}

// Goes over the frames of a file, with their paths if they are compared.
class Walk {
 public:
  explicit Walk(const StructureArguments& arguments)
      : arguments_(arguments), choice_(parse_frames(arguments.frames)),
        read_{arguments.species, parse_boundary(arguments.boundary), {}}, unwrapper_(unwrapping_of(arguments.unwrap)) {}

  void take_all(StructureSurvey& survey, AtomFile* atoms) {
    const std::string reference = arguments_.reference_file();
    if (!reference.empty()) {
      StructureFrame frame = read_reference(reference);
      follow(frame, reference);
      survey.begin_with(frame);
    }
    const auto reader = open_frames(arguments_.input, read_);
    std::optional<StructureFrame> last;
    std::int64_t number = 0;
    for (; number <= choice_.last; ++number) {
      auto frame = reader->next();
      if (!frame) break;
      const std::string place = fmt::format("{}: frame {} (step {})", arguments_.input, number, frame->step);
      if (follows(number)) follow_same(survey, *frame, place);
      if (choice_.only_last)
        last = std::move(frame);
      else if (choice_.takes(number))
        take(survey, atoms, *frame, number, place);
    }
    if (last) take(survey, atoms, *last, number - 1, fmt::format("{}: frame {} (step {})", arguments_.input, number - 1, last->step));
    if (survey.frames().empty())
      throw Error(ExitCode::usage, fmt::format("--frames {} takes none of the {} frames of {}", arguments_.frames, number, arguments_.input));
    for (const std::string& warning : unwrapper_.take_warnings()) fmt::print("warning: {}\n", warning);
  }

 private:
  // From the first frame that others are compared with.
  bool follows(std::int64_t number) const {
    if (!arguments_.reference_file().empty()) return true;
    return arguments_.compares() && number >= choice_.first && !choice_.only_last;
  }

  template <class Work>
  static void at_place(const std::string& place, const Work& work) {
    try {
      work();
    } catch (const Error& error) {
      if (error.code() != ExitCode::bad_input) throw;
      throw Error(error.code(), fmt::format("{}: {}", place, error.what()));
    }
  }

  void follow_same(const StructureSurvey& survey, StructureFrame& frame, const std::string& place) {
    at_place(place, [&] { survey.require_same_atoms(frame.structure); });
    follow(frame, place);
  }

  // Files may tell paths in different ways, by image flags or by unwrapped positions: both become the latter.
  void follow(StructureFrame& frame, const std::string& place) {
    Structure& sample = frame.structure;
    if (!arguments_.reference_file().empty() && !sample.image.empty()) {
      for (std::size_t i = 0; i < sample.size(); ++i) sample.position[i] += sample.box.translation(sample.image[i].data());
      sample.image.clear();
      frame.unwrapped = true;
    }
    unwrapper_.follow(frame, place);
  }

  StructureFrame read_reference(const std::string& path) const {
    ReadOptions read = read_;
    if (!arguments_.since_frame.empty()) read.frame = arguments_.since_frame == "last" ? last_frame : std::stoll(arguments_.since_frame);
    return read_structure(path, read);
  }

  void take(StructureSurvey& survey, AtomFile* atoms, const StructureFrame& frame, std::int64_t number, const std::string& place) const {
    at_place(place, [&] { survey.add(frame, number); });
    if (atoms) atoms->write(frame, survey.latest(), number, arguments_.compares());
  }

  const StructureArguments& arguments_;
  const FrameChoice choice_;
  const ReadOptions read_;
  Unwrapper unwrapper_;
};

void survey_structure(const StructureArguments& arguments, const Comm& alone) {
  const IfExists if_exists = arguments.overwrite ? IfExists::replace : IfExists::refuse;
  check_figure(arguments.figure);
  check_outputs({arguments.output, arguments.per_atom, arguments.figure}, {arguments.input, arguments.reference_file()}, if_exists);
  StructureSurvey survey(alone, survey_options(arguments));
  Walk walk(arguments);
  std::optional<AtomFile> atoms;
  if (!arguments.per_atom.empty()) atoms.emplace(arguments.per_atom, arguments.overwrite);
  walk.take_all(survey, atoms ? &*atoms : nullptr);
  if (atoms) atoms->finish();
  fmt::print("{}: {}", arguments.input, survey_table(survey, arguments.most));
  if (!arguments.output.empty()) {
    write_file_durably(arguments.output, survey_json(survey, {arguments.input, arguments.reference_file()}), if_exists);
    fmt::print("\nwrote {}\n", arguments.output);
  }
  if (!arguments.figure.empty()) {
    run_report_program("structure.py", {arguments.output, arguments.figure});
    fmt::print("wrote {}\n", arguments.figure);
  }
  if (atoms) fmt::print("{}wrote {}\n", arguments.output.empty() ? "\n" : "", arguments.per_atom);
}

std::string check_frame(const std::string& text) {
  const bool number = !text.empty() && text.size() < 18 && text.find_first_not_of("0123456789") == std::string::npos;
  return number || text == "last" ? "" : "'" + text + "' must be last or a number from 0";
}

}  // namespace

void add_structure(CLI::App& app, const Comm& world) {
  auto* verb = app.add_subcommand("structure", "Voronoi cells, icosahedra, crystallisation, first shells and local deformation of a sample");
  auto arguments = std::make_shared<StructureArguments>();
  SurveyOptions& survey = arguments->survey;
  verb->add_option("input", arguments->input, "LAMMPS data or dump, extended XYZ (these also gzipped), H5MD, or a run folder")->required();
  verb->add_option("--species", arguments->species, "Element of type 1, 2, ...: Cu,Zr")->delimiter(',');
  verb->add_option("--frames", arguments->frames, "N, FIRST:LAST, FIRST:LAST:EVERY (from 0, LAST included) or last; else all");
  verb->add_option("--boundary", arguments->boundary,
                   "Periodic p or free f along x, y, z, which the file must not contradict; else as the file says, or ppp");
  verb->add_flag("--radical", survey.radical, "Radical (power) cells with radii of the elements, instead of Voronoi's");
  verb->add_option("--radii", arguments->radii, "Radii (A) for radical cells, e.g. Cu=1.28,Zr=1.6; else 12-coordinate metallic radii")->delimiter(',');
  verb->add_option("--face-threshold", survey.face_threshold, "Leave out faces of less than this fraction of their cell's area")
      ->check(CLI::Range(0.0, 0.5))
      ->check(finite_number())
      ->capture_default_str();
  verb->add_option("--crystal-order", survey.crystal_order, "qbar_6 from which an atom counts as crystalline")->check(CLI::Range(0.0, 1.0))->check(finite_number())->capture_default_str();
  auto* since = verb->add_option("--since", arguments->since, "Local deformation since the first frame (first), the one before (previous), or the structure in a FILE");
  verb->add_option("--since-frame", arguments->since_frame, "Of a FILE with several frames: last or N (from 0)")->needs(since)->check(check_frame);
  verb->add_option("--cutoff", arguments->cutoff_A, "Neighbours for deformations (A); else up to the first minimum of g(r)")
      ->needs(since)
      ->check(CLI::Range(0.1, 20.0))
      ->check(finite_number());
  verb->add_option("--event-threshold", survey.event_d2_min_A2, "D2_min (A^2) from which an atom rearranges")
      ->needs(since)
      ->check(CLI::NonNegativeNumber)
      ->check(finite_number())
      ->capture_default_str();
  verb->add_option("--unwrap", arguments->unwrap, "How atoms are followed through faces of the cell: auto, as_is or minimum_image (docs/scatter.md)")
      ->needs(since)
      ->check(CLI::IsMember({"auto", "as_is", "minimum_image"}))
      ->capture_default_str();
  verb->add_option("--most", arguments->most, "How many indices of each species are printed; the file has all")->capture_default_str();
  auto* output = verb->add_option("--output,-o,--json", arguments->output, "File for all figures (JSON)");
  verb->add_option("--figure", arguments->figure, "File for a drawing of them (PNG, PDF or SVG by its name)")->needs(output);
  verb->add_option("--per-atom", arguments->per_atom, "File for those of each atom in each frame: .xyz, .extxyz or .csv");
  verb->add_flag("--overwrite", arguments->overwrite, "Replace these files if they are there");
  verb->callback([arguments, &world] {
    const Comm alone = Comm::split(world, world.rank());
    on_root(world, [&] { survey_structure(*arguments, alone); });
  });
}

}  // namespace patina
