// SPDX-License-Identifier: BSD-3-Clause
// Truth: what h5py (an independent reader) finds in our files, and what it writes that we must refuse or
// read.
#include "core/hdf5.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <limits>
#include <thread>

#include "core/error.hpp"
#include "core/nexus.hpp"
#include "core/packed_chunk.hpp"
#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

using test::run_python;
using test::ScratchFolder;

// The message of the Error that `work` throws, "code: message"; empty if it throws none.
template <class Work>
std::string error_of(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return std::to_string(static_cast<int>(error.code())) + ": " + error.what();
  }
  return "";
}

void expect_error(const std::string& error, ExitCode code, const std::vector<std::string>& words) {
  EXPECT_EQ(error.substr(0, 2), std::to_string(static_cast<int>(code))) << error;
  for (const auto& word : words)
    EXPECT_NE(error.find(word), std::string::npos) << '"' << word << "\" is not in: " << error;
}

TEST(Hdf5, PythonReadsEveryType) {
  const ScratchFolder folder;
  const std::string path = folder / "types.h5";
  for (const h5::Format format : {h5::Format::widely_readable, h5::Format::checksummed}) {
    std::filesystem::remove(path);
    auto file = h5::File::create(path, format);
    file.write("/a/b/doubles", std::vector<double>{0.1, -1e300, 5e-324, 0, 1, 2}, {2, 3});
    file.write("/a/floats", std::vector<float>{0.1f, 2.5f}, {2}, {.compress = true, .checksum = true});
    file.write("/a/int32", std::vector<std::int32_t>{-2147483647 - 1, 7});
    file.write("/a/int64", std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min(), 1, 2, 3},
               {1, 2, 2});
    file.write("/a/uint8", std::vector<std::uint8_t>{0, 255});
    file.write("/a/uint16", std::vector<std::uint16_t>{65535});
    file.write("/a/uint32", std::vector<std::uint32_t>{4294967295u});
    file.write("/a/uint64", std::vector<std::uint64_t>{std::numeric_limits<std::uint64_t>::max()});
    file.write("/a/scalar", std::vector<double>{2.5}, {});
    file.write("/a/empty", std::vector<double>{}, {0, 3});
    file.write_text("/text", "Ångström");
    file.write_text("/no_text", "");
    file.write_texts("/texts", {"Cu", "Zr64"});
    file.set_attribute("/", "title", "sample");
    file.set_attribute("/a", "version", std::vector<int>{1, 1});
    file.set_attribute("/a/int32", "number", 2.5);
    file.set_attribute("/a/int32", "fixed", "N/A", h5::Text::fixed_length);
    file.set_attribute("/a/int32", "axes", std::vector<std::string>{"q", "time"});
    file.set_attribute("/a/int32", "sides", std::vector<std::string>{"periodic", "none"},
                       h5::Text::fixed_length);
    file.hard_link("/a/int32", "/b/same");
    file.close();
    const auto python = run_python(folder / "check.py", R"(
import h5py, numpy as np, sys
f = h5py.File(sys.argv[1], 'r')
def same(name, values, dtype):
    d = f[name]; assert d.dtype == dtype, (name, d.dtype); assert np.array_equal(d[()], np.array(values, dtype)), (name, d[()])
same('a/b/doubles', [[0.1, -1e300, 5e-324], [0, 1, 2]], 'f8'); same('a/floats', [0.1, 2.5], 'f4')
assert f['a/floats'].compression == 'gzip' and f['a/floats'].shuffle and f['a/floats'].fletcher32
same('a/int32', [-2**31, 7], 'i4'); same('a/int64', [[[-2**63, 1], [2, 3]]], 'i8'); same('a/uint8', [0, 255], 'u1')
same('a/uint16', [65535], 'u2'); same('a/uint32', [2**32 - 1], 'u4'); same('a/uint64', [2**64 - 1], 'u8')
same('a/scalar', 2.5, 'f8'); assert f['a/scalar'].shape == () and f['a/empty'].shape == (0, 3)
assert f['text'][()].decode() == 'Ångström' and f['no_text'][()] == b'' and list(f['texts'][:]) == [b'Cu', b'Zr64']
assert f.attrs['title'] == 'sample' and list(f['a'].attrs['version']) == [1, 1]
a = f['a/int32'].attrs
assert a['number'] == 2.5 and a['fixed'] == b'N/A' and list(a['axes']) == ['q', 'time'] and list(a['sides']) == [b'periodic', b'none']
assert f['b/same'] == f['a/int32'] and f.get('b/same', getlink=True).__class__ is h5py.HardLink
)",
                                   path);
    EXPECT_EQ(python.status, 0) << python.output;
  }
}

