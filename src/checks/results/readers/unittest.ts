import { groups } from '../match.ts';
import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests } from '../tests.ts';

const HEAD = /^(?:FAIL|ERROR): (\w+) \(([^)]+)\)(.*)$/;
const ID = /^(\w+) \(([\w.]+)\)$/;
const LINE = /^(.*) \.\.\. (ok|FAIL|ERROR|skipped .*|expected failure|unexpected success)$/;
const RAN = /^Ran (\d+) tests? in [\d.]+s$/;
const END = /^(?:OK|FAILED|PASSED|NO TESTS RAN)(?: \((.*)\))?$/;

/** `test_a.TestA.test_x`: Python before 3.11 leaves the last part out of the brackets. */
const idOf = (name: string, path: string, rest = ''): string =>
  `${path.endsWith(`.${name}`) ? path : `${path}.${name}`}${rest}`;

function outcomeOf(word: string): TestOutcome {
  if (word === 'ok' || word === 'unexpected success') return 'passed';
  return word === 'FAIL' || word === 'ERROR' ? 'failed' : 'skipped';
}

/** unittest and what prints like it: Django, nose2, trial. An unexpected success counts as failed, as the run does. */
export class UnittestReader implements Reader {
  #tests = new Tests();
  /** The id of a test whose docstring follows on the next line. */
  #id: string | undefined;
  #ran: number | undefined;

  line(text: string, suites: Suites): void {
    const head = HEAD.exec(text);
    if (head) return this.#tests.add('failed', idOf(head[1] ?? '', head[2] ?? '', head[3]));
    const ran = RAN.exec(text)?.[1];
    if (ran !== undefined) this.#ran = Number(ran);
    else if (this.#ran !== undefined) this.#close(text, suites);
    else this.#verbose(text);
  }

  flush(): void {
    this.#tests = new Tests();
    this.#id = undefined;
    this.#ran = undefined;
  }

  #verbose(text: string): void {
    const [name, path] = text.endsWith(')') ? groups(ID, text) : ['', ''];
    const [before, word] = text.includes(' ... ') ? groups(LINE, text) : ['', ''];
    if (word) {
      const own = ID.exec(before);
      const id = own ? idOf(own[1] ?? '', own[2] ?? '') : this.#id;
      // Failures are listed below, with their parameters.
      if (outcomeOf(word) !== 'failed') this.#tests.add(outcomeOf(word), id);
    }
    this.#id = name ? idOf(name, path) : undefined;
  }

  #close(text: string, suites: Suites): void {
    const end = END.exec(text);
    if (!end) return;
    const parts = new Map((end[1] ?? '').split(', ').map((part) => part.split('=') as [string, string]));
    const of = (...labels: string[]): number =>
      labels.reduce((sum, label) => sum + Number(parts.get(label) ?? 0), 0);
    const failed = of('failures', 'errors', 'unexpected successes', 'unexpectedSuccesses');
    const skipped = of('skipped', 'skips', 'SKIP', 'expected failures', 'expectedFailures', 'todos');
    const passed = Math.max((this.#ran ?? 0) - failed - skipped, 0);
    suites.close(this.#tests.close('unittest', { passed, failed, skipped }));
    this.flush();
  }
}
