// Dates and instants as ISO 8601 text, for columns that stand for text.
#pragma once

#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace tijian {

/// Parts of a second that an instant counts in.
enum class TimeUnit : std::uint8_t { second, millisecond, microsecond, nanosecond };

/// A day of the proleptic Gregorian calendar.
struct CalendarDate {
  std::int64_t year = 1970;
  int month = 1;
  int day = 1;
  bool operator==(const CalendarDate&) const = default;
};

/// The date that lies `days` after 1970-01-01 (before it where negative).
///
/// The calendar repeats every 400 years; whole cycles are taken out first because the standard
/// library's years end at 32,767.
inline CalendarDate date_of_days(std::int64_t days) {
  constexpr std::int64_t days_per_cycle = 146'097;
  std::int64_t cycles = days / days_per_cycle;
  std::int64_t rest = days % days_per_cycle;
  if (rest < 0) {
    rest += days_per_cycle;
    --cycles;
  }
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{static_cast<int>(rest)}}};
  return {static_cast<int>(date.year()) + 400 * cycles,
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day()))};
}

/// Appends `value` with at least `width` digits, zeros in front.
inline void append_padded(std::string& text, std::int64_t value, int width) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  for (auto length = end - digits.data(); length < width; ++length) text += '0';
  text.append(digits.data(), end);
}

/// Appends `YYYY-MM-DD`. Years beyond 9999 or before 0 carry a sign, as ISO 8601 asks.
inline void append_date(std::string& text, std::int64_t days) {
  const CalendarDate date = date_of_days(days);
  if (date.year < 0) text += '-';
  if (date.year > 9999) text += '+';
  append_padded(text, date.year < 0 ? -date.year : date.year, 4);
  text += '-';
  append_padded(text, date.month, 2);
  text += '-';
  append_padded(text, date.day, 2);
}

/// Appends `YYYY-MM-DDThh:mm:ss`, the fraction of a second without its trailing zeros and only
/// where there is one, so that one instant has one text whatever unit it is counted in. `utc`
/// appends `Z`: the instant is stored in UTC, not in a local time without a zone.
inline void append_instant(std::string& text, std::int64_t count, TimeUnit unit, bool utc) {
  constexpr std::array<std::int64_t, 4> per_second{1, 1'000, 1'000'000, 1'000'000'000};
  constexpr std::array<int, 4> fraction_digits{0, 3, 6, 9};
  constexpr std::int64_t seconds_per_day = 86'400;
  const auto index = static_cast<std::size_t>(unit);
  std::int64_t seconds = count / per_second[index];
  std::int64_t fraction = count % per_second[index];
  if (fraction < 0) {  // instants before 1970 count their fraction forwards, too
    fraction += per_second[index];
    --seconds;
  }
  std::int64_t days = seconds / seconds_per_day;
  std::int64_t second_of_day = seconds % seconds_per_day;
  if (second_of_day < 0) {
    second_of_day += seconds_per_day;
    --days;
  }
  append_date(text, days);
  text += 'T';
  append_padded(text, second_of_day / 3'600, 2);
  text += ':';
  append_padded(text, second_of_day / 60 % 60, 2);
  text += ':';
  append_padded(text, second_of_day % 60, 2);
  if (fraction != 0) {
    text += '.';
    append_padded(text, fraction, fraction_digits[index]);
    while (text.back() == '0') text.pop_back();
  }
  if (utc) text += 'Z';
}

}  // namespace tijian
