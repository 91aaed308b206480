// Messages about files and the command line: complete in both languages, codes of their own.
#include "io/io_messages.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

#include "cli/cli_messages.hpp"

namespace tijian {
namespace {

std::set<std::string> placeholders(std::string_view text) {
  std::set<std::string> names;
  for (std::size_t start = text.find('{'); start != std::string_view::npos;
       start = text.find('{', start + 1))
    names.emplace(text.substr(start, text.find('}', start) - start));
  return names;
}

template <class Messages>
void expect_complete(const Messages& messages) {
  std::set<std::string_view> codes;
  for (const Message& message : messages) {
    SCOPED_TRACE(message.code);
    EXPECT_TRUE(codes.insert(message.code).second) << "two messages of one code";
    EXPECT_FALSE(message.zh.empty());
    EXPECT_FALSE(message.en.empty());
    EXPECT_EQ(placeholders(message.zh), placeholders(message.en));
  }
}

TEST(IoMessages, AreCompleteInBothLanguages) { expect_complete(io_messages::all); }

TEST(IoMessages, OfTheCommandLineAreToo) { expect_complete(cli_messages::all); }

}  // namespace
}  // namespace tijian
