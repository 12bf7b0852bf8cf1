import {
  BROWSER,
  DEPLOY,
  FIX,
  FORMAT,
  INSTALL,
  LINT,
  NOTHING,
  TEST,
  TYPES,
  WATCH,
  type Row,
} from './rule.ts';

/** Deno. A task is known by its name; `deno.ts` reads what it runs. */
export const DENO_RULES: Row[] = [
  ['deno', / --watch(-hmr)?(=\S*)? /, WATCH],
  ['deno', / (publish|deploy) /, DEPLOY],
  ['deno', / (--version|--help|-h|-V) /, NOTHING],
  ['deno', /^ fmt (.* )?--check /, LINT],
  ['deno', /^ fmt /, FORMAT],
  ['deno', /^ lint (.* )?--fix /, FIX],
  ['deno', /^ lint /, LINT],
  ['deno', /^ check /, TYPES],
  ['deno', /^ test /, TEST],
  ['deno', /^ (install|cache|ci) /, INSTALL],
  [
    'deno',
    /^ task (-\S+ )*\S*(e2e|browser|bench|watch|dev|start|serve|build|docs?|fix|release)\S* /,
    NOTHING,
  ],
  ['deno', /^ task (-\S+ )*(\S*[:_-])?(fmt|format)[:_-]check /, LINT],
  ['deno', /^ task (-\S+ )*(\S*[:_-])?lints?([:_-]\S*)? /, LINT],
  ['deno', /^ task (-\S+ )*(\S*[:_-])?(types?|type-?check|check[:_-]types?|tsc)([:_-]\S*)? /, TYPES],
  ['deno', /^ task (-\S+ )*(\S*[:_-])?(tests?|unit)([:_-]\S*)? /, TEST],
  ['deno', /^ task (-\S+ )*(check|ok|ci|verify)([:_-]all)? /, TEST],
];

/** Swift's package manager and its linters. */
export const SWIFT_RULES: Row[] = [
  ['swift', / (--version|--help|-h) /, NOTHING],
  ['swift', /^ test /, TEST],
  ['swift', /^ build /, TYPES],
  ['swift', /^ package (resolve|update) /, INSTALL],
  ['swift', /^ (package )?format (.* )?lint /, LINT],
  ['swift', /^ format /, FORMAT],
  ['swiftlint', / (--fix|--autocorrect|autocorrect) /, FIX],
  ['swiftlint', undefined, LINT],
  ['swiftformat', / --lint /, LINT],
  ['swiftformat', undefined, FORMAT],
  ['xcodebuild', / test /, TEST],
];

/** Dart and Flutter. */
export const DART_RULES: Row[] = ['dart', 'flutter'].flatMap((tool): Row[] => [
  [tool, / (--version|--help|-h) /, NOTHING],
  [tool, /^ pub (get|upgrade|downgrade) /, INSTALL],
  [tool, /^ (pub )?publish /, DEPLOY],
  [tool, /^ format (.* )?--set-exit-if-changed /, LINT],
  [tool, /^ format (.* )?(-o|--output)[= ](none|show) /, NOTHING],
  [tool, /^ format /, FORMAT],
  [tool, /^ analyze /, LINT],
  [tool, /^ fix (.* )?--apply /, FIX],
  [tool, /^ test (.* )?(--platform|-p|-d|--device-id)[= ]\S*(chrome|firefox|safari|edge|node)\S* /, BROWSER],
  [tool, /^ test (.* )?integration_test\S* /, BROWSER],
  [tool, /^ test /, TEST],
  [tool, /^ run (\S*:)?(build_runner|serve)\S* (watch|serve) /, WATCH],
  [tool, /^ run test /, TEST],
]);

/** Zig. The steps of `zig build` are known by their names. */
export const ZIG_RULES: Row[] = [
  ['zig', / (--watch|--fuzz(=\S*)?) /, WATCH],
  // It runs the tests in a program that measures.
  ['zig', / -D\S*coverage\S* /, NOTHING],
  ['zig', /^ fmt (.* )?--check /, LINT],
  ['zig', /^ fmt /, FORMAT],
  ['zig', /^ test /, TEST],
  ['zig', /^ build (.* )?(\S*[:_-])?tests?([:_-]\S*)? /, TEST],
  ['zig', /^ build (.* )?(run|serve|docs?|bench\S*|install|uninstall) /, NOTHING],
  ['zig', /^ build (.* )?(lint|fmt)([:_-]\S*)? /, LINT],
  ['zig', /^ (build|build-exe|build-lib|build-obj) /, TYPES],
  ['zlint', undefined, LINT],
];

