// SPDX-License-Identifier: BSD-3-Clause
// The part of the configuration reader that knows no C++ struct: what a key is called, what it may hold, and
// how it is read into and written from an address. core/config.hpp makes these from member pointers; include
// that one.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "core/input_errors.hpp"

namespace patina {

struct JsonValue;
class JsonSchemaWriter;

// Open and closed ends; all four may be given.
struct NumberRange {
  double above = -std::numeric_limits<double>::infinity();
  double at_least = -std::numeric_limits<double>::infinity();
  double below = std::numeric_limits<double>::infinity();
  double at_most = std::numeric_limits<double>::infinity();
};
struct IntegerRange {
  std::int64_t at_least = std::numeric_limits<std::int64_t>::min();
  std::uint64_t at_most = std::numeric_limits<std::uint64_t>::max();
};
// How many elements an array or a map may have.
struct CountRange {
  std::size_t at_least = 0;
  std::size_t at_most = std::numeric_limits<std::size_t>::max();
};

// A value of the input together with its JSON path ("" is the root) and where to complain.
struct ConfigNode {
  const JsonValue& value;
  std::string path;
  InputErrors& errors;

  void error(const std::string& message, const std::string& hint = {}, const std::string& allowed = {}) const;
  // "must be a number, found the string "x"".
  void error_found(const std::string& must, const std::string& hint = {}) const;
  std::string shown_path() const;
};

// Given to the checks across keys of an object.
class ConfigChecker {
 public:
  explicit ConfigChecker(const ConfigNode& object) : object_(object) {}
  // The error stands at `key` if the input has it ("a/0/b": a pointer from this object), else at the object.
  void error(const std::string& key, const std::string& message) const;
  // Whether all these values (pointers from this object) were read, so that a rule may rely on them. What the input does
  // not have, and need not have, counts as read.
  bool was_read(std::initializer_list<std::string> keys) const;

 private:
  const ConfigNode& object_;
};

struct ConfigSchema;
using SchemaMaker = ConfigSchema (*)();

// The objects that may stand at a key: one, or the alternatives of a variant (with their "type").
struct ConfigNested {
  std::string type_name;
  SchemaMaker schema;
};

// How values of one C++ type are read, written and described.
struct ConfigType {
  std::string name;     // "number", "list of objects"
  std::string allowed;  // "> 0, <= 1000"; "" if anything goes
  std::function<void(const ConfigNode&, void*)> read;
  std::function<JsonValue(const void*)> write;
  std::vector<ConfigNested> nested;
  std::function<JsonValue(JsonSchemaWriter&)> schema = {};  // what may stand here, as JSON Schema
};

struct ConfigEntry {
  std::string key;
  std::string doc;
  ConfigType type;
  std::function<void*(void*)> member;  // address of the member from the address of the struct
  bool is_required = false;
  std::string unset = "not set";  // what the reference page says of an optional that has no default
  std::string replaced_by = {};   // the key of an optional that stands in place of this one

  // The input must have this key.
  ConfigEntry& required() {
    is_required = true;
    return *this;
  }
  // Where this optional of the same object is set, the entry must not be: it has no meaning then.
  ConfigEntry& unless(const std::string& optional_key) {
    replaced_by = optional_key;
    return *this;
  }
  // What an optional that is not set means, in a word.
  ConfigEntry& unset_means(const std::string& word) {
    unset = word;
    return *this;
  }
};

struct ConfigSchema {
  std::string about;  // one line on the struct as a whole
  std::vector<ConfigEntry> entries;
  struct Check {
    bool needs_all = true;  // every key of the object, and none unknown
    std::function<void(const void*, const ConfigChecker&)> rule;
  };
  std::vector<Check> checks;
  std::shared_ptr<void> defaults;  // a default-made struct
};

// Access to the elements of vectors, arrays, variants and optionals from their address.
struct ListAccess {
  std::function<std::size_t(const void*)> size;
  std::function<void(void*, std::size_t)> resize;
  std::function<void*(void*, std::size_t)> element;
};
struct VariantAccess {
  std::function<void*(void*, std::size_t)> emplace;  // makes alternative i; its address
  std::function<std::size_t(const void*)> index;
  std::function<const void*(const void*)> get;
};
struct OptionalAccess {
  std::function<void*(void*)> emplace;
  std::function<void(void*)> reset;
  std::function<const void*(const void*)> get;  // null if it holds nothing
};

ConfigType boolean_type();
ConfigType text_type();
ConfigType choice_type(std::vector<std::string> choices);
ConfigType number_type(NumberRange range);
// Of an integer with these limits; store and load convert from and to the member.
ConfigType integer_type(IntegerRange range, std::function<void(void*, std::int64_t, std::uint64_t)> store,
                        std::function<JsonValue(const void*)> load);
ConfigType number_map_type(NumberRange range, CountRange count);
ConfigType list_type(ConfigType element, ListAccess access, CountRange count);
ConfigType optional_type(ConfigType element, OptionalAccess access);
ConfigType object_type(SchemaMaker schema);
ConfigType variant_type(std::vector<ConfigNested> alternatives, VariantAccess access);

// Reads text and overrides ("/pointer=value") into the struct; throws Error(bad_input) with every error.
void read_config_text(const std::string& text, const std::string& file_name,
                      const std::vector<std::string>& overrides, SchemaMaker schema, void* object);
std::string config_text(SchemaMaker schema, const void* object);
std::string config_reference_text(SchemaMaker schema);
std::string json_schema_text(SchemaMaker schema, const std::string& title);

}  // namespace patina