TEST(Hdf5, ReadsBackItsOwnFilesExactly) {
  const ScratchFolder folder;
  const std::string path = folder / "own.h5";
  const std::vector<double> values{0.1, 0.2, -0.0, 1e-308, 3, 4};
  {
    auto file = h5::File::create(path);
    file.write("/g/v", values, {3, 2}, {.compress = true, .checksum = true});
    file.write_text("/config", "{\"a\": 1}");
    file.write_texts("/names", {"Cu", "", "Al"});
    file.set_attribute("/g", "list", std::vector<std::string>{"one", "three"});
    file.set_attribute("/g", "n", std::int64_t{1} << 40);
    file.close();
  }
  auto file = h5::File::open(path);
  EXPECT_EQ(file.read<double>("/g/v", {3, h5::any_size}), values);
  EXPECT_EQ(file.dataset("/g/v", {3, 2}).read_rows<double>(1, 1), (std::vector<double>{-0.0, 1e-308}));
  EXPECT_EQ(file.read_text("/config"), "{\"a\": 1}");
  EXPECT_EQ(file.read_texts("/names"), (std::vector<std::string>{"Cu", "", "Al"}));
  EXPECT_EQ(file.text_attribute("/g", "list"), (std::vector<std::string>{"one", "three"}));
  EXPECT_EQ(file.attribute<std::int64_t>("/g", "n"), std::vector<std::int64_t>{std::int64_t{1} << 40});
  EXPECT_EQ(file.children("/"), (std::vector<std::string>{"config", "g", "names"}));
  EXPECT_TRUE(file.exists("/g/v"));
  EXPECT_FALSE(file.exists("/g/w"));
  EXPECT_FALSE(file.exists("/nothing/at/all"));
  EXPECT_FALSE(file.exists("/g/v/below_a_dataset"));
  file.close();
}

TEST(Hdf5, AppendedRowsFollowEachOther) {
  const ScratchFolder folder;
  auto file = h5::File::create(folder / "rows.h5");
  {
    auto rows = file.create_dataset("/rows", h5::Type::float32, {0, 2, 3}, {.extendable = true});
    auto steps = file.create_dataset("/steps", h5::Type::int64, {0}, {.extendable = true, .compress = true});
    for (int k = 0; k < 5; ++k) {
      rows.append(std::vector<float>(6, static_cast<float>(k)));
      steps.append(std::vector<std::int64_t>{10 * k, 10 * k + 5});
    }
  }
  file.close();
  file = h5::File::open(folder / "rows.h5");
  const auto rows = file.read<float>("/rows", {5, 2, 3});
  for (std::size_t k = 0; k < rows.size(); ++k) EXPECT_EQ(rows[k], static_cast<float>(k / 6));
  EXPECT_EQ(file.read<std::int64_t>("/steps", {10}),
            (std::vector<std::int64_t>{0, 5, 10, 15, 20, 25, 30, 35, 40, 45}));
}

TEST(Hdf5, NeverOverwrites) {
  const ScratchFolder folder;
  std::ofstream(folder / "there.h5") << "precious";
  expect_error(error_of([&] { h5::File::create(folder / "there.h5"); }), ExitCode::cannot_create,
               {"there.h5", "exists already"});
  std::filesystem::create_symlink(folder / "elsewhere", folder / "link.h5");
  expect_error(error_of([&] { h5::File::create(folder / "link.h5"); }), ExitCode::cannot_create, {"link.h5"});
  EXPECT_FALSE(std::filesystem::exists(folder / "elsewhere"));
  expect_error(error_of([&] { h5::File::create(folder / "no/such/folder.h5"); }), ExitCode::cannot_create,
               {"folder.h5", "No such file"});
}

