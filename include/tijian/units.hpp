// Units: the places, a forest of unit → parent, each on one level, with attributes resolved.
//
// Units are numbered by level, lowest first, and by id within a level (bytes), which is the order
// of every result table. Attributes: the unit's own value, else the level's default, else, where
// the attribute says `inherit`, the nearest ancestor's.
#pragma once

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/frame.hpp"
#include "tijian/kernels/rounding.hpp"
#include "tijian/plan.hpp"

namespace tijian {

class Units {
 public:
  /// The values of one attribute by unit, resolved; those of its type are filled.
  struct AttributeValues {
    std::vector<double> numbers;
    std::vector<std::int8_t> booleans;
    std::vector<std::uint32_t> codes;  // into texts
    std::vector<std::string> texts;
  };
  struct Data {
    std::vector<std::string> ids;
    std::vector<std::string> names;
    std::vector<std::uint32_t> levels;
    std::vector<std::uint32_t> parents;
    std::vector<AttributeValues> attributes;
    // Made of these and of the plan.
    std::string signature;
    std::vector<std::uint32_t> first_of_level;
    std::vector<std::uint32_t> by_id;
  };

  /// Reads a units frame: `id, level, parent` (null at a root), optionally `name`; every other
  /// column the framework knows is an attribute. Throws DataError with every fault of the
  /// hierarchy, each naming up to 20 ids and how many there are.
  static Units build(const Plan& plan, const TableView& table) {
    auto data = std::make_shared<Data>();
    data->signature = signature_of(*plan);
    Builder(*plan, table, *data).run();
    return Units(std::move(data));
  }

  /// Units that were read before, from all that is not made of the rest: of a saved assessment.
  /// Null where they are not numbered by level and id, a parent is not on a higher level, or an
  /// attribute has other than one value of its type for each unit.
  static std::optional<Units> restore(const PlanData& plan, Data data) {
    const std::size_t count = data.ids.size();
    if (count >= no_index || data.names.size() != count || data.levels.size() != count ||
        data.parents.size() != count || data.attributes.size() != plan.attributes.size())
      return std::nullopt;
    for (std::size_t a = 0; a < plan.attributes.size(); ++a)
      if (!complete(data.attributes[a], plan.attributes[a].type, count)) return std::nullopt;
    const std::size_t levels = plan.framework.levels.size();
    data.first_of_level.assign(levels + 1, static_cast<std::uint32_t>(count));
    for (std::uint32_t unit = static_cast<std::uint32_t>(count); unit-- > 0;) {
      const std::uint32_t level = data.levels[unit];
      const std::uint32_t parent = data.parents[unit];
      if (data.ids[unit].empty() || level >= levels) return std::nullopt;
      if (parent != no_index && (parent >= count || data.levels[parent] <= level))
        return std::nullopt;
      if (unit + 1 < count &&
          (level > data.levels[unit + 1] ||
           (level == data.levels[unit + 1] && data.ids[unit] >= data.ids[unit + 1])))
        return std::nullopt;
      data.first_of_level[level] = unit;
    }
    for (std::size_t l = levels; l-- > 0;)
      data.first_of_level[l] = std::min(data.first_of_level[l], data.first_of_level[l + 1]);
    sort_by_id(data);
    for (std::size_t i = 1; i < count; ++i)
      if (data.ids[data.by_id[i - 1]] == data.ids[data.by_id[i]]) return std::nullopt;
    data.signature = signature_of(plan);
    return Units(std::make_shared<const Data>(std::move(data)));
  }
  [[nodiscard]] const Data& data() const { return *data_; }

  [[nodiscard]] std::size_t size() const { return data_->ids.size(); }
  [[nodiscard]] const std::string& id(std::uint32_t unit) const { return data_->ids[unit]; }
  [[nodiscard]] const std::string& name(std::uint32_t unit) const { return data_->names[unit]; }
  [[nodiscard]] std::uint32_t level(std::uint32_t unit) const { return data_->levels[unit]; }
  /// The parent, or `no_index` at a root.
  [[nodiscard]] std::uint32_t parent(std::uint32_t unit) const { return data_->parents[unit]; }
  [[nodiscard]] std::size_t level_count() const { return data_->first_of_level.size() - 1; }
  /// Units of level l are [first_of_level(l), first_of_level(l + 1)).
  [[nodiscard]] std::uint32_t first_of_level(std::size_t level) const {
    return data_->first_of_level[level];
  }

  /// Whether these units were read for levels and attributes like this plan's.
  [[nodiscard]] bool fit(const PlanData& plan) const {
    return data_->signature == signature_of(plan);
  }

