// SPDX-License-Identifier: BSD-3-Clause
// Truth: h5py and MDAnalysis (programs we did not write) read our files and find the atoms that were put in;
// and files as other programs write them, made by h5py.
#include "md/trajectory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/error.hpp"
#include "python.hpp"
#include "shared_scratch.hpp"
#include "storage_sample.hpp"

namespace patina {
namespace {

namespace fs = std::filesystem;
using test::SharedScratch;
using test::structure_at;
using test::system_of;

void observe(TrajectoryWriter& writer, const Comm& comm, const Structure& structure, std::int64_t step) {
  const System system = system_of(comm, structure, step);
  writer.observe(frame_of(system));
}

// Raw doubles for numpy.fromfile.
void dump(const std::string& path, const std::vector<Structure>& frames) {
  std::ofstream file(path, std::ios::binary);
  for (const Structure& s : frames) {
    auto put = [&](const double* values, std::size_t n) {
      file.write(reinterpret_cast<const char*>(values), static_cast<std::streamsize>(n * sizeof(double)));
    };
    put(&s.box.edges().m[0][0], 9);
    put(s.box.origin().v, 3);
    for (std::size_t k = 0; k < s.size(); ++k) {
      const Vec3 unwrapped = s.position[k] + s.box.translation(s.image[k].data());
      put(unwrapped.v, 3);
      put(s.velocity[k].v, 3);
    }
  }
}

const char* const read_with_python = R"(
import sys
import numpy as np, h5py
try:
    import MDAnalysis
    from MDAnalysis.lib.mdamath import triclinic_box
except ImportError:
    sys.exit('install python3-mdanalysis (scripts/setup --all)')
atoms, steps = int(sys.argv[1]), [int(s) for s in sys.argv[2].split(',')]
def check(path, raw, real):
    data = np.fromfile(raw).reshape(len(steps), 12 + 6 * atoms)
    edges, origin = data[:, :9].reshape(-1, 3, 3), data[:, 9:12]
    unwrapped, velocity = data[:, 12:].reshape(len(steps), atoms, 6)[..., :3], data[:, 12:].reshape(len(steps), atoms, 6)[..., 3:]
    f = h5py.File(path, 'r')
    g = f['particles/trajectory']
    assert list(f['h5md'].attrs['version']) == [1, 1] and f['h5md/author'].attrs['name'] == b'N/A'
    assert f['h5md/creator'].attrs['name'] == b'Patina' and f['h5md/creator'].attrs['version'].decode()[0].isdigit()
    assert f['particles/all'] == g
    assert g['box'].attrs['dimension'] == 3 and list(g['box'].attrs['boundary']) == [b'periodic', b'periodic', b'none']
    p = g['position']
    assert p['step'].shape == (len(steps),) and list(p['step']) == steps and np.array_equal(p['time'][:], 0.002 * np.array(steps))
    for element in ('box/edges', 'image', 'velocity'):
        assert g[element]['step'] == p['step'] and g[element]['time'] == p['time'], element
    assert p['time'].attrs['unit'] == 'ps' and p['value'].attrs['unit'] == 'Angstrom'
    assert g['velocity/value'].attrs['unit'] == 'Angstrom ps-1' and g['box/edges/value'].attrs['unit'] == 'Angstrom'
    assert np.array_equal(g['box/edges/value'][:], edges) and np.array_equal(g['box/origin/value'][:], origin)
    assert g['species'].shape == (atoms,) and list(g['species'][:]) == [(29, 40, 13)[k % 3] for k in range(atoms)]
    assert p['value'].dtype == real and g['image/value'].dtype == 'i4'
    assert np.array_equal(g['velocity/value'][:], velocity.astype(real))
    tolerance = 5e-6 if real == 'f4' else 1e-13
    for k in range(len(steps)):
        fractional = (p['value'][k].astype('f8') - origin[k]) @ np.linalg.inv(edges[k])
        assert fractional[:, :2].min() > -1e-6 and fractional[:, :2].max() < 1 + 1e-6
        back = p['value'][k] + g['image/value'][k] @ edges[k]
        assert np.abs(back - unwrapped[k]).max() < 20 * tolerance, np.abs(back - unwrapped[k]).max()
    assert f['parameters/config_json'][()] == b'{"a": 1}'
    v = f['parameters/vmd_structure']
    assert list(v['indexOfSpecies']) == [29, 40, 13] and list(v['name']) == [b'Cu', b'Zr', b'Al'] and v['mass'][1] == 91.224
    wrapped = [p['value'][k] for k in range(len(steps))]
    f.close()
    u = MDAnalysis.Universe(path)
    assert u.trajectory.n_frames == len(steps) and len(u.atoms) == atoms
    for k, ts in enumerate(u.trajectory):
        assert ts.data['step'] == steps[k] and abs(ts.time - 0.002 * steps[k]) < 1e-12
        assert np.array_equal(ts.positions, wrapped[k].astype('f4')), 'positions'
        assert np.array_equal(ts.velocities, velocity[k].astype('f4')), 'velocities'
        assert np.allclose(ts.dimensions, triclinic_box(*edges[k]), rtol=1e-6), (ts.dimensions, triclinic_box(*edges[k]))
for real in sys.argv[5:]: check(f'{sys.argv[3]}/{real}/seg_000000.h5md', sys.argv[4], real)
)";

TEST(Trajectory, MdAnalysisAndH5pyFindTheAtoms) {
  const Comm world = Comm::world();
  const SharedScratch folder(world);
  const std::int64_t atoms = 101;
  std::vector<Structure> frames;
  for (const bool doubles : {false, true}) {
    TrajectoryWriter writer(world, {.folder = folder / (doubles ? "f8" : "f4"),
                                    .interval_steps = 10,
                                    .velocities = true,
                                    .double_precision = doubles,
                                    .config_json = "{\"a\": 1}"});
    EXPECT_TRUE(writer.due(0));
    EXPECT_TRUE(writer.due(20));
    EXPECT_FALSE(writer.due(25));
    frames.clear();
    for (const std::int64_t step : {0, 10, 20, 40}) {
      frames.push_back(structure_at(atoms, step));
      observe(writer, world, frames.back(), step);
    }
    writer.finish();
  }
  if (!world.is_root()) return;
  dump(folder / "truth.raw", frames);
  const auto python =
      test::run_python(folder / "check.py", read_with_python,
                       "101 0,10,20,40 " + folder.path() + " " + (folder / "truth.raw") + " f4 f8");
  EXPECT_EQ(python.status, 0) << python.output;
}

void expect_same(const StructureFrame& frame, const Structure& truth, std::int64_t step) {
  const Structure& s = frame.structure;
  EXPECT_EQ(frame.step, step);
  EXPECT_EQ(frame.time_ps, 0.002 * static_cast<double>(step));
  EXPECT_EQ(s.box, truth.box);
  EXPECT_EQ(s.species, truth.species);
  EXPECT_EQ(s.mass, truth.mass);
  EXPECT_EQ(s.id, truth.id);
  EXPECT_EQ(s.type, truth.type);
  EXPECT_EQ(s.velocity, truth.velocity);
  ASSERT_EQ(s.size(), truth.size());
  for (std::size_t k = 0; k < s.size(); ++k) {
    const Vec3 error = s.position[k] + s.box.translation(s.image[k].data()) - truth.position[k] -
                       truth.box.translation(truth.image[k].data());
    EXPECT_LT(norm(error), 2e-14 * 100.0);  // a few roundings of numbers up to 100 A
  }
}

TEST(Trajectory, SegmentsReadAsOneTrajectory) {
  const Comm world = Comm::world();
  const SharedScratch folder(world);
  const std::int64_t atoms = 50;
  const TrajectoryOptions options{.folder = folder / "trajectory",
                                  .velocities = true,
                                  .double_precision = true,
                                  .segment_bytes = 3 * 50 * 60};  // three frames of 60 bytes per atom
  {
    TrajectoryWriter writer(world, options);
    for (std::int64_t step = 0; step < 8; ++step) observe(writer, world, structure_at(atoms, step), step);
    writer.finish();
  }
  TrajectoryWriter writer(world,
                          options);  // the next protocol step begins with the frame the last one ended on
  for (std::int64_t step = 7; step < 10; ++step) observe(writer, world, structure_at(atoms, step), step);
  observe(writer, world, structure_at(atoms, 9), 9);
  writer.finish();
  if (!world.is_root()) return;
  EXPECT_EQ(trajectory_segments(options.folder).size(), 4u);
  for (const auto& path : {folder.path(), options.folder}) {
    const auto reader = open_h5md(path);
    for (std::int64_t step = 0; step < 10; ++step) {
      const auto frame = reader->next();
      ASSERT_TRUE(frame) << step;
      expect_same(*frame, structure_at(atoms, step), step);
    }
    EXPECT_FALSE(reader->next());
    EXPECT_FALSE(reader->next());
  }
}

TEST(Trajectory, AChangeOfTypesBeginsANewSegment) {
  const Comm world = Comm::world();
  const SharedScratch folder(world);
  TrajectoryWriter writer(world,
                          {.folder = folder / "trajectory", .velocities = true, .double_precision = true});
  Structure swapped = structure_at(30, 2);
  std::swap(swapped.type[3], swapped.type[4]);
  observe(writer, world, structure_at(30, 1), 1);
  observe(writer, world, swapped, 2);
  writer.finish();
  if (!world.is_root()) return;
  EXPECT_EQ(trajectory_segments(folder / "trajectory").size(), 2u);
  const auto reader = open_h5md(folder.path());
  expect_same(*reader->next(), structure_at(30, 1), 1);
  expect_same(*reader->next(), swapped, 2);
}

TEST(Trajectory, AResumedRunWritesEveryFrameOnce) {
  const Comm world = Comm::world();
  const SharedScratch folder(world);
  const TrajectoryOptions options{.folder = folder / "trajectory",
                                  .velocities = true,
                                  .double_precision = true,
                                  .segment_bytes = 2 * 20 * 60};
  Log log(false);
  StateMap state;
  {
    TrajectoryWriter writer(world, options);
    for (std::int64_t step = 0; step <= 2; ++step) observe(writer, world, structure_at(20, step), step);
    writer.save(state);  // the checkpoint: segments 0 and 1
    for (std::int64_t step = 3; step <= 7; ++step) observe(writer, world, structure_at(20, step), step);
  }  // lost here, with segments 2 and 3 closed and one unfinished
  set_aside_segments(world, options.folder, {segment_name(0), segment_name(1)}, log);
  TrajectoryWriter writer(world, options);
  writer.load(state);
  for (std::int64_t step = 2; step <= 5; ++step) observe(writer, world, structure_at(20, step), step);
  writer.finish();
  if (!world.is_root()) return;
  EXPECT_EQ(trajectory_segments(options.folder).size(), 4u);
  for (const char* orphan : {"seg_000002.h5md", "seg_000003.h5md", "seg_000004.h5md.tmp"})
    EXPECT_TRUE(fs::exists(options.folder + "/orphans/" + orphan)) << orphan;
  const auto reader = open_h5md(folder.path());
  for (std::int64_t step = 0; step <= 5; ++step) EXPECT_EQ(reader->next()->step, step);
  EXPECT_FALSE(reader->next());
}

TEST(Trajectory, NothingIsOverwritten) {
  const Comm world = Comm::world();
  const SharedScratch folder(world);
  TrajectoryWriter writer(world, {.folder = folder / "trajectory", .velocities = true});
  observe(writer, world, structure_at(5, 0), 0);
  if (world.is_root()) std::ofstream(folder / "trajectory/seg_000000.h5md") << "somebody else's";
  world.barrier();
  try {
    writer.finish();
    ADD_FAILURE() << "overwrote a file";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::cannot_create) << error.what();
  }
}