/** Haskell through cabal and Stack. */
export const HASKELL_RULES: Row[] = [
  ...['cabal', 'stack'].flatMap((tool): Row[] => [
    [tool, / (--version|--numeric-version|--help|--file-watch) /, NOTHING],
    [tool, / (upload|sdist|install) /, DEPLOY],
    [tool, / build (.* )?(--only-dependencies|--dependencies-only|--only-snapshot|--dry-run) /, INSTALL],
    [tool, / (setup|update) /, INSTALL],
    [tool, / (test|new-test|v2-test) /, TEST],
    [tool, / (build|new-build|v2-build) (.* )?--test /, TEST],
    [tool, / (build|new-build|v2-build) (.* )?--run-benchmarks /, NOTHING],
    [tool, / (build|new-build|v2-build) /, TYPES],
    [tool, / (check|outdated) /, LINT],
  ]),
  ['hlint', undefined, LINT],
  ['weeder', undefined, LINT],
  ['ormolu', / (--mode[ =]check|-m check) /, LINT],
  ['ormolu', / (--mode[ =]inplace|-i) /, FORMAT],
  ['fourmolu', / (--mode[ =]check|-m check) /, LINT],
  ['fourmolu', / (--mode[ =]inplace|-i) /, FORMAT],
  ['stylish-haskell', / (-i|--inplace) /, FORMAT],
  ['stylish-haskell', undefined, LINT],
];

/** OCaml through dune. */
export const OCAML_RULES: Row[] = [
  ['dune', / (-w|--watch) /, WATCH],
  ['dune', /^ build (.* )?@?@\S*fmt (.* )?--auto-promote /, FORMAT],
  ['dune', / (--auto-promote|promote|promotion) /, NOTHING],
  ['dune', /^ (fmt|format) (.* )?--preview /, LINT],
  ['dune', /^ (fmt|format) /, FORMAT],
  ['dune', /^ build (.* )?@?@\S*fmt /, LINT],
  ['dune', /^ build (.* )?@?@\S*lint /, LINT],
  ['dune', /^ (runtest|test) /, TEST],
  ['dune', /^ build (.* )?@?@\S*(runtest|test)\S* /, TEST],
  ['dune', /^ build (.* )?@?@\S*doc\S* /, NOTHING],
  ['dune', /^ build /, TYPES],
  ['dune-release', undefined, DEPLOY],
  ['ocamlformat', / --check /, LINT],
  ['ocamlformat', / (-i|--inplace) /, FORMAT],
  ['opam', /^ (install|update|switch|pin|exec) (.* )?(--deps-only|-y|--yes) /, INSTALL],
  ['opam', /^ lint /, LINT],
];

/** Nix: a build of a check is a test. */
export const NIX_RULES: Row[] = [
  ['nix', /^ flake check /, TEST],
  ['nix', /^ (run|profile|store|develop|shell) /, NOTHING],
  ['nix', /^ flake (show|metadata|update|lock) /, NOTHING],
  ['nix', /^ fmt (.* )?(--check|--fail-on-change|--ci) /, LINT],
  ['nix', /^ fmt /, FORMAT],
  ['nix', /^ build (.* )?\S*(check|test|#(\S*[.-])?ci\b)\S* /, TEST],
  ['nix-build', / (-A|--attr)[ =]?\S*(ci|check|test)\S* /, TEST],
  ['nix-build', / \S*(ci|check|test)\S* /, TEST],
  ['nixfmt', / (--check|-c) /, LINT],
  ['nixfmt', undefined, FORMAT],
  ['nixpkgs-fmt', / --check /, LINT],
  ['nixpkgs-fmt', undefined, FORMAT],
  ['alejandra', / (-c|--check) /, LINT],
  ['alejandra', undefined, FORMAT],
  ['statix', / check /, LINT],
  ['deadnix', / (-e|--edit) /, FIX],
  ['deadnix', / (-f|--fail) /, LINT],
  ['treefmt', / (--ci|--fail-on-change) /, LINT],
  ['treefmt', undefined, FORMAT],
];
