// Dates against a calendar counted day by day.
#include "tijian/iso_date.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

namespace tijian {
namespace {

std::string date(std::int64_t days) {
  std::string text;
  append_date(text, days);
  return text;
}

std::string instant(std::int64_t count, TimeUnit unit, bool utc = false) {
  std::string text;
  append_instant(text, count, unit, utc);
  return text;
}

bool is_leap_year(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

CalendarDate next_day(CalendarDate day) {
  constexpr int days_of_month[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int length = day.month == 2 && is_leap_year(day.year) ? 29 : days_of_month[day.month - 1];
  if (++day.day <= length) return day;
  day.day = 1;
  if (++day.month <= 12) return day;
  day.month = 1;
  ++day.year;
  return day;
}

TEST(IsoDate, EveryDayFromYear1To3000) {
  CalendarDate expected{1, 1, 1};
  for (std::int64_t days = -719'162; expected.year <= 3000; ++days) {
    ASSERT_EQ(date_of_days(days), expected) << days;
    expected = next_day(expected);
  }
}

TEST(IsoDate, IsWrittenWithFourDigitsOfYear) {
  EXPECT_EQ(date(0), "1970-01-01");
  EXPECT_EQ(date(-1), "1969-12-31");
  EXPECT_EQ(date(20'148), "2025-03-01");
  EXPECT_EQ(date(11'016), "2000-02-29");
  EXPECT_EQ(date(-719'162), "0001-01-01");
  EXPECT_EQ(date(-719'528), "0000-01-01");
  EXPECT_EQ(date(-719'529), "-0001-12-31");
  EXPECT_EQ(date(2'932'896), "9999-12-31");
  EXPECT_EQ(date(2'932'897), "+10000-01-01");
}

TEST(IsoDate, TheEndsOfDate32AreDates) {
  // 400 years are 146,097 days: 2147483647 = 14699·146097 + 3 814, so year 1970 + 14699·400 + 10.
  EXPECT_EQ(date(std::numeric_limits<std::int32_t>::max()), "+5881580-07-11");
  EXPECT_EQ(date(std::numeric_limits<std::int32_t>::min()), "-5877641-06-23");
}

TEST(IsoDate, OneInstantHasOneTextInEveryUnit) {
  const std::int64_t second = 1'740'817'800;
  EXPECT_EQ(instant(second, TimeUnit::second), "2025-03-01T08:30:00");
  EXPECT_EQ(instant(second * 1'000, TimeUnit::millisecond), "2025-03-01T08:30:00");
  EXPECT_EQ(instant(second * 1'000'000, TimeUnit::microsecond), "2025-03-01T08:30:00");
  EXPECT_EQ(instant(second * 1'000'000'000, TimeUnit::nanosecond), "2025-03-01T08:30:00");
  EXPECT_EQ(instant(second * 1'000 + 500, TimeUnit::millisecond), "2025-03-01T08:30:00.5");
  EXPECT_EQ(instant(second * 1'000'000 + 500'000, TimeUnit::microsecond), "2025-03-01T08:30:00.5");
  EXPECT_EQ(instant(second * 1'000'000 + 1, TimeUnit::microsecond, true),
            "2025-03-01T08:30:00.000001Z");
}

TEST(IsoDate, InstantsBefore1970CountForwards) {
  EXPECT_EQ(instant(-1, TimeUnit::second), "1969-12-31T23:59:59");
  EXPECT_EQ(instant(-1, TimeUnit::millisecond), "1969-12-31T23:59:59.999");
  EXPECT_EQ(instant(-86'400, TimeUnit::second), "1969-12-31T00:00:00");
  EXPECT_EQ(instant(-86'401, TimeUnit::second), "1969-12-30T23:59:59");
}

TEST(IsoDate, TheEndsOfTheClockDoNotOverflow) {
  constexpr auto first = std::numeric_limits<std::int64_t>::min();
  constexpr auto last = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(instant(last, TimeUnit::second), "+292277026596-12-04T15:30:07");
  EXPECT_EQ(instant(first, TimeUnit::second), "-292277022657-01-27T08:29:52");
  EXPECT_EQ(instant(last, TimeUnit::nanosecond), "2262-04-11T23:47:16.854775807");
  EXPECT_EQ(instant(first, TimeUnit::nanosecond), "1677-09-21T00:12:43.145224192");
}

}  // namespace
}  // namespace tijian