  /// The unit of this id, or `no_index`.
  [[nodiscard]] std::uint32_t find(std::string_view id) const {
    const auto& order = data_->by_id;
    const auto at = std::lower_bound(order.begin(), order.end(), id,
                                     [&](std::uint32_t unit, std::string_view wanted) {
                                       return std::string_view(data_->ids[unit]) < wanted;
                                     });
    return at != order.end() && data_->ids[*at] == id ? *at : no_index;
  }

  /// Resolved attributes; null_number, -1 or null pointer where there is none.
  [[nodiscard]] double number(std::uint32_t attribute, std::uint32_t unit) const {
    return data_->attributes[attribute].numbers[unit];
  }
  [[nodiscard]] int boolean(std::uint32_t attribute, std::uint32_t unit) const {
    return data_->attributes[attribute].booleans[unit];
  }
  [[nodiscard]] const std::string* text(std::uint32_t attribute, std::uint32_t unit) const {
    const AttributeValues& values = data_->attributes[attribute];
    const std::uint32_t code = values.codes[unit];
    return code == no_index ? nullptr : &values.texts[code];
  }

 private:
  static bool complete(const AttributeValues& values, Type type, std::size_t count) {
    switch (type) {
      case Type::number: return values.numbers.size() == count;
      case Type::boolean: return values.booleans.size() == count;
      case Type::text: break;
    }
    return values.codes.size() == count &&
           std::all_of(values.codes.begin(), values.codes.end(), [&](std::uint32_t code) {
             return code == no_index || code < values.texts.size();
           });
  }

  static void sort_by_id(Data& data) {
    data.by_id.resize(data.ids.size());
    std::iota(data.by_id.begin(), data.by_id.end(), 0U);
    std::sort(data.by_id.begin(), data.by_id.end(),
              [&](std::uint32_t a, std::uint32_t b) { return data.ids[a] < data.ids[b]; });
  }

  /// Levels and attributes as units number and resolve them.
  static std::string signature_of(const PlanData& plan) {
    std::string text;
    const auto add = [&text](std::string_view piece) {
      text += std::to_string(piece.size()) + ":";
      text += piece;
    };
    for (const Level& level : plan.framework.levels) add(level.id);
    for (const AttributePlan& attribute : plan.attributes) {
      add(attribute.id);
      text += static_cast<char>('0' + static_cast<int>(attribute.type));
      text += attribute.inherit ? '+' : '-';
      for (const Scalar& value : attribute.default_of_level) {
        if (value.number) add(kernels::shortest(*value.number));
        if (value.boolean) add(*value.boolean ? "t" : "f");
        if (value.text) add(*value.text);
        text += ';';
      }
    }
    return text;
  }

  class Builder {
   public:
    Builder(const PlanData& plan, const TableView& table, Data& data)
        : plan_(plan), table_(table), data_(data) {}

    void run() {
      read();
      stop_on_issues();
      link();
      stop_on_issues();
      number();
      read_attributes();
      stop_on_issues();
      inherit();
    }

   private:
    void stop_on_issues() {
      if (!issues_.empty()) throw DataError(std::move(issues_));
    }

    static std::string list(const std::vector<std::string>& ids) {
      std::string text;
      for (std::size_t i = 0; i < std::min<std::size_t>(ids.size(), 20); ++i)
        text += (i == 0 ? "" : ", ") + ids[i];
      if (ids.size() > 20) text += ", … (" + std::to_string(ids.size()) + ")";
      return text;
    }

    void fault(const Message& message, std::vector<std::string> ids, const char* place) {
      if (ids.empty()) return;
      std::sort(ids.begin(), ids.end());
      std::string levels;
      for (const Level& level : plan_.framework.levels)
        levels += (levels.empty() ? "" : ", ") + level.id;
      issues_.push_back(make_issue(message, place, {{"ids", list(ids)}, {"levels", levels}}));
    }

