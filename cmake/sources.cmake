# Every source file, one per line: no globs, so that a build never depends on what lies about. A file
# that is missing here is an error of the configure step, which names it.

# Compiled once, in tijian::tijian.
set(TJ_LIBRARY_SOURCES
    src/arrow/arrow_reader.cpp
    src/arrow/arrow_writer.cpp
    src/json/document.cpp
    src/json/json.cpp
    src/json/schema.cpp
    src/kernels/avx2_kernels.cpp
    src/kernels/avx512_kernels.cpp
    src/kernels/native_kernels.cpp
    src/saved/assessment_bytes.cpp)

# libtijian.so.
set(TJ_C_API_SOURCES
    src/c_api/assess.cpp
    src/c_api/assessment.cpp
    src/c_api/buffer.cpp
    src/c_api/cancel.cpp
    src/c_api/error.cpp
    src/c_api/framework.cpp
    src/c_api/plan.cpp
    src/c_api/screen.cpp
    src/c_api/stream.cpp
    src/c_api/tally.cpp
    src/c_api/units.cpp
    src/c_api/version.cpp)

# The command line program without its main(), so that tests can link it.
set(TJ_PROGRAM_SOURCES
    src/cli/assess_command.cpp
    src/cli/check_command.cpp
    src/cli/explain_command.cpp
    src/cli/inputs.cpp
    src/cli/outputs.cpp
    src/cli/program.cpp
    src/cli/report.cpp
    src/cli/schema_command.cpp
    src/cli/screen_command.cpp
    src/cli/summary.cpp
    src/cli/version_command.cpp
    src/io/atomic_file.cpp
    src/io/byte_source.cpp
    src/io/csv_reader.cpp
    src/io/csv_value.cpp
    src/io/text_decoder.cpp)

# One test program each.
set(TJ_TEST_SOURCES
    tests/cli/program_test.cpp
    tests/property/determinism_test.cpp
    tests/unit/arrow_test.cpp
    tests/unit/assess_test.cpp
    tests/unit/assessment_bytes_test.cpp
    tests/unit/atomic_file_test.cpp
    tests/unit/batches_test.cpp
    tests/unit/bytes_test.cpp
    tests/unit/check_test.cpp
    tests/unit/classify_rows_test.cpp
    tests/unit/column_view_test.cpp
    tests/unit/comparisons_test.cpp
    tests/unit/compile_test.cpp
    tests/unit/composite_grade_test.cpp
    tests/unit/composite_rows_test.cpp
    tests/unit/csv_reader_test.cpp
    tests/unit/csv_text_test.cpp
    tests/unit/csv_value_test.cpp
    tests/unit/csv_writer_test.cpp
    tests/unit/decimal_test.cpp
    tests/unit/document_test.cpp
    tests/unit/elementary_test.cpp
    tests/unit/exact_sum_test.cpp
    tests/unit/explain_test.cpp
    tests/unit/extends_test.cpp
    tests/unit/fingerprint_test.cpp
    tests/unit/formula/evaluator_test.cpp
    tests/unit/formula/lexer_test.cpp
    tests/unit/formula/lowering_test.cpp
    tests/unit/formula/parser_test.cpp
    tests/unit/formula/ratio_test.cpp
    tests/unit/gather_test.cpp
    tests/unit/grade_test.cpp
    tests/unit/io_messages_test.cpp
    tests/unit/iso_date_test.cpp
    tests/unit/json_test.cpp
    tests/unit/json_writer_test.cpp
    tests/unit/judge_edges_test.cpp
    tests/unit/judge_test.cpp
    tests/unit/lane_elementary_test.cpp
    tests/unit/ledger_levels_test.cpp
    tests/unit/ledger_test.cpp
    tests/unit/native_score_kernels_test.cpp
    tests/unit/normalise_rows_test.cpp
    tests/unit/normalise_rule_test.cpp
    tests/unit/owned_table_test.cpp
    tests/unit/plan_tables_test.cpp
    tests/unit/problem_list_test.cpp
    tests/unit/problems_test.cpp
    tests/unit/published_test.cpp
    tests/unit/remediation_test.cpp
    tests/unit/result_table_test.cpp
    tests/unit/result_words_test.cpp
    tests/unit/results_test.cpp
    tests/unit/rounding_test.cpp
    tests/unit/row_agreement_test.cpp
    tests/unit/score_threads_test.cpp
    tests/unit/sentence_test.cpp
    tests/unit/table_digest_test.cpp
    tests/unit/table_json_writer_test.cpp
    tests/unit/table_test.cpp
    tests/unit/tally_bytes_test.cpp
    tests/unit/text_decoder_test.cpp
    tests/unit/thread_team_test.cpp
    tests/unit/tile_kernels_test.cpp
    tests/unit/tile_test.cpp
    tests/unit/units_test.cpp
    tests/unit/utf8_test.cpp
    tests/unit/variance_test.cpp)

