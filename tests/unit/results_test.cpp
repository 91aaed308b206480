#include "tijian/results.hpp"

#include <gtest/gtest.h>

namespace tijian {
namespace {

TEST(CellColumns, AreEmptyCellsAtFirst) {
  const CellColumns cells(3);
  const Cell cell = cells[2];
  for (const double number : {cell.value, cell.numerator, cell.denominator, cell.target, cell.low,
                              cell.high, cell.shortfall, cell.gap, cell.deficit, cell.coverage,
                              cell.previous, cell.reported, cell.survey})
    EXPECT_TRUE(is_null(number));
  EXPECT_EQ(cell.rows, 0);
  EXPECT_EQ(cell.severity, -1);
  EXPECT_EQ(cell.judgement, Judgement());
  EXPECT_EQ(cells.size(), 3U);
}

TEST(CellColumns, GiveBackEveryNumberOfACellAndOnlyThere) {
  CellColumns cells(3);
  Cell cell;
  double next = 1;
  for (double* number : {&cell.value, &cell.numerator, &cell.denominator, &cell.target, &cell.low,
                         &cell.high, &cell.shortfall, &cell.gap, &cell.deficit, &cell.coverage,
                         &cell.previous, &cell.reported, &cell.survey})
    *number = next++;
  cell.rows = 20;
  cell.known = 19;
  cell.problems = 3;
  cell.target_index = 2;
  cell.severity = 1;
  cell.judgement.verdict = Verdict::unmet;
  cells.set(1, cell);
  const Cell found = cells[1];
  EXPECT_EQ(found.value, 1);
  EXPECT_EQ(found.numerator, 2);
  EXPECT_EQ(found.denominator, 3);
  EXPECT_EQ(found.target, 4);
  EXPECT_EQ(found.low, 5);
  EXPECT_EQ(found.high, 6);
  EXPECT_EQ(found.shortfall, 7);
  EXPECT_EQ(found.gap, 8);
  EXPECT_EQ(found.deficit, 9);
  EXPECT_EQ(found.coverage, 10);
  EXPECT_EQ(found.previous, 11);
  EXPECT_EQ(found.reported, 12);
  EXPECT_EQ(found.survey, 13);
  EXPECT_EQ(found.rows, 20);
  EXPECT_EQ(found.known, 19);
  EXPECT_EQ(found.problems, 3);
  EXPECT_EQ(found.target_index, 2);
  EXPECT_EQ(found.severity, 1);
  EXPECT_EQ(found.judgement.verdict, Verdict::unmet);
  EXPECT_EQ(cells.number(&Cell::gap, 1), 8);
  EXPECT_TRUE(is_null(cells.number(&Cell::gap, 0)));
  EXPECT_TRUE(is_null(cells[2].survey));
  // A number that is taken back is null again.
  cell.gap = null_number;
  cells.set(1, cell);
  EXPECT_TRUE(is_null(cells[1].gap));
  EXPECT_EQ(cells[1].deficit, 9);
}

TEST(CellColumns, ANumberAloneLeavesTheOthers) {
  CellColumns cells(2);
  cells.set_number(&Cell::previous, 0, 4.5);
  EXPECT_EQ(cells[0].previous, 4.5);
  EXPECT_TRUE(is_null(cells[1].previous));
  EXPECT_TRUE(is_null(cells[0].value));
  cells.state(1).grade = 2;
  EXPECT_EQ(cells[1].grade, 2);
  EXPECT_EQ(cells.state(0).grade, -1);
}

}  // namespace
}  // namespace tijian
