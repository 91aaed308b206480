// A result table's digest: one line by which two runs, machines or languages are compared.
#pragma once

#include <string>
#include <string_view>

#include "tijian/csv_writer.hpp"
#include "tijian/fingerprint.hpp"
#include "tijian/result_table.hpp"

namespace tijian {

/// The SHA-256 of what `write_csv` writes with these options, as 64 lower-case hexadecimal digits.
inline std::string table_digest(const ResultTable& table, const CsvOptions& options = {}) {
  Sha256 digest;
  write_csv(
      table, [&digest](std::string_view piece) { digest.add(piece); }, options);
  return hex_digits(digest.finish());
}

}  // namespace tijian