# Programs that the oracles under tests/oracle drive.
set(TJ_ORACLE_SOURCES
    tests/oracle/exact_sum_driver.cpp
    tests/oracle/formula_driver.cpp
    tests/oracle/framework_driver.cpp)

# libFuzzer programs.
set(TJ_FUZZ_SOURCES
    tests/fuzz/arrow_fuzz.cpp
    tests/fuzz/assessment_fuzz.cpp
    tests/fuzz/formula_fuzz.cpp
    tests/fuzz/framework_fuzz.cpp
    tests/fuzz/tally_fuzz.cpp)

# Google Benchmark programs.
set(TJ_BENCHMARK_SOURCES
    benchmarks/capi_benchmark.cpp
    benchmarks/score_benchmark.cpp
    benchmarks/score_program.cpp
    benchmarks/survey_benchmark.cpp)

# What an embedder may include; each is compiled alone.
set(TJ_PUBLIC_HEADERS
    tijian/accumulate.hpp
    tijian/add_options.hpp
    tijian/arrow.hpp
    tijian/arrow_abi.h
    tijian/arrow_ownership.hpp
    tijian/assess.hpp
    tijian/assess_indicators.hpp
    tijian/assess_options.hpp
    tijian/assess_tables.hpp
    tijian/assess_verdicts.hpp
    tijian/assessment.hpp
    tijian/assessment_bytes.hpp
    tijian/assessment_data.hpp
    tijian/batches.hpp
    tijian/block_writer.hpp
    tijian/bytes.hpp
    tijian/check.hpp
    tijian/check_fields.hpp
    tijian/check_messages.hpp
    tijian/column_view.hpp
    tijian/comparisons.hpp
    tijian/compile.hpp
    tijian/compile_messages.hpp
    tijian/compile_names.hpp
    tijian/compile_tables.hpp
    tijian/composite_grade.hpp
    tijian/csv_text.hpp
    tijian/csv_writer.hpp
    tijian/data_messages.hpp
    tijian/decimal.hpp
    tijian/entries.hpp
    tijian/explain.hpp
    tijian/explain_messages.hpp
    tijian/explanation.hpp
    tijian/fingerprint.hpp
    tijian/formula/evaluator.hpp
    tijian/formula/functions.hpp
    tijian/formula/graph.hpp
    tijian/formula/lexer.hpp
    tijian/formula/lowering.hpp
    tijian/formula/messages.hpp
    tijian/formula/operation.hpp
    tijian/formula/parser.hpp
    tijian/formula/ratio.hpp
    tijian/formula/syntax.hpp
    tijian/frame.hpp
    tijian/frame_columns.hpp
    tijian/framework.hpp
    tijian/framework_defaults.hpp
    tijian/framework_fields.hpp
    tijian/framework_json.hpp
    tijian/gather.hpp
    tijian/grade.hpp
    tijian/iso_date.hpp
    tijian/issue.hpp
    tijian/json.hpp
    tijian/json_writer.hpp
    tijian/judge.hpp
    tijian/judge_edges.hpp
    tijian/kernels/arithmetic.hpp
    tijian/kernels/cell_class.hpp
    tijian/kernels/classify_rows.hpp
    tijian/kernels/composite_rows.hpp
    tijian/kernels/composite_tree.hpp
    tijian/kernels/elementary.hpp
    tijian/kernels/exact_sum.hpp
    tijian/kernels/kernel_table.hpp
    tijian/kernels/lane_elementary.hpp
    tijian/kernels/lanes.hpp
    tijian/kernels/logarithm_table.hpp
    tijian/kernels/normalise_rows.hpp
    tijian/kernels/normalise_rule.hpp
    tijian/kernels/number_column.hpp
    tijian/kernels/portable_kernels.hpp
    tijian/kernels/portable_score_kernels.hpp
    tijian/kernels/prefetch.hpp
    tijian/kernels/rounding.hpp
    tijian/kernels/score_kernel_table.hpp
    tijian/kernels/score_kernels.hpp
    tijian/kernels/spread_bits.hpp
    tijian/kernels/tile.hpp
    tijian/kernels/tile_kernels.hpp
    tijian/kernels/tile_sums.hpp
    tijian/kernels/variance.hpp
    tijian/key_index.hpp
    tijian/key_runs.hpp
    tijian/ledger.hpp
    tijian/ledger_levels.hpp
    tijian/messages.hpp
    tijian/native_kernels.hpp
    tijian/native_score_kernels.hpp
    tijian/nearest.hpp
    tijian/object_screen.hpp
    tijian/owned_table.hpp
    tijian/plan.hpp
    tijian/plan_fingerprint.hpp
    tijian/plan_tables.hpp
    tijian/problem_list.hpp
    tijian/problems.hpp
    tijian/published.hpp
    tijian/record_table.hpp
    tijian/remediation.hpp
    tijian/result_table.hpp
    tijian/result_tables.hpp
    tijian/result_words.hpp
    tijian/results.hpp
    tijian/rollup.hpp
    tijian/row_agreement.hpp
    tijian/row_filter.hpp
    tijian/row_leaves.hpp
    tijian/row_threads.hpp
    tijian/row_writer.hpp
    tijian/score_threads.hpp
    tijian/screen.hpp
    tijian/sentence.hpp
    tijian/sink.hpp
    tijian/table.hpp
    tijian/table_digest.hpp
    tijian/table_json_writer.hpp
    tijian/table_state.hpp
    tijian/tally.hpp
    tijian/tally_bytes.hpp
    tijian/target_text.hpp
    tijian/text.hpp
    tijian/thread_team.hpp
    tijian/tile_walk.hpp
    tijian/tijian.h
    tijian/tijian.hpp
    tijian/unit_evaluation.hpp
    tijian/unit_leaves.hpp
    tijian/units.hpp
    tijian/utf8.hpp
    tijian/version.hpp)