std::string error_of(const std::string& path) {
  try {
    const auto reader = open_h5md(path);
    while (reader->next()) continue;
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(H5mdReader, ReadsWhatOtherProgramsWrite) {
  if (!Comm::world().is_root()) return;
  const test::ScratchFolder folder;
  // GROMACS-like: group "system", nm, matrix edges; LAMMPS-like: vector edges per frame, no units, sorted by
  // nothing.
  const auto python = test::run_python(folder / "write.py", R"(
import h5py, numpy as np, sys
x = np.arange(24.0).reshape(2, 4, 3)
with h5py.File(sys.argv[1] + '/gromacs.h5md', 'w') as f:
    g = f.create_group('particles/system'); b = g.create_group('box')
    b.attrs['dimension'] = 3; b.attrs['boundary'] = np.array([b'periodic'] * 3)
    b['edges'] = np.diag([3.0, 4.0, 5.0]); b['edges'].attrs['unit'] = 'nm'
    p = g.create_group('position'); p['step'] = 50; p['step'].attrs['offset'] = 100; p['time'] = 0.1; p['time'].attrs['unit'] = 'ns'
    p['value'] = x; p['value'].attrs['unit'] = 'nm'
    g['species'] = np.array([40, 29, 29, 40], 'i2'); g['id'] = np.array([3, 1, 2, 4])
with h5py.File(sys.argv[1] + '/lammps.h5md', 'w') as f:
    g = f.create_group('particles/all'); b = g.create_group('box'); b.attrs['boundary'] = ['periodic', 'periodic', 'none']
    b['edges/value'] = np.array([[9.0, 9, 9], [9.5, 9, 9]])
    p = g.create_group('position'); p['step'] = [0, 10]; p['value'] = x.astype('f4')
    g['species/value'] = np.array([[101, 102, 101, 101]] * 2, 'i4')
def broken(name, change):
    with h5py.File(sys.argv[1] + '/lammps.h5md') as f, h5py.File(sys.argv[1] + '/' + name, 'w') as h:
        f.copy('particles', h); change(h['particles/all'])
def drop(key): return lambda g: g.__delitem__(key)
broken('no_species.h5md', drop('species')); broken('no_position.h5md', drop('position/value'))
broken('no_box.h5md', drop('box')); broken('no_step.h5md', drop('position/step'))
def put(key, value):
    def change(g): del g[key]; g[key] = value
    return change
broken('short_step.h5md', put('position/step', [1])); broken('flat.h5md', put('position/value', np.zeros((2, 4, 2))))
broken('text.h5md', put('position/value', np.array([b'a']))); broken('few_species.h5md', put('species/value', np.ones((2, 3), 'i4')))
def nan(g): g['box/edges/value'][0, 0] = np.nan
broken('nan_box.h5md', nan)
def unit(g): g['position/value'].attrs['unit'] = 'furlong'
broken('furlong.h5md', unit)
def side(g): g['box'].attrs['boundary'] = ['open', 'periodic', 'periodic']
broken('boundary.h5md', side); broken('empty.h5md', lambda g: g.parent.__delitem__('all'))
with h5py.File(sys.argv[1] + '/nothing.h5md', 'w') as f: pass
)",
                                       folder.path());
  ASSERT_EQ(python.status, 0) << python.output;
  const auto gromacs = open_h5md(folder / "gromacs.h5md");
  const auto first = gromacs->next();
  EXPECT_EQ(first->step, 100);
  EXPECT_EQ(gromacs->next()->step, 150);
  const Structure& s = first->structure;
  EXPECT_EQ(s.species, (std::vector<std::string>{"Cu", "Zr"}));
  EXPECT_EQ(s.id, (std::vector<std::int64_t>{1, 2, 3, 4}));
  EXPECT_EQ(s.type, (std::vector<int>{0, 0, 1, 1}));
  EXPECT_EQ(s.position[0], (Vec3{{30, 40, 50}}));  // row 1 is the atom of id 1
  EXPECT_EQ(s.box, Box::orthogonal({{30, 40, 50}}));
  EXPECT_DOUBLE_EQ(*first->time_ps, 0.0);
  const auto lammps = open_h5md(folder / "lammps.h5md", {.species = {"Ni", "Al"}});
  lammps->next();
  const auto second = lammps->next();
  EXPECT_EQ(second->structure.species, (std::vector<std::string>{"Ni", "Al"}));
  EXPECT_FALSE(second->time_ps);
  EXPECT_EQ(second->structure.position[3], (Vec3{{21, 22, 23}}));
  EXPECT_EQ(second->structure.box, Box::orthogonal({{9.5, 9, 9}}, {true, true, false}));
  for (const char* name : {"no_species", "no_position", "no_box", "no_step", "short_step", "flat", "text",
                           "few_species", "nan_box", "furlong", "boundary", "empty", "nothing"})
    EXPECT_NE(error_of(folder / (std::string(name) + ".h5md")).find(name), std::string::npos)
        << name << ": " << error_of(folder / (std::string(name) + ".h5md"));
}

TEST(H5mdWriter, ConvertsFramesAndKeepsWhatIsThere) {
  if (!Comm::world().is_root()) return;
  const test::ScratchFolder folder;
  for (const bool overwrite : {false, true}) {
    const auto writer = create_h5md(folder / "out.h5md", overwrite, true);
    for (std::int64_t step = 0; step < 3; ++step)
      writer->write({structure_at(12, step), step, 0.002 * static_cast<double>(step)});
    EXPECT_EQ(fs::exists(folder / "out.h5md"), overwrite);
    writer->finish();
    const auto reader = open_h5md(folder / "out.h5md");
    for (std::int64_t step = 0; step < 3; ++step) expect_same(*reader->next(), structure_at(12, step), step);
  }
  EXPECT_THROW(create_h5md(folder / "out.h5md"), Error);
  // By the general functions, in the default precision.
  write_structure(folder / "one.h5md", {structure_at(12, 4), 4, 0.008});
  const auto frame = read_structure(folder / "one.h5md");
  EXPECT_EQ(frame.step, 4);
  EXPECT_EQ(frame.structure.velocity.size(), 12u);
}

}  // namespace
}  // namespace patina
