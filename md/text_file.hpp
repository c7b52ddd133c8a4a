// SPDX-License-Identifier: BSD-3-Clause
// Large text files line by line. The reader takes plain and gzipped files, keeps one block in memory and
// knows where it is: whatever is wrong ends in Error(bad_input) "file:line: what, value, what is allowed".
// The writer gives a file its name only when it is whole (core/durable_file.hpp).
#pragma once

#include <zlib.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/box.hpp"
#include "md/structure.hpp"

namespace patina {

class TextReader {
 public:
  // Error(missing_input) if the file cannot be opened.
  explicit TextReader(const std::string& path);

  // Goes to the next line; false at the end of the file. The line has no end mark (LF or CRLF).
  bool next_line();
  // The same where the file must go on: `what` names what is missing.
  void require_line(std::string_view what);
  // next_line() gives the present line once more.
  void put_back() { repeat_ = true; }
  std::string_view line() const { return line_; }
  std::int64_t line_number() const { return number_; }
  // The words of the line; with `comments`, a '#' ends it.
  const std::vector<std::string_view>& words(bool comments = false);

  // A finite number, or a whole number in a range.
  double number(std::string_view word, std::string_view what) const;
  std::int64_t integer(std::string_view word, std::string_view what, std::int64_t min,
                       std::int64_t max) const;
  Vec3 vector(const std::string_view* words, std::string_view what) const;
  std::array<int, 3> images(const std::string_view* words) const;
  // A number of atoms, from 1 to what the file can hold at the very least bytes per atom.
  std::int64_t atom_count(std::string_view word) const;

  [[noreturn]] void fail(const std::string& message) const { fail_at(number_, message); }
  [[noreturn]] void fail_at(std::int64_t line, const std::string& message) const;
  const std::string& path() const { return path_; }
  // "file:line" of the present line.
  std::string place() const;

 private:
  bool fill();

  struct Close {
    void operator()(gzFile_s* file) const { gzclose(file); }
  };
  std::string path_;
  std::unique_ptr<gzFile_s, Close> file_;
  std::int64_t most_bytes_ = 0;  // of text that the file can hold
  std::vector<char> block_;
  std::size_t begin_ = 0, end_ = 0;  // unread part of the block
  std::string_view line_;
  std::vector<std::string_view> words_;
  std::int64_t number_ = 0;
  bool repeat_ = false;
};

class TextWriter {
 public:
  // Error(cannot_create) if the file exists and may not be replaced, or cannot be made.
  TextWriter(const std::string& path, bool overwrite);
  // What was not finished is removed.
  ~TextWriter();
  void write(std::string_view text);
  void finish();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::string path_, temporary_;
  bool overwrite_;
  std::unique_ptr<std::FILE, Close> file_;
};

// The box, or what is wrong with it at this place of the file.
Box box_at(const TextReader& text, const Mat3& edges, const Vec3& origin,
           const std::array<bool, 3>& periodic);
// Finds positions so far outside the box (1e6 edges) that they cannot be meant.
void check_position(const TextReader& text, const Box& box, const Vec3& position);
// Sorts by id; an id that occurs twice is an error at its line, atom k standing on line first_line + k.
void sort_atoms(const TextReader& text, Structure& structure, std::int64_t first_line);

}  // namespace patina
