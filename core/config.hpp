// SPDX-License-Identifier: BSD-3-Clause
// Typed JSON configuration. Each struct has ONE table that is the single source of truth for reading it, for
// the resolved input that a run writes back, and for the reference page: key (with its unit), type, range,
// default (that of the struct), whether it is required, one line of documentation.
//
//   struct Langevin {
//     static constexpr const char* type_name = "langevin";  // for alternatives of a variant only
//     double friction_per_ps = 1.0;
//   };
//   void describe(ConfigTable<Langevin>& table) {  // in the struct's namespace; inline in a header
//     table.number("friction_per_ps", &Langevin::friction_per_ps, {.above = 0.0}, "friction coefficient");
//   }
//   struct NoseHoover { static constexpr const char* type_name = "nose_hoover"; int chain = 3; };
//   void describe(ConfigTable<NoseHoover>& table) {
//     table.integer("chain", &NoseHoover::chain, {.at_least = 1, .at_most = 10}, "length of the chain");
//   }
//   struct Run {
//     double duration_ps = 0.0;
//     std::vector<double> save_at_ps;
//     std::variant<NoseHoover, Langevin> thermostat;
//   };
//   void describe(ConfigTable<Run>& table) {
//     table.number("duration_ps", &Run::duration_ps, {.at_least = 0.0}, "length of the run").required();
//     table.numbers("save_at_ps", &Run::save_at_ps, {.at_least = 0.0}, {}, "times of the frames");
//     table.variant("thermostat", &Run::thermostat, "what holds the temperature");
//     table.check([](const Run& run, const ConfigChecker& at) {
//       if (!run.save_at_ps.empty() && run.save_at_ps.back() > run.duration_ps)
//         at.error("save_at_ps", "must not lie beyond duration_ps");
//     });
//   }
//   // {"duration_ps": 10, "thermostat": {"type": "langevin", "friction_per_ps": 2}}  // comments are welcome
//   const Run run = read_config<Run>(text, "run.json", {"/thermostat/friction_per_ps=0.5"});
//
// The input is strict JSON plus // and /* */ comments; the keys "$schema", "_comment..." and "x-..." are
// ignored everywhere. All errors of an input are reported at once (core/input_errors.hpp). Structs may
// contain themselves through a list. `null` is accepted for optionals only and means "not set". Defaults must
// lie within their own ranges, or the resolved input cannot be read back.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "core/config_schema.hpp"
#include "core/json_text.hpp"
#include "core/vec3.hpp"

namespace patina {

template <class Struct>
class ConfigTable;

// The schema of a struct, from its describe().
template <class Struct>
ConfigSchema config_schema();

template <class Struct>
class ConfigTable {
 public:
  // One line on the struct as a whole, for the reference page.
  void about(const std::string& text) { schema_.about = text; }

  ConfigEntry& boolean(const std::string& key, bool Struct::*member, const std::string& doc) {
    return add(key, member, boolean_type(), doc);
  }
  ConfigEntry& text(const std::string& key, std::string Struct::*member, const std::string& doc) {
    return add(key, member, text_type(), doc);
  }
  ConfigEntry& choice(const std::string& key, std::string Struct::*member, std::vector<std::string> choices,
                      const std::string& doc) {
    return add(key, member, choice_type(std::move(choices)), doc);
  }
  ConfigEntry& number(const std::string& key, double Struct::*member, NumberRange range,
                      const std::string& doc) {
    return add(key, member, number_type(range), doc);
  }
  // Any integer type; the range is narrowed to what the type holds. The member may be one of a base.
  template <class Integer, class Owner>
  ConfigEntry& integer(const std::string& key, Integer Owner::*member, IntegerRange range,
                       const std::string& doc) {
    Integer Struct::*const own = member;
    return add(key, own, integer_of<Integer>(range), doc);
  }

  ConfigEntry& optional_number(const std::string& key, std::optional<double> Struct::*member,
                               NumberRange range, const std::string& doc) {
    return add(key, member, optional_of<double>(number_type(range)), doc);
  }
  template <class Integer>
  ConfigEntry& optional_integer(const std::string& key, std::optional<Integer> Struct::*member,
                                IntegerRange range, const std::string& doc) {
    return add(key, member, optional_of<Integer>(integer_of<Integer>(range)), doc);
  }
  ConfigEntry& optional_text(const std::string& key, std::optional<std::string> Struct::*member,
                             const std::string& doc) {
    return add(key, member, optional_of<std::string>(text_type()), doc);
  }
  ConfigEntry& optional_texts(const std::string& key, std::optional<std::vector<std::string>> Struct::*member,
                              CountRange count, const std::string& doc) {
    return add(key, member, optional_of<std::vector<std::string>>(list_of<std::string>(text_type(), count)), doc);
  }

