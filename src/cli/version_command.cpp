#include "cli/commands.hpp"
#include "tijian/json.hpp"
#include "tijian/version.hpp"

namespace tijian {

int version_command(const Arguments&, const Streams& streams) {
  streams.out << "tijian " << library_version << '\n';
  for (const std::string_view id : shipped_frameworks()) streams.out << "  " << id << '\n';
  return exit_done;
}

}  // namespace tijian