// Headers of objects have no times, which would be whole seconds: also not those of the root and of groups on the way.
TEST(Hdf5, EqualDataMakeEqualFilesAtAnyTime) {
  const ScratchFolder folder;
  std::vector<std::string> bytes;
  for (const char* name : {"first.h5", "second.h5"}) {
    if (!bytes.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    h5::File file = h5::File::create(folder / name);
    file.write("/on/the/way/values", std::vector<int>{1, 2, 3});
    file.write_text("/some/text", "x");
    file.hard_link("/on/the/way/values", "/another/way");
    file.create_group("/a/group");
    file.set_attribute("/a/group", "name", "x");
    file.close();
    bytes.push_back(test::read_text_file(folder / name));
  }
  EXPECT_TRUE(bytes[0] == bytes[1]);
}

TEST(Hdf5, ClosingWithOpenDatasetsIsABug) {
  const ScratchFolder folder;
  auto file = h5::File::create(folder / "open.h5");
  const auto dataset = file.write("/v", std::vector<double>{1.0});
  expect_error(error_of([&] { file.close(); }), ExitCode::internal, {"open.h5"});
}

TEST(Hdf5, RefusesWrongShapesAndTypes) {
  const ScratchFolder folder;
  {
    auto file = h5::File::create(folder / "v.h5");
    file.write("/v", std::vector<double>{1, 2, 3, 4}, {2, 2});
    file.write("/n", std::vector<std::int64_t>{1});
    file.write("/u", std::vector<std::uint32_t>{1});
    file.write_text("/text", "abc");
    file.close();
  }
  const auto file = h5::File::open(folder / "v.h5");
  const auto code = ExitCode::bad_input;
  expect_error(error_of([&] { file.read<double>("/v", {4}); }), code, {"v.h5", "/v", "[2][2]", "[4]"});
  expect_error(error_of([&] { file.read<double>("/v", {2, 3}); }), code, {"[2][2]", "[2][3]"});
  expect_error(error_of([&] { file.read<float>("/v", {2, 2}); }), code, {"float64", "float32"});
  expect_error(error_of([&] { file.read<std::int32_t>("/n", {1}); }), code, {"int64", "int32"});
  expect_error(error_of([&] { file.read<std::int32_t>("/u", {1}); }), code, {"uint32", "int32"});
  expect_error(error_of([&] { file.read<double>("/n", {1}); }), code, {"int64", "float64"});
  expect_error(error_of([&] { file.read<double>("/w", {1}); }), code, {"/w", "missing"});
  expect_error(error_of([&] { file.read<double>("/text", {}); }), code, {"text", "float64"});
  expect_error(error_of([&] { file.read_text("/v"); }), code, {"float64", "text"});
  expect_error(error_of([&] { file.dataset("/v", {2, 2}).read_rows<double>(1, 2); }), code, {"rows 1 to 3"});
  expect_error(error_of([&] { file.text_attribute("/v", "unit"); }), code, {"/v", "unit"});
  EXPECT_EQ(file.read<std::int64_t>("/n", {1}), std::vector<std::int64_t>{1});
}

TEST(Hdf5, RefusesFilesThatAreNot) {
  const ScratchFolder folder;
  expect_error(error_of([&] { h5::File::open(folder / "none.h5"); }), ExitCode::missing_input,
               {"none.h5", "No such file"});
  expect_error(error_of([&] { h5::File::open(folder.path()); }), ExitCode::missing_input, {"not a file"});
  std::ofstream(folder / "text.h5") << "step,time\n1,2\n";
  expect_error(error_of([&] { h5::File::open(folder / "text.h5"); }), ExitCode::bad_input,
               {"text.h5", "not an HDF5 file"});
}

TEST(Hdf5, RefusesTraps) {
  const ScratchFolder folder;
  const std::string path = folder / "traps.h5";
  const auto python = run_python(folder / "write.py", R"(
import h5py, numpy as np, sys
with h5py.File(sys.argv[1] + '.other', 'w') as g: g['data'] = np.arange(4.0)
with h5py.File(sys.argv[1], 'w') as f:
    f['external_link'] = h5py.ExternalLink(sys.argv[1] + '.other', '/data')
    f['soft_link'] = h5py.SoftLink('/real'); f['real'] = np.arange(4.0)
    f['loop'] = h5py.SoftLink('/loop')
    f['folder_link'] = h5py.ExternalLink(sys.argv[1] + '.other', '/')
    f.create_dataset('external_storage', (4,), 'u1', external=[('/etc/passwd', 0, 4)])
    v = h5py.VirtualLayout((4,), 'f8'); v[:] = h5py.VirtualSource(sys.argv[1] + '.other', 'data', (4,))
    f.create_virtual_dataset('virtual', v)
    f.create_dataset('huge', (3000000000,), 'f8', chunks=(1000000,))
    f.create_dataset('bomb', data=np.zeros((512, 1024, 16)), chunks=True, compression='gzip', compression_opts=9)
    f.create_dataset('scaleoffset', data=np.arange(100), scaleoffset=0)
    f.create_dataset('variable', data=['a', 'bc'], dtype=h5py.string_dtype())
    f['nothing'] = h5py.Empty('f8')
    for name, value in dict(null=h5py.Empty('f8'), null_text=h5py.Empty('S4'), none=np.zeros(0), no_text=np.zeros(0, 'S4')).items(): f.attrs[name] = value
)",
                                 path);
  ASSERT_EQ(python.status, 0) << python.output;
  const auto file = h5::File::open(path);
  const auto code = ExitCode::bad_input;
  for (const char* link : {"/external_link", "/soft_link", "/loop", "/folder_link/data"})
    expect_error(error_of([&] { file.read<double>(link, {4}); }), code, {path, "link"});
  expect_error(error_of([&] { file.read<std::uint8_t>("/external_storage", {4}); }), code, {"other files"});
  expect_error(error_of([&] { file.read<double>("/virtual", {4}); }), code, {"virtual"});
  expect_error(error_of([&] { file.read<double>("/huge", {h5::any_size}); }), code,
               {"[3000000000]", "stores 0 bytes"});
  // Filled with zeros, but stored honestly: deflate's own limit is not exceeded.
  EXPECT_EQ(file.read<double>("/bomb", {512, 1024, 16}).size(), 512u * 1024u * 16u);
  expect_error(error_of([&] { file.read<std::int64_t>("/scaleoffset", {100}); }), code, {"filter"});
  // What has no first value is told as such, rather than read as 0 or asked for it.
  expect_error(error_of([&] { file.read<double>("/nothing", {}); }), code, {"/nothing", "holds nothing"});
  for (const char* name : {"null", "none"}) expect_error(error_of([&] { file.attribute<double>("/", name); }), code, {name, "holds nothing"});
  for (const char* name : {"null_text", "no_text"}) expect_error(error_of([&] { file.text_attribute("/", name); }), code, {name, "holds nothing"});
  EXPECT_EQ(file.read<double>("/real", {4}), (std::vector<double>{0, 1, 2, 3}));
  EXPECT_EQ(file.read_texts("/variable"), (std::vector<std::string>{"a", "bc"}));
}

