// SPDX-License-Identifier: BSD-3-Clause
// JSON text to a tree whose values know where they stand in the text, and back. RFC 8259 plus // and /* */
// comments. Untrusted input: at most 16 MB, nesting of 64 and 200 000 values; UTF-8 without byte-order mark.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/input_errors.hpp"

namespace patina {

inline constexpr std::size_t json_max_bytes = std::size_t{16} << 20;
inline constexpr std::size_t json_max_depth = 64;
inline constexpr std::size_t json_max_values = 200'000;

struct JsonValue {
  // `integer` is negative, `natural` is not; `non_finite` is NaN, Infinity or a number beyond double (not
  // JSON, but worth an error that says where).
  enum class Kind { null, boolean, integer, natural, real, non_finite, text, array, object };

  Kind kind = Kind::null;
  bool boolean = false;
  std::int64_t integer = 0;
  std::uint64_t natural = 0;
  double real = 0.0;             // also the nearest double of integer and natural
  std::string text;              // of a string; of a number: as it was written
  std::vector<JsonValue> items;  // of an array; the members of an object in their order, each with its key
  JsonSpan span;
  std::string key;
  JsonSpan key_span;

  static JsonValue make_null() { return {}; }
  static JsonValue make(bool value);
  static JsonValue make(std::int64_t value);
  static JsonValue make(std::uint64_t value);
  static JsonValue make(double value);
  static JsonValue make(const std::string& value);
  static JsonValue make_array() { return of_kind(Kind::array); }
  static JsonValue make_object() { return of_kind(Kind::object); }
  static JsonValue of_kind(Kind kind);

  bool is_number() const { return kind >= Kind::integer && kind <= Kind::non_finite; }
  // The member of an object, or null. With duplicate keys (an error) the first.
  const JsonValue* find(const std::string& member) const;
  JsonValue* find(const std::string& member);
  // One more member of an object.
  void add(const std::string& member, JsonValue value);
};

// Adds what is wrong (syntax, duplicate keys, limits) to errors; returns false if the text has no tree.
// override_index: which --set option the text comes from, -1 for the file. Without errors: no report, and
// false for anything that is not plain JSON.
bool parse_json(const std::string& text, int override_index, InputErrors* errors, JsonValue& root);

// Indented text; arrays of scalars on one line. Doubles read back to the same bits.
std::string to_json_text(const JsonValue& value, int indent = 0);

// "the string \"nvt\"", "3.7", "an array of 2 values": what a message says was found.
std::string describe_value(const JsonValue& value);
// path + "/" + token, escaped as a JSON pointer (RFC 6901).
std::string pointer_child(const std::string& path, const std::string& token);

}  // namespace patina