  // Arrays: the range holds for each element, the count for their number.
  ConfigEntry& numbers(const std::string& key, std::vector<double> Struct::*member, NumberRange range,
                       CountRange count, const std::string& doc) {
    return add(key, member, list_of<double>(number_type(range), count), doc);
  }
  ConfigEntry& texts(const std::string& key, std::vector<std::string> Struct::*member, CountRange count,
                     const std::string& doc) {
    return add(key, member, list_of<std::string>(text_type(), count), doc);
  }
  template <class Integer>
  ConfigEntry& integers(const std::string& key, std::vector<Integer> Struct::*member, IntegerRange range,
                        CountRange count, const std::string& doc) {
    return add(key, member, list_of<Integer>(integer_of<Integer>(range), count), doc);
  }
  template <class Integer, std::size_t size>
  ConfigEntry& integers(const std::string& key, std::array<Integer, size> Struct::*member, IntegerRange range,
                        const std::string& doc) {
    return add(key, member, fixed_list<std::array<Integer, size>, size>(integer_of<Integer>(range)), doc);
  }
  // Rows of integers: [[1, 0, 0], [0, 2, 1]].
  template <class Integer, std::size_t size, class Owner>
  ConfigEntry& optional_rows(const std::string& key, std::optional<std::vector<std::array<Integer, size>>> Owner::*member,
                             IntegerRange range, CountRange count, const std::string& doc) {
    using Row = std::array<Integer, size>;
    std::optional<std::vector<Row>> Struct::*const own = member;
    return add(key, own, optional_of<std::vector<Row>>(list_of<Row>(fixed_list<Row, size>(integer_of<Integer>(range)), count)), doc);
  }
  template <std::size_t size>
  ConfigEntry& booleans(const std::string& key, std::array<bool, size> Struct::*member,
                        const std::string& doc) {
    return add(key, member, fixed_list<std::array<bool, size>, size>(boolean_type()), doc);
  }
  template <std::size_t size>
  ConfigEntry& numbers(const std::string& key, std::array<double, size> Struct::*member, NumberRange range,
                       const std::string& doc) {
    return add(key, member, fixed_list<std::array<double, size>, size>(number_type(range)), doc);
  }
  ConfigEntry& vec3(const std::string& key, Vec3 Struct::*member, NumberRange range, const std::string& doc) {
    return add(key, member, fixed_list<Vec3, 3>(number_type(range)), doc);
  }
  // {"Cu": 0.645, "Zr": 0.355}: free keys.
  ConfigEntry& number_map(const std::string& key, std::map<std::string, double> Struct::*member,
                          NumberRange range, CountRange count, const std::string& doc) {
    return add(key, member, number_map_type(range, count), doc);
  }

  // Structs within structs.
  template <class Inner>
  ConfigEntry& section(const std::string& key, Inner Struct::*member, const std::string& doc) {
    return add(key, member, object_type(&config_schema<Inner>), doc);
  }
  // The member may be one of a base.
  template <class Inner, class Owner>
  ConfigEntry& optional_section(const std::string& key, std::optional<Inner> Owner::*member,
                                const std::string& doc) {
    std::optional<Inner> Struct::*const own = member;
    return add(key, own, optional_of<Inner>(object_type(&config_schema<Inner>)), doc);
  }
  // The member may be one of a base.
  template <class Inner, class Owner>
  ConfigEntry& list(const std::string& key, std::vector<Inner> Owner::*member, const std::string& doc,
                    CountRange count = {}) {
    std::vector<Inner> Struct::*const own = member;
    return add(key, own, list_of<Inner>(object_type(&config_schema<Inner>), count), doc);
  }
  // One of several structs, told apart by their key "type" (Alternative::type_name). The first one is the
  // default.
  template <class... Alternatives>
  ConfigEntry& variant(const std::string& key, std::variant<Alternatives...> Struct::*member,
                       const std::string& doc) {
    return add(key, member, variant_of<Alternatives...>(), doc);
  }
  template <class... Alternatives>
  ConfigEntry& optional_variant(const std::string& key,
                                std::optional<std::variant<Alternatives...>> Struct::*member,
                                const std::string& doc) {
    return add(key, member, optional_of<std::variant<Alternatives...>>(variant_of<Alternatives...>()), doc);
  }
  template <class... Alternatives>
  ConfigEntry& variant_list(const std::string& key,
                            std::vector<std::variant<Alternatives...>> Struct::*member,
                            const std::string& doc, CountRange count = {}) {
    return add(key, member, list_of<std::variant<Alternatives...>>(variant_of<Alternatives...>(), count),
               doc);
  }

  // A rule across keys, called when every key of this object by itself is right, down to the last value inside.
  template <class Rule>
  void check(Rule rule) {
    add_check(true, rule);
  }
  // A rule that asks at.was_read() itself for what it needs, so that an error elsewhere in the object does not hide what it
  // finds.
  template <class Rule>
  void check_what_was_read(Rule rule) {
    add_check(false, rule);
  }

  ConfigSchema take_schema() && { return std::move(schema_); }

