import { groups } from '../match.ts';
import type { Reader, Suites } from '../reader.ts';
import { Tests } from '../tests.ts';

const LINE = /^\d\d:\d\d \+(\d+)(?: ~(\d+))?(?: -(\d+))?(?: ~(\d+))?: (.*)$/;
const END = /^(?:All tests passed!|Some tests failed\.|All tests skipped\.|No tests ran\.)$/;

/** `dart test` and `flutter test`: each line carries the counts so far, and failed tests end with ` [E]`. */
export class DartReader implements Reader {
  #tests = new Tests();

  line(text: string, suites: Suites): void {
    const [passed, skippedFirst, failed, skippedLast, rest] = groups(LINE, text);
    if (!passed) return;
    if (rest.endsWith(' [E]')) this.#tests.add('failed', rest.slice(0, -4));
    if (!END.test(rest)) return;
    const stated = {
      passed: Number(passed),
      failed: Number(failed),
      skipped: Number(skippedFirst || skippedLast),
    };
    suites.close(this.#tests.close('dart test', stated));
    this.flush();
  }

  flush(): void {
    this.#tests = new Tests();
  }
}
