// Sentences from templates with placeholders, and numbers as people read them.
#pragma once

#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/framework.hpp"
#include "tijian/kernels/rounding.hpp"

namespace tijian {

using SentenceValues = std::vector<std::pair<std::string_view, std::string>>;

namespace detail {

/// Fills a template from left to right; brackets are a stack of frames.
class SentenceFiller {
 public:
  SentenceFiller(std::string_view pattern, const SentenceValues& values)
      : pattern_(pattern), values_(values), frames_(1) {}

  std::string run() {
    while (at_ < pattern_.size()) {
      if (placeholder() || open() || close() || separator()) continue;
      clause().text += pattern_[at_++];
    }
    // A bracket that is never closed is text like any other.
    while (frames_.size() > 1) {
      Frame frame = pop();
      clause().text += std::string(frame.opening) + frame.text;
      count(frame);
    }
    end_clause();
    return frames_.back().text;
  }

 private:
  struct Clause {
    std::string separator;  // that stands before it
    std::string text;
    int placeholders = 0, filled = 0;
  };
  struct Frame {
    std::string_view opening, closing;
    std::string text;  // clauses that are done
    Clause clause;
    int placeholders = 0, filled = 0;
    bool dropped = false;  // a clause had nothing to say
  };

  static void trim_end(std::string& text) {
    while (!text.empty() && text.back() == ' ') text.pop_back();
  }

  Clause& clause() { return frames_.back().clause; }

  bool next_is(std::string_view token) const { return pattern_.substr(at_).starts_with(token); }

  bool placeholder() {
    if (pattern_[at_] != '{') return false;
    const std::size_t end = pattern_.find('}', at_);
    if (end == std::string_view::npos) return false;
    const std::string_view name = pattern_.substr(at_ + 1, end - at_ - 1);
    for (const auto& [known, value] : values_) {
      if (known != name) continue;
      ++clause().placeholders;
      if (value.empty()) {
        trim_end(clause().text);
      } else {
        ++clause().filled;
        clause().text += value;
      }
      at_ = end + 1;
      return true;
    }
    return false;
  }

  bool open() {
    // Deeper brackets are text: each level copies what stands in it once more.
    constexpr std::size_t deepest = 8;
    if (frames_.size() > deepest) return false;
    static constexpr std::pair<std::string_view, std::string_view> brackets[] = {{"（", "）"},
                                                                                 {"(", ")"}};
    for (const auto& [opening, closing] : brackets) {
      if (!next_is(opening)) continue;
      Frame frame;
      frame.opening = opening;
      frame.closing = closing;
      frames_.push_back(std::move(frame));
      at_ += opening.size();
      return true;
    }
    return false;
  }

  bool close() {
    const std::string_view closing = frames_.back().closing;
    if (closing.empty() || !next_is(closing)) return false;
    const Frame frame = pop();
    if (frame.placeholders > 0 && frame.filled == 0)
      trim_end(clause().text);
    else
      clause().text += std::string(frame.opening) + frame.text + std::string(closing);
    count(frame);
    at_ += closing.size();
    return true;
  }

  bool separator() {
    static constexpr std::string_view separators[] = {"，", "；", "。", "、"};
    for (const std::string_view mark : separators)
      if (next_is(mark)) return start_clause(mark);
    if (pattern_[at_] != ',' && pattern_[at_] != ';') return false;
    return start_clause(pattern_.substr(at_, 1));
  }

  bool start_clause(std::string_view mark) {
    end_clause();
    clause().separator = mark;
    at_ += mark.size();
    return true;
  }

  void end_clause() {
    Frame& frame = frames_.back();
    Clause done = std::move(frame.clause);
    frame.clause = {};
    frame.placeholders += done.placeholders;
    frame.filled += done.filled;
    if (done.placeholders > 0 && done.filled == 0) {
      frame.dropped = true;
    } else if (frame.text.empty() && frame.dropped) {
      // What stood in front is gone, and so are the mark and the space after it.
      const std::size_t start = done.text.find_first_not_of(' ');
      if (start != std::string::npos) frame.text = done.text.substr(start);
    } else {
      frame.text += done.separator + done.text;
    }
  }

  /// Ends the innermost bracket and takes it off the stack.
  Frame pop() {
    end_clause();
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    return frame;
  }

  void count(const Frame& frame) {
    clause().placeholders += frame.placeholders;
    clause().filled += frame.filled;
  }

  std::string_view pattern_;
  const SentenceValues& values_;
  std::vector<Frame> frames_;
  std::size_t at_ = 0;
};

}  // namespace detail

/// Fills `{name}` placeholders. What has nothing to say is left out, by one rule: a bracket （） ()
/// and a clause between ， ； 。 、 , ; is dropped, with the mark before it, where it has
/// placeholders and all of them are empty; an empty placeholder takes the spaces before it along.
/// Names that are not among `values` stay as they are written.
[[nodiscard]] inline std::string fill_sentence(std::string_view pattern,
                                               const SentenceValues& values) {
  return detail::SentenceFiller(pattern, values).run();
}

/// A value as its indicator or item displays it; without decimals the shortest text. Empty for what
/// is not finite.
[[nodiscard]] inline std::string display_number(double value, std::optional<int> decimals,
                                                Rounding rounding = Rounding::half_up) {
  return decimals ? kernels::display(value, *decimals, rounding == Rounding::truncate)
                  : kernels::shortest(value);
}

/// A difference or a deficit: rounded half up to the decimals, else to two; what would then read as
/// nothing although it is not is written in full.
[[nodiscard]] inline std::string display_difference(double value, std::optional<int> decimals) {
  const bool whole = value == std::trunc(value);
  if (whole && !decimals) return kernels::shortest(value);
  const std::string text = kernels::display(value, decimals.value_or(2), false);
  const bool vanished = value != 0 && text.find_first_of("123456789") == std::string::npos;
  return vanished ? kernels::shortest(value) : text;
}

/// A share (0 … 1) as a percentage with two decimals. More than nothing never reads 0.00%, less
/// than all never 100.00%.
[[nodiscard]] inline std::string display_share(double share) {
  if (!std::isfinite(share)) return {};
  const std::string text = kernels::display(100 * share, 2, false);
  if (share > 0 && text == "0.00") return "<0.01%";
  if (share < 1 && text == "100.00") return ">99.99%";
  return text + "%";
}

/// Names in a row: 、 in Chinese, a comma in English; empty ones are left out.
[[nodiscard]] inline std::string join_names(const std::vector<std::string>& names,
                                            Language language) {
  std::string text;
  for (const std::string& name : names) {
    if (name.empty()) continue;
    if (!text.empty()) text += language == Language::zh ? "、" : ", ";
    text += name;
  }
  return text;
}

/// Sentences in a row: ； in Chinese, a semicolon in English; empty ones are left out.
[[nodiscard]] inline std::string join_sentences(const std::vector<std::string>& sentences,
                                                Language language) {
  std::string text;
  for (const std::string& sentence : sentences) {
    if (sentence.empty()) continue;
    if (!text.empty()) text += language == Language::zh ? "；" : "; ";
    text += sentence;
  }
  return text;
}

}  // namespace tijian
