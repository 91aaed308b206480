// From a formula's text to its syntax: one SQL scalar expression.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/formula/functions.hpp"
#include "tijian/formula/lexer.hpp"
#include "tijian/formula/syntax.hpp"

namespace tijian::formula {

namespace parsing {

/// Recursive descent. A level of nesting (parentheses, a call, a case, a unary operator) is counted
/// before it is entered, so the deepest recursion is maximum_depth times the levels of precedence.
class Parser {
 public:
  Parser(std::string_view text, Issues& issues) : issues_(issues), lexer_(text, issues) {}

  std::optional<Syntax> run() {
    advance();
    if (at(TokenKind::end)) {
      fail(messages::empty, token_.position, "", "an expression");
      return std::nullopt;
    }
    const std::uint32_t root = disjunction();
    if (!failed_ && !at(TokenKind::end)) unexpected("运算符或公式结尾", "an operator or the end");
    if (failed_) return std::nullopt;
    syntax_.root = root;
    return std::move(syntax_);
  }

 private:
  static constexpr std::uint32_t nothing = UINT32_MAX;

  // After a failure every rule returns at once and what it gives is not used.

  std::uint32_t disjunction() {
    std::uint32_t left = conjunction();
    while (!failed_ && at(TokenKind::word_or)) {
      advance();
      left = binary(BinaryOperator::logical_or, left, conjunction());
    }
    return left;
  }

  std::uint32_t conjunction() {
    std::uint32_t left = negation();
    while (!failed_ && at(TokenKind::word_and)) {
      advance();
      left = binary(BinaryOperator::logical_and, left, negation());
    }
    return left;
  }

  std::uint32_t negation() {
    if (failed_ || !at(TokenKind::word_not)) return comparison();
    return unary(UnaryOperator::logical_not, &Parser::negation);
  }

  std::uint32_t unary(UnaryOperator operation, std::uint32_t (Parser::*rule)()) {
    SyntaxNode node;
    node.kind = SyntaxKind::unary;
    node.unary = operation;
    node.position = token_.position;
    if (!enter()) return nothing;
    advance();
    const std::uint32_t child = (this->*rule)();
    leave();
    return add(std::move(node), {child});
  }

  std::uint32_t comparison() {
    std::uint32_t left = sum();
    if (failed_) return nothing;
    const std::optional<BinaryOperator> operation = comparison_operator();
    if (operation) {
      advance();
      left = binary(*operation, left, sum());
    } else if (at_predicate()) {
      left = predicate(left);
    } else {
      return left;
    }
    if (!failed_ && (comparison_operator() || at_predicate())) {
      const std::string found = lexing::excerpt(token_.source);
      fail(messages::chained_comparison, token_.position, found, "and, or, ), end");
    }
    return left;
  }

  [[nodiscard]] std::optional<BinaryOperator> comparison_operator() const {
    switch (token_.kind) {
      case TokenKind::equal: return BinaryOperator::equal;
      case TokenKind::not_equal: return BinaryOperator::not_equal;
      case TokenKind::less: return BinaryOperator::less;
      case TokenKind::less_equal: return BinaryOperator::less_equal;
      case TokenKind::greater: return BinaryOperator::greater;
      case TokenKind::greater_equal: return BinaryOperator::greater_equal;
      default: return std::nullopt;
    }
  }

  [[nodiscard]] bool at_predicate() const {
    return at(TokenKind::word_not) || at(TokenKind::word_between) || at(TokenKind::word_in) ||
           at(TokenKind::word_is);
  }

  /// `is [not] null`, `[not] between … and …`, `[not] in (…)`
  std::uint32_t predicate(std::uint32_t value) {
    SyntaxNode node;
    node.position = syntax_.nodes[value].position;
    if (take(TokenKind::word_is)) {
      node.kind = SyntaxKind::is_null;
      node.negated = take(TokenKind::word_not);
      if (!expect(TokenKind::word_null, "null", "null")) return nothing;
      return add(std::move(node), {value});
    }
    node.negated = take(TokenKind::word_not);
    std::vector<std::uint32_t> children{value};
    if (take(TokenKind::word_between)) {
      node.kind = SyntaxKind::between;
      children.push_back(sum());
      if (failed_ || !expect(TokenKind::word_and, "between 的 and", "the and of between"))
        return nothing;
      children.push_back(sum());
      return add(std::move(node), children);
    }
    if (!expect(TokenKind::word_in, "between 或 in", "between or in")) return nothing;
    node.kind = SyntaxKind::in;
    if (!enter() || !expect(TokenKind::left_parenthesis, "(", "(")) return nothing;
    list(children);
    leave();
    if (failed_) return nothing;
    return add(std::move(node), children);
  }

