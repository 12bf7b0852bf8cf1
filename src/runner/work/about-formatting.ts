const FORMATTER =
  '(?:formatters?|prettier|black|gofmt|gofumpt|rustfmt|biome|dprint|ruff format|clang-format|spotless)';
const TREE =
  '(?:everything|all|every|(?:the )?(?:whole |entire )?(?:code ?base|code|repository|repo|project|files?|sources?|tree|package)\\b)';

/** Sentences that ask for formatting. A noun ("the date format", "badly formatted") does not. */
const ASKS: readonly RegExp[] = [
  /\bre-?format(?:ting)?\b/i,
  new RegExp(`\\bformat ${TREE}`, 'i'),
  new RegExp(`\\b(?:run|apply|use) (?:the )?${FORMATTER}\\b`, 'i'),
  new RegExp(`\\bformat(?: \\S+){1,6} (?:with|by|using) ${FORMATTER}\\b`, 'i'),
  new RegExp(`\\b(?:upgrade|update|bump)\\b[^.\\n]{0,40}\\b${FORMATTER}\\b`, 'i'),
];

/** True for instructions that ask to format files: then formatters may change files outside the change. */
export const isAboutFormatting = (instructions: string): boolean =>
  ASKS.some((pattern) => pattern.test(instructions));
