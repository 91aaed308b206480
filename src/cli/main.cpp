#include <unistd.h>

#include <iostream>

#include "cli/program.hpp"

int main(int count, char** arguments) {
  std::ios::sync_with_stdio(false);
  const bool terminal = isatty(STDERR_FILENO) == 1;
  return tijian::run_program(count, arguments, {std::cout, std::cerr, terminal});
}