  /// Expressions up to the closing parenthesis.
  void list(std::vector<std::uint32_t>& children) {
    do {
      children.push_back(disjunction());
      if (failed_) return;
    } while (take(TokenKind::comma));
    expect(TokenKind::right_parenthesis, ", 或 )", ", or )");
  }

  std::uint32_t sum() {
    std::uint32_t left = product();
    while (!failed_ && (at(TokenKind::plus) || at(TokenKind::minus))) {
      const BinaryOperator operation =
          at(TokenKind::plus) ? BinaryOperator::add : BinaryOperator::subtract;
      advance();
      left = binary(operation, left, product());
    }
    return left;
  }

  std::uint32_t product() {
    std::uint32_t left = signed_operand();
    while (!failed_ && (at(TokenKind::star) || at(TokenKind::slash) || at(TokenKind::percent))) {
      const BinaryOperator operation = at(TokenKind::star)    ? BinaryOperator::multiply
                                       : at(TokenKind::slash) ? BinaryOperator::divide
                                                              : BinaryOperator::modulo;
      advance();
      left = binary(operation, left, signed_operand());
    }
    return left;
  }

  std::uint32_t signed_operand() {
    if (failed_ || !at(TokenKind::minus)) return operand();
    return unary(UnaryOperator::negate, &Parser::signed_operand);
  }

  std::uint32_t operand() {
    if (failed_) return nothing;
    SyntaxNode node;
    node.position = token_.position;
    switch (token_.kind) {
      case TokenKind::number:
        node.kind = SyntaxKind::number;
        node.number = token_.number;
        break;
      case TokenKind::text:
        node.kind = SyntaxKind::text;
        node.text = std::move(token_.text);
        break;
      case TokenKind::word_true:
      case TokenKind::word_false:
        node.kind = SyntaxKind::boolean;
        node.boolean = at(TokenKind::word_true);
        break;
      case TokenKind::word_null: node.kind = SyntaxKind::null; break;
      case TokenKind::word_case: return case_when();
      case TokenKind::identifier:
      case TokenKind::quoted_identifier: return name();
      case TokenKind::left_parenthesis: return parentheses();
      case TokenKind::reserved: {
        const std::string found = lexing::excerpt(token_.source);
        fail(messages::reserved_word, token_.position, found, '"' + found + '"');
        return nothing;
      }
      default:
        unexpected("数值、文本、名称、函数或 (", "a number, text, name, call or (");
        return nothing;
    }
    advance();
    return add(std::move(node), {});
  }

  std::uint32_t parentheses() {
    if (!enter()) return nothing;
    advance();
    const std::uint32_t inner = disjunction();
    leave();
    if (failed_ || !expect(TokenKind::right_parenthesis, ")", ")")) return nothing;
    return inner;
  }

  std::uint32_t case_when() {
    SyntaxNode node;
    node.kind = SyntaxKind::case_when;
    node.position = token_.position;
    if (!enter()) return nothing;
    advance();
    std::vector<std::uint32_t> children;
    if (!failed_ && !at(TokenKind::word_when)) {
      fail(messages::simple_case, token_.position, found().en, "when");
      return nothing;
    }
    while (!failed_ && take(TokenKind::word_when)) {
      children.push_back(disjunction());
      if (failed_ || !expect(TokenKind::word_then, "then", "then")) return nothing;
      children.push_back(disjunction());
    }
    if (!failed_ && take(TokenKind::word_else)) {
      children.push_back(disjunction());
      if (!failed_) expect(TokenKind::word_end, "end", "end");
    } else if (!failed_) {
      expect(TokenKind::word_end, "when、else 或 end", "when, else or end");
    }
    leave();
    if (failed_) return nothing;
    return add(std::move(node), children);
  }

  std::uint32_t name() {
    SyntaxNode node;
    node.kind = SyntaxKind::identifier;
    node.position = token_.position;
    node.text = std::move(token_.text);
    const bool quoted = at(TokenKind::quoted_identifier);
    advance();
    if (failed_) return nothing;
    if (quoted || !at(TokenKind::left_parenthesis)) return add(std::move(node), {});
    return call(std::move(node));
  }

