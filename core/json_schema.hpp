// SPDX-License-Identifier: BSD-3-Clause
// JSON Schema (draft-07, json-schema.org) of an input, from the tables that read it: for editors, which complete keys and
// underline mistakes while one writes. Rules across keys (ConfigTable::check) are not in it, but for keys that exclude each other;
// `patina validate` knows them all. Every struct is a definition of its own, so structs may contain themselves.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "core/config_schema.hpp"
#include "core/json_text.hpp"

namespace patina {

class JsonSchemaWriter {
 public:
  // What stands where the object stands: {"$ref": "#/definitions/..."}. A new definition is called after the type of an
  // alternative, or else the key at which it was met first.
  JsonValue reference(const ConfigNested& nested);
  // The object itself.
  JsonValue object(const ConfigNested& nested);
  const JsonValue& definitions() const { return definitions_; }

 private:
  JsonValue entry(const ConfigEntry& entry, void* defaults);

  std::map<std::pair<SchemaMaker, std::string>, std::string> names_;
  JsonValue definitions_ = JsonValue::make_object();
  std::string key_;  // of the entry that is being written
};

// Of single values and of what holds others.
JsonValue number_schema(const NumberRange& range);
JsonValue integer_schema(const IntegerRange& range);
JsonValue choice_schema(const std::vector<std::string>& choices);
JsonValue list_schema(JsonValue element, const CountRange& count);
JsonValue number_map_schema(const NumberRange& range, const CountRange& count);
JsonValue optional_schema(JsonValue element);
JsonValue variant_schema(const std::vector<ConfigNested>& alternatives, JsonSchemaWriter& writer);

}  // namespace patina
