#include "tijian/formula/parser.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace tijian::formula {
namespace {

/// The tree with a pair of brackets around each operation.
std::string shape(const Syntax& syntax, std::uint32_t id) {
  const SyntaxNode& node = syntax.nodes[id];
  std::vector<std::string> parts;
  for (const std::uint32_t child : syntax.children_of(node)) parts.push_back(shape(syntax, child));
  const auto joined = [&](std::size_t from, std::size_t to) {
    std::string text;
    for (std::size_t i = from; i < to; ++i) text += (i > from ? ", " : "") + parts[i];
    return text;
  };
  constexpr std::string_view binary[] = {"+", "-",  "*", "/",  "%",   "=", "<>",
                                         "<", "<=", ">", ">=", "and", "or"};
  const std::string negated = node.negated ? "not " : "";
  switch (node.kind) {
    case SyntaxKind::number: {
      char text[32];
      const auto end = std::to_chars(text, text + sizeof text, node.number).ptr;
      return std::string(text, end);
    }
    case SyntaxKind::text: return "'" + node.text + "'";
    case SyntaxKind::boolean: return node.boolean ? "true" : "false";
    case SyntaxKind::null: return "null";
    case SyntaxKind::identifier: return node.text;
    case SyntaxKind::unary:
      return (node.unary == UnaryOperator::negate ? "[- " : "[not ") + parts[0] + "]";
    case SyntaxKind::binary:
      return "[" + parts[0] + " " + std::string(binary[static_cast<std::size_t>(node.binary)]) +
             " " + parts[1] + "]";
    case SyntaxKind::between:
      return "[" + parts[0] + " " + negated + "between " + parts[1] + " and " + parts[2] + "]";
    case SyntaxKind::in:
      return "[" + parts[0] + " " + negated + "in (" + joined(1, parts.size()) + ")]";
    case SyntaxKind::is_null: return "[" + parts[0] + " is " + negated + "null]";
    case SyntaxKind::case_when: {
      std::string text = "[case";
      for (std::size_t i = 0; i + 1 < parts.size(); i += 2)
        text += " when " + parts[i] + " then " + parts[i + 1];
      if (parts.size() % 2 == 1) text += " else " + parts.back();
      return text + " end]";
    }
    case SyntaxKind::call: return node.text + "(" + joined(0, parts.size()) + ")";
    case SyntaxKind::aggregate: {
      const std::size_t arguments = parts.size() - (node.filtered ? 1 : 0);
      return node.text + "(" + (node.star ? "*" : joined(0, arguments)) + ")" +
             (node.filtered ? "{" + parts.back() + "}" : "");
    }
  }
  return "?";
}

std::string parsed(std::string_view text) {
  Issues issues;
  const std::optional<Syntax> syntax = parse(text, issues);
  if (!syntax) return issues.empty() ? "no issue" : issues[0].code;
  EXPECT_TRUE(issues.empty());
  return shape(*syntax, syntax->root);
}

TEST(Parser, has_the_precedence_of_sql) {
  EXPECT_EQ(parsed("1 + 2 * 3"), "[1 + [2 * 3]]");
  EXPECT_EQ(parsed("(1 + 2) * 3"), "[[1 + 2] * 3]");
  EXPECT_EQ(parsed("1 - 2 - 3"), "[[1 - 2] - 3]");
  EXPECT_EQ(parsed("1 / 2 * 3 % 4"), "[[[1 / 2] * 3] % 4]");
  EXPECT_EQ(parsed("-a * b"), "[[- a] * b]");
  EXPECT_EQ(parsed("a * -b"), "[a * [- b]]");
  EXPECT_EQ(parsed("- -1"), "[- [- 1]]");
  EXPECT_EQ(parsed("a or b and not c = 1 + 2"), "[a or [b and [not [c = [1 + 2]]]]]");
  EXPECT_EQ(parsed("a and b or c and d"), "[[a and b] or [c and d]]");
  EXPECT_EQ(parsed("not a and b"), "[[not a] and b]");
  EXPECT_EQ(parsed("not not a"), "[not [not a]]");
  EXPECT_EQ(parsed("not a is null"), "[not [a is null]]");
  EXPECT_EQ(parsed("a between 1 and 2 and b"), "[[a between 1 and 2] and b]");
  EXPECT_EQ(parsed("a not between 1 + 1 and 2 * 2"), "[a not between [1 + 1] and [2 * 2]]");
  EXPECT_EQ(parsed("a + 1 in (1, 2 + 3)"), "[[a + 1] in (1, [2 + 3])]");
  EXPECT_EQ(parsed("a not in ('x')"), "[a not in ('x')]");
  EXPECT_EQ(parsed("a <> 1 or a != 2"), "[[a <> 1] or [a <> 2]]");
  EXPECT_EQ(parsed("a is not null = false"), "formula.chained_comparison");
}

TEST(Parser, reads_case_calls_and_aggregates) {
  EXPECT_EQ(parsed("case when a then 1 when b then 2 else 3 end"),
            "[case when a then 1 when b then 2 else 3 end]");
  EXPECT_EQ(parsed("CASE WHEN a THEN null END"), "[case when a then null end]");
  EXPECT_EQ(parsed("Coalesce(a, NULLIF(b, 0), 1)"), "coalesce(a, nullif(b, 0), 1)");
  EXPECT_EQ(parsed("count(*)"), "count(*)");
  EXPECT_EQ(parsed("100 * COUNT(*) filter (where a > 1) / count(*)"),
            "[[100 * count(*){[a > 1]}] / count(*)]");
  EXPECT_EQ(parsed("sum(x)FILTER(WHERE b)"), "sum(x){b}");
  EXPECT_EQ(parsed("sum(filter)"), "sum(filter)");
  EXPECT_EQ(parsed("filter + count"), "[filter + count]");
  EXPECT_EQ(parsed("\"and\" = \"H02.verdict\""), "[and = H02.verdict]");
  EXPECT_EQ(parsed("sum()"), "sum()");  // the number of arguments is judged with the types
  EXPECT_EQ(parsed("unknown(1, 2)"), "unknown(1, 2)");
}

TEST(Parser, places_nodes_where_their_text_begins) {
  Issues issues;
  const std::optional<Syntax> syntax = parse("  a + sum(b) filter (where c)", issues);
  ASSERT_TRUE(syntax);
  EXPECT_EQ(syntax->nodes[syntax->root].position, 3U);
  for (const SyntaxNode& node : syntax->nodes) {
    if (node.text == "sum") {
      EXPECT_EQ(node.position, 7U);
    }
    if (node.text == "b") {
      EXPECT_EQ(node.position, 11U);
    }
    if (node.text == "c") {
      EXPECT_EQ(node.position, 28U);
    }
  }
  EXPECT_TRUE(has_aggregate(*syntax));
  EXPECT_FALSE(has_aggregate(*parse("a + 1", issues)));
}

struct Fault {
  std::string_view text;
  std::string_view code;
  std::size_t position;
  std::string_view found;
  std::string_view expected;
};

TEST(Parser, names_what_it_found_and_what_it_expected) {
  for (const Fault& fault : std::vector<Fault>{
           {"", "formula.empty", 1, "", "an expression"},
           {"  \n ", "formula.empty", 5, "", "an expression"},
           {"1 +", "formula.unexpected", 4, "the end of the formula",
            "a number, text, name, call or ("},
           {"1 + * 2", "formula.unexpected", 5, "*", "a number, text, name, call or ("},
           {"+1", "formula.unexpected", 1, "+", "a number, text, name, call or ("},
           {"a b", "formula.unexpected", 3, "b", "an operator or the end"},
           {"a)", "formula.unexpected", 2, ")", "an operator or the end"},
           {"a 'b'", "formula.unexpected", 3, "'b'", "an operator or the end"},
           {"(a", "formula.unexpected", 3, "the end of the formula", ")"},
           {"(a b", "formula.unexpected", 4, "b", ")"},
           {"()", "formula.unexpected", 2, ")", "a number, text, name, call or ("},
           {"abs(1", "formula.unexpected", 6, "the end of the formula", ", or )"},
           {"abs(1,)", "formula.unexpected", 7, ")", "a number, text, name, call or ("},
           {"sum(*)", "formula.unexpected", 5, "*", "a number, text, name, call or ("},
           {"count(* + 1)", "formula.unexpected", 9, "+", ")"},
           {"count(*) filter a", "formula.unexpected", 17, "a", "("},
           {"count(*) filter (a)", "formula.unexpected", 18, "a", "where"},
           {"count(*) filter (where a", "formula.unexpected", 25, "the end of the formula", ")"},
           {"a in 1", "formula.unexpected", 6, "1", "("},
           {"a in ()", "formula.unexpected", 7, ")", "a number, text, name, call or ("},
           {"a not like 'x'", "formula.unexpected", 7, "like", "between or in"},
           {"a between 1", "formula.unexpected", 12, "the end of the formula",
            "the and of between"},
           {"a is 1", "formula.unexpected", 6, "1", "null"},
           {"a is not true", "formula.unexpected", 10, "true", "null"},
           {"a = not b", "formula.unexpected", 5, "not", "a number, text, name, call or ("},
           {"case a when 1 then 2 end", "formula.simple_case", 6, "a", "when"},
           {"case end", "formula.simple_case", 6, "end", "when"},
           {"case when a 1 end", "formula.unexpected", 13, "1", "then"},
           {"case when a then 1", "formula.unexpected", 19, "the end of the formula",
            "when, else or end"},
           {"case when a then 1 else 2", "formula.unexpected", 26, "the end of the formula", "end"},
           {"a < b < c", "formula.chained_comparison", 7, "<", "and, or, ), end"},
           {"a = b is null", "formula.chained_comparison", 7, "is", "and, or, ), end"},
           {"a in (1) = b", "formula.chained_comparison", 10, "=", "and, or, ), end"},
           {"a between 1 and 2 between 3 and 4", "formula.chained_comparison", 19, "between",
            "and, or, ), end"},
           {"a + group", "formula.reserved_word", 5, "group", "\"group\""},
           {"Table", "formula.reserved_word", 1, "Table", "\"Table\""},
           {"where", "formula.unexpected", 1, "where", "a number, text, name, call or ("},
           {"1 + 'a", "formula.unclosed_text", 5, "'a", "'"},
           {"sum(a) -- total", "formula.comment", 8, "--", ""}}) {
    SCOPED_TRACE(std::string(fault.text));
    Issues issues;
    EXPECT_FALSE(parse(fault.text, issues));
    ASSERT_EQ(issues.size(), 1U);
    EXPECT_EQ(issues[0].code, fault.code);
    EXPECT_EQ(issues[0].position, fault.position);
    EXPECT_EQ(issues[0].found, fault.found);
    EXPECT_EQ(issues[0].expected, fault.expected);
    EXPECT_EQ(issues[0].message.zh.find('{'), std::string::npos) << issues[0].message.zh;
    EXPECT_EQ(issues[0].message.en.find('{'), std::string::npos) << issues[0].message.en;
    EXPECT_FALSE(issues[0].message.zh.empty());
  }
}

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

std::string code_of(const std::string& text) {
  Issues issues;
  if (parse(text, issues)) return "";
  return issues.size() == 1 ? issues[0].code : "not one issue";
}

TEST(Parser, takes_formulas_up_to_the_limits_and_refuses_the_next) {
  EXPECT_EQ(code_of("1" + std::string(4095, ' ')), "");
  EXPECT_EQ(code_of("1" + std::string(4096, ' ')), "formula.text_too_long");

  for (const auto& [open, close] :
       std::vector<std::pair<std::string, std::string>>{{"(", ")"},
                                                        {"abs(", ")"},
                                                        {"- ", ""},
                                                        {"not ", ""},
                                                        {"case when true then ", " end"},
                                                        {"1 in (", ")"},
                                                        {"count(*) filter (where ", ")"}}) {
    const std::string inner = open == "not " ? "true" : "1";
    EXPECT_EQ(code_of(repeated(open, 32) + inner + repeated(close, 32)), "") << open;
    EXPECT_EQ(code_of(repeated(open, 33) + inner + repeated(close, 33)), "formula.too_deep")
        << open;
  }
  // A chain is one level, however long.
  EXPECT_EQ(code_of("1" + repeated("+1", 511)), "");                               // 1,023 nodes
  EXPECT_EQ(code_of("1" + repeated("+1", 511) + "-a"), "formula.too_many_nodes");  // 1,025
  EXPECT_EQ(code_of("-1" + repeated("+1", 511)), "");                              // 1,024
  EXPECT_EQ(code_of("least(1" + repeated(",1", 1022) + ")"), "");
  EXPECT_EQ(code_of("least(1" + repeated(",1", 1023) + ")"), "formula.too_many_nodes");
}

TEST(Parser, refuses_megabytes_at_once) {
  const std::string text = repeated("(", 10'000'000);
  const auto start = std::chrono::steady_clock::now();
  Issues issues;
  EXPECT_FALSE(parse(text, issues));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(100));
  ASSERT_EQ(issues.size(), 1U);
  EXPECT_EQ(issues[0].code, "formula.text_too_long");
  EXPECT_EQ(issues[0].found, "10000000");
  EXPECT_EQ(issues[0].expected, "4096");
  EXPECT_EQ(issues[0].position, 4097U);
}