    void read() {
      for (const char* column : {"id", "level", "parent"})
        if (table_.find(column) == nullptr)
          issues_.push_back(missing_column(table_, "units", column, [&](const std::string& other) {
            return other == "id" || other == "level" || other == "parent" || other == "name" ||
                   plan_.attribute_index.contains(other);
          }));
      stop_on_issues();
      const auto ids = read_text_column(table_, "id", "units", issues_);
      const auto levels = read_text_column(table_, "level", "units", issues_);
      const auto parents = read_text_column(table_, "parent", "units", issues_);
      const auto names = read_text_column(table_, "name", "units", issues_);
      stop_on_issues();
      std::vector<std::string> unknown_levels;
      for (std::size_t r = 0; r < ids.size(); ++r) {
        if (!ids[r] || ids[r]->empty()) {
          if (null_ids_++ < 20)
            issues_.push_back(make_issue(data_messages::null_id, "units/" + std::to_string(r + 1),
                                         {{"row", std::to_string(r + 1)}, {"column", "id"}}));
          continue;
        }
        ids_.push_back(*ids[r]);
        names_.push_back(names[r].value_or(*ids[r]));
        parent_ids_.push_back(parents[r] ? *parents[r] : std::string());
        rows_.push_back(r);
        const auto level = levels[r] ? plan_.level_index.find(*levels[r]) : plan_.level_index.end();
        if (level == plan_.level_index.end()) {
          unknown_levels.push_back(*ids[r]);
          levels_.push_back(0);
        } else {
          levels_.push_back(level->second);
        }
      }
      fault(data_messages::unknown_level, std::move(unknown_levels), "units/level");
      order_.resize(ids_.size());
      std::iota(order_.begin(), order_.end(), 0U);
      std::sort(order_.begin(), order_.end(),
                [&](std::uint32_t a, std::uint32_t b) { return ids_[a] < ids_[b]; });
      std::vector<std::string> duplicates;
      std::vector<std::string> two_parents;
      for (std::size_t i = 1; i < order_.size(); ++i) {
        if (ids_[order_[i]] != ids_[order_[i - 1]]) continue;
        auto& into =
            parent_ids_[order_[i]] == parent_ids_[order_[i - 1]] ? duplicates : two_parents;
        if (into.empty() || into.back() != ids_[order_[i]]) into.push_back(ids_[order_[i]]);
      }
      fault(data_messages::duplicate_unit, std::move(duplicates), "units/id");
      fault(data_messages::two_parents, std::move(two_parents), "units/parent");
    }

    std::uint32_t find_row(const std::string& id) const {
      const auto at = std::lower_bound(
          order_.begin(), order_.end(), id,
          [&](std::uint32_t row, const std::string& wanted) { return ids_[row] < wanted; });
      return at != order_.end() && ids_[*at] == id ? *at : no_index;
    }

    void link() {
      std::vector<std::string> orphans;
      parents_.assign(ids_.size(), no_index);
      for (std::size_t r = 0; r < ids_.size(); ++r) {
        if (parent_ids_[r].empty()) continue;
        parents_[r] = find_row(parent_ids_[r]);
        if (parents_[r] == no_index) orphans.push_back(ids_[r]);
      }
      fault(data_messages::orphan, std::move(orphans), "units/parent");
      // Every unit is walked once: 1 = on the walk under way, 2 = known to lead to a root.
      std::vector<std::uint8_t> state(ids_.size(), 0);
      std::vector<std::uint8_t> on_cycle(ids_.size(), 0);
      std::vector<std::string> cycles;
      std::vector<std::uint32_t> walk;
      for (std::uint32_t start = 0; start < ids_.size(); ++start) {
        std::uint32_t at = start;
        walk.clear();
        while (at != no_index && state[at] == 0) {
          state[at] = 1;
          walk.push_back(at);
          at = parents_[at];
        }
        if (at != no_index && state[at] == 1)
          for (auto unit = std::find(walk.begin(), walk.end(), at); unit != walk.end(); ++unit) {
            on_cycle[*unit] = 1;
            cycles.push_back(ids_[*unit]);
          }
        for (const std::uint32_t unit : walk) state[unit] = 2;
      }
      fault(data_messages::cycle, std::move(cycles), "units/parent");
      std::vector<std::string> wrong;
      for (std::size_t r = 0; r < ids_.size(); ++r)
        if (parents_[r] != no_index && on_cycle[r] == 0 && levels_[parents_[r]] <= levels_[r])
          wrong.push_back(ids_[r]);
      fault(data_messages::wrong_level, std::move(wrong), "units/level");
    }

    void number() {
      const std::size_t count = ids_.size();
      std::stable_sort(order_.begin(), order_.end(),
                       [&](std::uint32_t a, std::uint32_t b) { return levels_[a] < levels_[b]; });
      std::vector<std::uint32_t> unit_of_row(count);
      for (std::uint32_t unit = 0; unit < count; ++unit) unit_of_row[order_[unit]] = unit;
      const std::size_t levels = plan_.framework.levels.size();
      data_.first_of_level.assign(levels + 1, static_cast<std::uint32_t>(count));
      for (std::uint32_t unit = static_cast<std::uint32_t>(count); unit-- > 0;)
        data_.first_of_level[levels_[order_[unit]]] = unit;
      for (std::size_t l = levels; l-- > 0;)
        data_.first_of_level[l] = std::min(data_.first_of_level[l], data_.first_of_level[l + 1]);
      data_.ids.resize(count);
      data_.names.resize(count);
      data_.levels.resize(count);
      data_.parents.resize(count);
      for (std::uint32_t unit = 0; unit < count; ++unit) {
        const std::uint32_t row = order_[unit];
        data_.ids[unit] = std::move(ids_[row]);
        data_.names[unit] = std::move(names_[row]);
        data_.levels[unit] = levels_[row];
        data_.parents[unit] = parents_[row] == no_index ? no_index : unit_of_row[parents_[row]];
      }
      sort_by_id(data_);
    }