TEST(Hdf5, FullDiskIsAnErrorEveryTime) {
  const ScratchFolder folder;
  const std::string path = folder / "full.h5";
  struct rlimit before {};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  std::string first, second, third;
  {
    auto file = h5::File::create(path);
    auto rows = file.create_dataset("/rows", h5::Type::float64, {0, 1000}, {.extendable = true});
    const struct rlimit small { 1 << 20, before.rlim_max };
    setrlimit(RLIMIT_FSIZE, &small);
    const std::vector<double> row(1000, 1.5);
    for (int k = 0; k < 1000 && first.empty(); ++k) first = error_of([&] { rows.append(row); });
    second = error_of([&] { rows.append(row); });
    third = error_of([&] { file.close(); });
  }
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);
  // The library's chunk cache may hold rows back; at the latest it is the close that tells.
  if (!first.empty()) {
    expect_error(first, ExitCode::io, {path, "/rows", "File too large", "bytes are free"});
    expect_error(second, ExitCode::io, {path, "incomplete"});
  }
  expect_error(third, ExitCode::io, {path});
}

TEST(Nexus, PythonFindsTheDefaultPlot) {
  const ScratchFolder folder;
  const std::string path = folder / "nexus.h5";
  auto file = h5::File::create(path);
  h5::write_nxentry(file, "speckles");
  h5::NxData data;
  data.title = "Intermediate scattering";
  data.signal = {.name = "f",
                 .units = "",
                 .long_name = "f(q, t)",
                 .values = {1, 0.5, 1, 0.25},
                 .dims = {2, 2},
                 .errors = {0, 0.1, 0, 0.2}};
  data.axes = {
      {.name = "q", .units = "1/angstrom", .long_name = "q (1/A)", .values = {2.8, 3.0}},
      {.name = "time", .units = "ps", .long_name = "time (ps)", .values = {0.1, 1}, .logarithmic = true}};
  h5::write_nxdata(file, "/entry/results/isf", data);
  h5::set_default_plot(file, "/entry/results/isf");
  file.close();
  const auto python = run_python(folder / "check.py", R"(
import h5py, json, sys
g = h5py.File(sys.argv[1], 'r')
assert g.attrs['NX_class'] == 'NXroot'
while 'default' in g.attrs: g = g[g.attrs['default']]
assert g.name == '/entry/results/isf' and g.attrs['NX_class'] == 'NXdata', g.name
s = g[g.attrs['signal']]; assert s.shape == (2, 2) and s[1, 1] == 0.25 and s.attrs['long_name'] == 'f(q, t)'
assert list(g.attrs['axes']) == ['q', 'time'] and g['time'].attrs['units'] == 'ps' and g['f_errors'][1, 1] == 0.2
assert json.loads(g.attrs['SILX_style']) == {'axes_scale_type': ['linear', 'log'], 'signal_scale_type': 'linear'}
)",
                                 path);
  EXPECT_EQ(python.status, 0) << python.output;
}

