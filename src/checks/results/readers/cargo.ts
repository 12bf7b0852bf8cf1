import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests } from '../tests.ts';

const BINARY = /^ +Running (?:unittests )?(\S+) \((?:.*[/\\])?(.+?)-[0-9a-f]{16}(?:\.exe)?\)$/;
const DOC_TESTS = /^ +Doc-tests (\S+)$/;
const TEST = /^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)(?:, .*)?(?: <[\d.]+s>)?$/;
/** With -q: `tests::breaks --- FAILED`. */
const QUIET = /^(\S.*?) --- FAILED$/;
const CLOSING = /^test result: \S+ (\d+) passed; (\d+) failed; (\d+) ignored; /;
const OUTCOMES: Record<string, TestOutcome> = { ok: 'passed', FAILED: 'failed', ignored: 'skipped' };

/**
 * `cargo test`: one suite a binary and one of doc tests. Names are crate, source file and path: `demo src/lib.rs: tests::works`.
 * Doc tests lose their line numbers, which move with any edit above them.
 */
export class CargoReader implements Reader {
  #tests = new Tests();
  #binary = '';

  line(text: string, suites: Suites): void {
    const binary = BINARY.exec(text);
    const docs = DOC_TESTS.exec(text)?.[1];
    if (binary) this.#binary = `${binary[2]} ${binary[1]}`;
    else if (docs) this.#binary = `${docs} doc`;
    else this.#test(text, suites);
  }

  flush(): void {
    this.#tests = new Tests();
    this.#binary = '';
  }

  #test(text: string, suites: Suites): void {
    const [, name, word = ''] = TEST.exec(text) ?? [];
    const failed = QUIET.exec(text)?.[1];
    if (name) this.#add(OUTCOMES[word] ?? 'passed', name);
    else if (failed) this.#add('failed', failed);
    const [, passed, failures, ignored] = CLOSING.exec(text) ?? [];
    if (passed === undefined) return;
    const stated = { passed: Number(passed), failed: Number(failures), skipped: Number(ignored) };
    suites.close(this.#tests.close('cargo test', stated));
    this.flush();
  }

  #add(outcome: TestOutcome, name: string): void {
    const stable = name.replace(/ \(line \d+\)(?: - compile(?: fail)?)?$/, '');
    this.#tests.add(outcome, this.#binary ? `${this.#binary}: ${stable}` : stable);
  }
}