    void read_attributes() {
      data_.attributes.resize(plan_.attributes.size());
      const std::size_t count = data_.ids.size();
      for (std::size_t a = 0; a < plan_.attributes.size(); ++a) {
        const AttributePlan& plan = plan_.attributes[a];
        AttributeValues& values = data_.attributes[a];
        if (plan.type == Type::number) {
          const auto read = read_number_column(table_, plan.id, "units", issues_);
          values.numbers.resize(count);
          for (std::size_t u = 0; u < count; ++u) values.numbers[u] = read[rows_[order_[u]]];
        } else if (plan.type == Type::boolean) {
          const auto read = read_boolean_column(table_, plan.id, "units", issues_);
          values.booleans.resize(count);
          for (std::size_t u = 0; u < count; ++u) values.booleans[u] = read[rows_[order_[u]]];
        } else {
          read_texts(plan, values);
        }
      }
    }

    void read_texts(const AttributePlan& plan, AttributeValues& values) {
      const auto read = read_text_column(table_, plan.id, "units", issues_);
      values.codes.assign(data_.ids.size(), no_index);
      std::map<std::string, std::uint32_t, std::less<>> codes;
      std::vector<std::string> not_allowed;
      for (std::size_t u = 0; u < data_.ids.size(); ++u) {
        const auto& text = read[rows_[order_[u]]];
        if (!text) continue;
        if (!plan.values.empty() &&
            std::find(plan.values.begin(), plan.values.end(), *text) == plan.values.end()) {
          not_allowed.push_back(data_.ids[u] + " = " + *text);
          continue;
        }
        const auto [at, fresh] =
            codes.emplace(*text, static_cast<std::uint32_t>(values.texts.size()));
        if (fresh) values.texts.push_back(*text);
        values.codes[u] = at->second;
      }
      if (not_allowed.empty()) return;
      std::string allowed;
      for (const std::string& value : plan.values) allowed += (allowed.empty() ? "" : ", ") + value;
      issues_.push_back(
          make_issue(data_messages::attribute_value, "units/" + plan.id,
                     {{"column", plan.id}, {"allowed", allowed}, {"ids", list(not_allowed)}}));
    }

    /// Parents lie on higher levels, hence have higher numbers: from the top down, each is settled
    /// before its children ask.
    void inherit() {
      for (std::size_t a = 0; a < plan_.attributes.size(); ++a) {
        const AttributePlan& plan = plan_.attributes[a];
        AttributeValues& values = data_.attributes[a];
        for (std::uint32_t u = static_cast<std::uint32_t>(data_.ids.size()); u-- > 0;) {
          const Scalar& fallback = plan.default_of_level[data_.levels[u]];
          const std::uint32_t parent = plan.inherit ? data_.parents[u] : no_index;
          switch (plan.type) {
            case Type::number:
              if (!is_null(values.numbers[u])) break;
              if (const auto& number = fallback.number)
                values.numbers[u] = *number;
              else if (parent != no_index)
                values.numbers[u] = values.numbers[parent];
              break;
            case Type::boolean:
              if (values.booleans[u] >= 0) break;
              if (const auto& boolean = fallback.boolean)
                values.booleans[u] = *boolean ? 1 : 0;
              else if (parent != no_index)
                values.booleans[u] = values.booleans[parent];
              break;
            case Type::text:
              if (values.codes[u] != no_index) break;
              if (const auto& text = fallback.text) {
                const auto at = std::find(values.texts.begin(), values.texts.end(), *text);
                values.codes[u] = static_cast<std::uint32_t>(at - values.texts.begin());
                if (at == values.texts.end()) values.texts.push_back(*text);
              } else if (parent != no_index) {
                values.codes[u] = values.codes[parent];
              }
              break;
          }
        }
      }
    }

    const PlanData& plan_;
    const TableView& table_;
    Data& data_;
    Issues issues_;
    std::size_t null_ids_ = 0;
    std::vector<std::string> ids_, names_, parent_ids_;
    std::vector<std::uint32_t> levels_, parents_, order_;
    std::vector<std::size_t> rows_;
  };

  explicit Units(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;
};

}  // namespace tijian