function(tijian_audit_sources)
  set(listed ${TJ_LIBRARY_SOURCES} ${TJ_C_API_SOURCES} ${TJ_PROGRAM_SOURCES} src/cli/main.cpp
             ${TJ_TEST_SOURCES} ${TJ_ORACLE_SOURCES} ${TJ_FUZZ_SOURCES} ${TJ_BENCHMARK_SOURCES})
  foreach(header IN LISTS TJ_PUBLIC_HEADERS)
    list(APPEND listed "include/${header}")
  endforeach()
  file(GLOB_RECURSE found RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" CONFIGURE_DEPENDS src/*.cpp
       tests/unit/*.cpp tests/property/*.cpp tests/examples/*.cpp tests/cli/*.cpp tests/oracle/*.cpp
       tests/fuzz/*.cpp benchmarks/*.cpp include/*.hpp include/*.h)
  set(unlisted ${found})
  list(REMOVE_ITEM unlisted ${listed})
  if(unlisted)
    list(JOIN unlisted "\n  " names)
    message(FATAL_ERROR "Not listed in cmake/sources.cmake:\n  ${names}")
  endif()
endfunction()
# Its globs are looked at again by every build, which is of no use to an embedding project.
if(PROJECT_IS_TOP_LEVEL)
  tijian_audit_sources()
endif()
