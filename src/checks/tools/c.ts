import { DEPLOY, FIX, FORMAT, LINT, NOTHING, TEST, TYPES, type Row } from './rule.ts';

/** C and C++: CMake, Meson, Ninja and the linters. What configures a build folder proves nothing by itself. */
export const C_RULES: Row[] = [
  ['cmake', / --install /, NOTHING],
  ['cmake', / --build (.* )?(--target|-t)[ =]?\S*(install|package|docs?|clean|fmt|format-fix)\S* /i, NOTHING],
  ['cmake', / --build (.* )?(--target|-t)[ =]?\S*(lint|tidy|format|cppcheck)\S* /i, LINT],
  ['cmake', / --build (.* )?(--target|-t)[ =]?(\S*[_-])?(tests?|check)([_-]\S*)? /i, TEST],
  ['cmake', / --build (.* )?(--target|-t)[ =]?(?!all )\S/, NOTHING],
  ['cmake', / --build /, TYPES],
  ['cmake', / --workflow /, TEST],
  ['cmake', undefined, NOTHING],
  ['ctest', / (-N|--show-only\S*|--print-labels) /, NOTHING],
  ['ctest', / (-D|--dashboard|-S|--script|-M) /, DEPLOY],
  ['ctest', undefined, TEST],
  ['meson', / (dist|install|configure|introspect|subprojects|wrap) /, NOTHING],
  ['meson', / test /, TEST],
  ['meson', / compile /, TYPES],
  ['meson', undefined, NOTHING],
  ['ninja', / (-t|install|clean|dist|docs?) /, NOTHING],
  ['ninja', / (\S*[_-])?(tests?|check)([_-]\S*)? /, TEST],
  ['ninja', undefined, TYPES],
  ['clang-tidy', / (-fix|--fix|--fix-errors) /, FIX],
  ['run-clang-tidy', / (-fix|--fix) /, FIX],
  ...['clang-tidy', 'run-clang-tidy', 'clang-tidy-diff', 'cppcheck', 'cpplint', 'scan-build'].map(
    (tool): Row => [tool, undefined, LINT],
  ),
  ['clang-format', / (-n|--dry-run|--Werror|-Werror) /, LINT],
  ['clang-format', / -i /, FORMAT],
  ['cmake-format', / --check /, LINT],
  ['cmake-lint', undefined, LINT],
  ['gersemi', / (--check|-c) /, LINT],
];