 private:
  template <class Rule>
  void add_check(bool needs_all, Rule rule) {
    schema_.checks.push_back({needs_all, [rule](const void* object, const ConfigChecker& at) {
                                rule(*static_cast<const Struct*>(object), at);
                              }});
  }
  template <class Member>
  ConfigEntry& add(const std::string& key, Member Struct::*member, ConfigType type, const std::string& doc) {
    const auto address = [member](void* object) -> void* { return &(static_cast<Struct*>(object)->*member); };
    return schema_.entries.emplace_back(ConfigEntry{key, doc, std::move(type), address});
  }

  template <class Integer>
  static ConfigType integer_of(IntegerRange range) {
    static_assert(std::is_integral_v<Integer> && !std::is_same_v<Integer, bool>);
    using Limits = std::numeric_limits<Integer>;
    if constexpr (std::is_signed_v<Integer>) {
      range.at_least = std::max<std::int64_t>(range.at_least, Limits::min());
    } else {
      range.at_least = std::max<std::int64_t>(range.at_least, 0);
    }
    range.at_most = std::min<std::uint64_t>(range.at_most, static_cast<std::uint64_t>(Limits::max()));
    const auto store = [](void* field, std::int64_t negative, std::uint64_t natural) {
      *static_cast<Integer*>(field) =
          negative < 0 ? static_cast<Integer>(negative) : static_cast<Integer>(natural);
    };
    const auto load = [](const void* field) {
      using Wide = std::conditional_t<std::is_signed_v<Integer>, std::int64_t, std::uint64_t>;
      return JsonValue::make(static_cast<Wide>(*static_cast<const Integer*>(field)));
    };
    return integer_type(range, store, load);
  }

  template <class Element>
  static ConfigType list_of(ConfigType element, CountRange count) {
    using Vector = std::vector<Element>;
    ListAccess access;
    access.size = [](const void* list) { return static_cast<const Vector*>(list)->size(); };
    access.resize = [](void* list, std::size_t size) {
      static_cast<Vector*>(list)->clear();  // elements of the struct's default do not shine through
      static_cast<Vector*>(list)->resize(size);
    };
    access.element = [](void* list, std::size_t i) -> void* { return &(*static_cast<Vector*>(list))[i]; };
    return list_type(std::move(element), std::move(access), count);
  }
  template <class Fixed, std::size_t size>
  static ConfigType fixed_list(ConfigType element) {
    ListAccess access;
    access.size = [](const void*) { return size; };
    access.resize = [](void*, std::size_t) {};
    access.element = [](void* list, std::size_t i) -> void* {
      return &(*static_cast<Fixed*>(list))[static_cast<int>(i)];
    };
    return list_type(std::move(element), std::move(access), {size, size});
  }
  template <class Inner>
  static ConfigType optional_of(ConfigType element) {
    using Optional = std::optional<Inner>;
    OptionalAccess access;
    access.emplace = [](void* field) -> void* { return &static_cast<Optional*>(field)->emplace(); };
    access.reset = [](void* field) { static_cast<Optional*>(field)->reset(); };
    access.get = [](const void* field) -> const void* {
      const auto& optional = *static_cast<const Optional*>(field);
      return optional ? &*optional : nullptr;
    };
    return optional_type(std::move(element), std::move(access));
  }
  template <class... Alternatives>
  static ConfigType variant_of() {
    using Variant = std::variant<Alternatives...>;
    VariantAccess access;
    access.emplace = [](void* field, std::size_t i) -> void* {
      using Make = void* (*)(Variant&);
      constexpr Make make[] = {[](Variant& v) -> void* { return &v.template emplace<Alternatives>(); }...};
      return make[i](*static_cast<Variant*>(field));
    };
    access.index = [](const void* field) { return static_cast<const Variant*>(field)->index(); };
    access.get = [](const void* field) {
      return std::visit([](const auto& held) -> const void* { return &held; },
                        *static_cast<const Variant*>(field));
    };
    return variant_type({ConfigNested{Alternatives::type_name, &config_schema<Alternatives>}...},
                        std::move(access));
  }

  ConfigSchema schema_;
};

template <class Struct>
ConfigSchema config_schema() {
  ConfigTable<Struct> table;
  describe(table);
  ConfigSchema schema = std::move(table).take_schema();
  schema.defaults = std::make_shared<Struct>();
  return schema;
}

// overrides: "/json/pointer=value" as given to --set. Throws Error(bad_input) that lists every error.
template <class Struct>
Struct read_config(const std::string& text, const std::string& file_name,
                   const std::vector<std::string>& overrides = {}) {
  Struct result;
  read_config_text(text, file_name, overrides, &config_schema<Struct>, &result);
  return result;
}

// Strict JSON with every default filled in; reading it gives the same struct, doubles to the last bit.
template <class Struct>
std::string resolved_json(const Struct& config) {
  return config_text(&config_schema<Struct>, &config);
}

// JSON Schema, draft-07 (core/json_schema.hpp).
template <class Struct>
std::string config_json_schema(const std::string& title) {
  return json_schema_text(&config_schema<Struct>, title);
}

// The reference of all keys as Markdown.
template <class Struct>
std::string config_reference() {
  return config_reference_text(&config_schema<Struct>);
}

}  // namespace patina
