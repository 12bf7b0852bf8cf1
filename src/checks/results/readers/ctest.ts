import type { Format } from '../format.ts';
import { readerOf } from '../format.ts';

const line = (end: string): RegExp => new RegExp(`^ *\\d+/\\d+ Test +#\\d+: (.+?) \\.{2,} *${end}`);

/** CTest, whatever its verbosity; what its tests print of themselves is theirs. A disabled test is skipped, one that cannot be started fails. */
const CTEST: Format = {
  runner: 'ctest',
  begins: /^Test project \S/,
  tests: [
    { is: line('Passed'), outcome: 'passed' },
    { is: line('\\*\\*\\*(?:Skipped|Not Run \\(Disabled\\))'), outcome: 'skipped' },
    { is: line('\\*\\*\\*\\w'), outcome: 'failed' },
  ],
  closing: /^(?:\d+% tests passed, (\d+) tests? failed out of (\d+)|No tests were found!!!)$/,
  counts: () => ({}),
};

export const ctest = readerOf(CTEST);