// Chunks packed outside the library: the file has the very bytes that it has if the library packs them.
TEST(Hdf5, PackedChunksAreTheLibrarysOwn) {
  const test::ScratchFolder folder;
  constexpr std::uint64_t frames = 5, rows = 37, columns = 53;
  const auto make = [&](const std::string& name, const auto& value, bool packed) {
    using Count = std::decay_t<decltype(value(0))>;
    h5::File file = h5::File::create(folder / name);
    {
      h5::Dataset data = file.create_dataset("/data", h5::type_of<Count>(), {frames, rows, columns}, {.compress = true, .chunk = {1, rows, columns}});
      for (std::uint64_t k = 0; k < frames; ++k) {
        std::vector<Count> frame;
        for (std::uint64_t p = 0; p < rows * columns; ++p) frame.push_back(value(static_cast<int>(k * rows * columns + p)));
        if (packed)
          data.write_packed({k, 0, 0}, h5::pack_chunk({reinterpret_cast<const unsigned char*>(frame.data()), frame.size() * sizeof(Count)}, sizeof(Count)));
        else
          data.write_block({k, 0, 0}, {1, rows, columns}, frame);
      }
    }
    file.close();
    return test::read_text_file(folder / name);
  };
  const auto sparse = [](int n) { return static_cast<std::uint16_t>(n % 17 == 0 ? n % 300 : 0); };
  const auto noise = [](int n) { return static_cast<std::uint32_t>(n) * 2654435761u; };
  EXPECT_EQ(make("a.h5", sparse, true), make("b.h5", sparse, false));
  EXPECT_EQ(make("c.h5", noise, true), make("d.h5", noise, false));
}

}  // namespace
}  // namespace patina