TEST(Parser, gives_one_issue_for_whatever_is_cut_or_garbled) {
  const std::string whole =
      "100 * count(*) filter (where (a > 1 or b in ('x', '楼') and not c) and d is not null) / "
      "nullif(sum(case when e between 1 and 2 then -e else coalesce(\"f g\", 0) end), 0)";
  ASSERT_EQ(code_of(whole), "");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Issues issues;
    const std::optional<Syntax> syntax = parse(whole.substr(0, size), issues);
    EXPECT_EQ(issues.size(), syntax ? 0U : 1U) << size;
    if (!syntax) {
      EXPECT_LE(issues[0].position, size + 1);
    }
  }
  std::mt19937_64 random(20250101);
  const std::string alphabet = std::string("a1.'\"()+-*/%=<>!, \xE6\xA5\xBC\n\xFF") + '\0';
  for (int round = 0; round < 20000; ++round) {
    std::string text = whole;
    for (std::uint64_t changes = random() % 6 + 1; changes > 0; --changes) {
      const std::size_t at = random() % text.size();
      const char c = alphabet[random() % alphabet.size()];
      if (random() % 3 == 0) {
        text.erase(at, random() % 10);
        if (text.empty()) text = "(";
      } else if (random() % 2 == 0) {
        text.insert(at, 1, c);
      } else {
        text[at] = c;
      }
    }
    Issues issues;
    const std::optional<Syntax> syntax = parse(text, issues);
    ASSERT_EQ(issues.size(), syntax ? 0U : 1U) << text;
  }
}

TEST(Parser, keeps_operands_before_their_users) {
  Issues issues;
  const std::optional<Syntax> syntax =
      parse("case when a in (1, b) then -c else greatest(d, e, 2) * 3 end", issues);
  ASSERT_TRUE(syntax);
  EXPECT_EQ(syntax->root, syntax->nodes.size() - 1);
  for (std::uint32_t id = 0; id < syntax->nodes.size(); ++id)
    for (const std::uint32_t child : syntax->children_of(syntax->nodes[id])) EXPECT_LT(child, id);
}

}  // namespace
}  // namespace tijian::formula