  std::uint32_t call(SyntaxNode node) {
    node.text = lexing::lower_case(node.text);
    node.kind = find_aggregate(node.text) != nullptr ? SyntaxKind::aggregate : SyntaxKind::call;
    if (!enter()) return nothing;
    advance();
    std::vector<std::uint32_t> children;
    if (node.text == "count" && take(TokenKind::star)) {
      node.star = true;
      expect(TokenKind::right_parenthesis, ")", ")");
    } else if (!take(TokenKind::right_parenthesis) && !failed_) {
      list(children);
    }
    leave();
    if (!failed_ && at(TokenKind::identifier) && lexing::lower_case(token_.source) == "filter") {
      advance();
      node.filtered = true;
      if (failed_ || !expect(TokenKind::left_parenthesis, "(", "(") ||
          !expect(TokenKind::word_where, "where", "where") || !enter())
        return nothing;
      children.push_back(disjunction());
      leave();
      if (!failed_) expect(TokenKind::right_parenthesis, ")", ")");
    }
    if (failed_) return nothing;
    return add(std::move(node), children);
  }

  std::uint32_t binary(BinaryOperator operation, std::uint32_t left, std::uint32_t right) {
    if (failed_) return nothing;
    SyntaxNode node;
    node.kind = SyntaxKind::binary;
    node.binary = operation;
    node.position = syntax_.nodes[left].position;
    return add(std::move(node), {left, right});
  }

  std::uint32_t add(SyntaxNode node, const std::vector<std::uint32_t>& children) {
    if (failed_) return nothing;
    if (syntax_.nodes.size() == maximum_nodes) {
      fail(messages::too_many_nodes, node.position, std::to_string(maximum_nodes + 1),
           std::to_string(maximum_nodes));
      return nothing;
    }
    node.first_child = static_cast<std::uint32_t>(syntax_.children.size());
    node.child_count = static_cast<std::uint32_t>(children.size());
    syntax_.children.insert(syntax_.children.end(), children.begin(), children.end());
    syntax_.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(syntax_.nodes.size() - 1);
  }

  [[nodiscard]] bool at(TokenKind kind) const { return token_.kind == kind; }

  void advance() {
    token_ = lexer_.next();
    if (at(TokenKind::invalid)) failed_ = true;
  }

  bool take(TokenKind kind) {
    if (!at(kind)) return false;
    advance();
    return !failed_;
  }

  bool expect(TokenKind kind, std::string_view zh, std::string_view en) {
    if (failed_) return false;
    if (at(kind)) return take(kind);
    unexpected(zh, en);
    return false;
  }

  bool enter() {
    if (failed_) return false;
    if (depth_ == maximum_depth) {
      fail(messages::too_deep, token_.position, std::to_string(maximum_depth + 1),
           std::to_string(maximum_depth));
      return false;
    }
    ++depth_;
    return true;
  }

  void leave() { --depth_; }

  [[nodiscard]] Text found() const {
    if (at(TokenKind::end)) return {"公式结尾", "the end of the formula"};
    const std::string source = lexing::excerpt(token_.source);
    return {source, source};
  }

  void unexpected(std::string_view expected_zh, std::string_view expected) {
    const Text here = found();
    Issue issue = make_issue(messages::unexpected, "",
                             {{"found_zh", here.zh},
                              {"expected_zh", expected_zh},
                              {"found", here.en},
                              {"expected", expected}});
    place(std::move(issue), token_.position, here.en, std::string(expected));
  }

  void fail(const Message& message, std::size_t position, const std::string& found,
            const std::string& expected) {
    place(make_issue(message, "", {{"found", found}, {"expected", expected}}), position, found,
          expected);
  }

  void place(Issue issue, std::size_t position, std::string found, std::string expected) {
    failed_ = true;
    issue.position = position;
    issue.found = std::move(found);
    issue.expected = std::move(expected);
    issues_.push_back(std::move(issue));
  }

  Issues& issues_;
  Lexer lexer_;
  Token token_;
  Syntax syntax_;
  std::size_t depth_ = 0;
  bool failed_ = false;
};

}  // namespace parsing

/// The syntax of a formula, or one issue with code, position, found and expected (`place` is left
/// empty). Refused before anything is built: more than 4 KiB of text, nesting deeper than 32, more
/// than 1,024 nodes. Comparisons are not chained; names and types are not looked at.
inline std::optional<Syntax> parse(std::string_view text, Issues& issues) {
  if (text.size() > maximum_text_bytes) {
    const std::string found = std::to_string(text.size());
    const std::string expected = std::to_string(maximum_text_bytes);
    Issue issue =
        make_issue(messages::text_too_long, "", {{"found", found}, {"expected", expected}});
    issue.position = maximum_text_bytes + 1;
    issue.found = found;
    issue.expected = expected;
    issues.push_back(std::move(issue));
    return std::nullopt;
  }
  return parsing::Parser(text, issues).run();
}

}  // namespace tijian::formula
