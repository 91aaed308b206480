#include "cli/commands.hpp"
#include "tijian/json.hpp"

namespace tijian {

int schema_command(const Arguments&, const Streams& streams) {
  streams.out << framework_schema() << '\n';
  return exit_done;
}

}  // namespace tijian
