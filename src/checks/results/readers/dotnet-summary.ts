import { groups } from '../match.ts';
import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests, type StatedCounts } from '../tests.ts';

const HEADING = /^(?:Test Run (?:Successful|Failed|Aborted)\.|Test run summary: )/;
const FIELD = /^ *(Passed|Failed|Skipped|succeeded|failed|skipped): +(\d+)$/;
const END = /^ *(?:Total time|duration): /;
const TEST =
  /^ *(Passed|Failed|Skipped|passed|failed|skipped) (\S.*?) (?:\[(?:< )?[\d.,hms ]+\]|\(\d[\dhms .]*\))$/;
const OUTCOMES: Record<string, TestOutcome> = {
  passed: 'passed',
  succeeded: 'passed',
  failed: 'failed',
  skipped: 'skipped',
};

/** The summary of several lines that .NET's VSTest prints when it is not terse, and Microsoft.Testing.Platform always. */
export class DotnetSummaryReader implements Reader {
  #tests = new Tests();
  #stated: Required<StatedCounts> | undefined;

  line(text: string, suites: Suites): void {
    if (HEADING.test(text)) this.#stated = { passed: 0, failed: 0, skipped: 0 };
    const [word, name] = groups(TEST, text);
    if (name) return this.#tests.add(OUTCOMES[word.toLowerCase()] ?? 'failed', name);
    if (!this.#stated) return;
    const [field, number] = groups(FIELD, text);
    if (field) this.#stated[OUTCOMES[field.toLowerCase()] ?? 'failed'] += Number(number);
    if (!END.test(text)) return;
    suites.close(this.#tests.close('dotnet test', this.#stated));
    this.flush();
  }

  flush(): void {
    this.#tests = new Tests();
    this.#stated = undefined;
  }
}
