// All of the library that needs no compiled part: rule book, plan, units, tally, screening,
// assessment, result tables. Reading frameworks from JSON is in tijian/json.hpp.
#pragma once

#include "tijian/assess.hpp"
#include "tijian/assessment.hpp"
#include "tijian/compile.hpp"
#include "tijian/csv_writer.hpp"
#include "tijian/entries.hpp"
#include "tijian/framework.hpp"
#include "tijian/issue.hpp"
#include "tijian/ledger.hpp"
#include "tijian/owned_table.hpp"
#include "tijian/plan.hpp"
#include "tijian/result_table.hpp"
#include "tijian/screen.hpp"
#include "tijian/table.hpp"
#include "tijian/table_json_writer.hpp"
#include "tijian/tally.hpp"
#include "tijian/units.hpp"
#include "tijian/version.hpp"
