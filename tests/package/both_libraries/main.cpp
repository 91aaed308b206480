#include <tijian/tijian.h>

#include <iostream>
#include <tijian/json.hpp>

int main() {
  tj_framework* theirs = nullptr;
  tj_error* error = nullptr;
  // Errors too: an exception of one copy must not meet the handlers of the other.
  if (tj_framework_shipped("no such framework", &theirs, &error) == TJ_OK) return 1;
  tj_error_free(error);
  try {
    tijian::load_shipped("no such framework");
    return 1;
  } catch (const tijian::FrameworkError&) {
  }
  if (tj_framework_shipped("mohurd-2025", &theirs, nullptr) != TJ_OK) return 1;
  const bool same =
      tijian::fingerprint(tijian::load_shipped("mohurd-2025")) == tj_framework_fingerprint(theirs);
  tj_framework_free(theirs);
  std::cout << (same ? "same fingerprint" : "different fingerprints") << '\n';
}
