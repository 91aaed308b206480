#include <iostream>
#include <tijian/json.hpp>
#include <tijian/tijian.hpp>

int bystander(int unused);

int main() {
  const tijian::Plan plan = tijian::compile(tijian::load_shipped("mohurd-2025"));
  std::cout << bystander(0) << ' ' << plan.framework().id << '\n';
}
