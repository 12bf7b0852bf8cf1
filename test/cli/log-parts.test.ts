import assert from 'node:assert/strict';
import { checkPart, failedStepPart, type KnownCheck } from '../../src/cli/log-parts.ts';

const TEST: KnownCheck = { name: 'test', command: 'npm test' };
const LINT: KnownCheck = { name: 'lint (ruff)', command: 'ruff check' };
const UNIT: KnownCheck = { name: 'unit', command: 'make unit' };
const PASSED = 'Tests passed (1.5 s): 3 tests, 0 failed, 0 skipped';
const FAILED = 'Tests failed: npm test exited with code 1';
const START = 'Running tests: npm test';

/** The lines that a part has, and whether it is whole. */
const CHECKS: [what: string, check: KnownCheck, log: string[], part: string[] | undefined, isWhole?: boolean][] = [
  ['from its first line to its last', TEST, ['a', START, 'b', PASSED, 'c'], [START, 'b', PASSED]],
  ['that failed', TEST, [START, 'b', FAILED], [START, 'b', FAILED]],
  ['that did not end in its time', TEST, [START, 'Tests failed: npm test did not end within 900 seconds'], [START, 'Tests failed: npm test did not end within 900 seconds']],
  ['of which the kind has another word on failure', LINT, ['Running linters: ruff check', 'Linting failed: ruff check exited with code 1'], ['Running linters: ruff check', 'Linting failed: ruff check exited with code 1']],
  ['of which the kind has another word when it passes', LINT, ['Running linters: ruff check', 'Linting passed (1.0 s)', 'Linting (ruff) passed (1.0 s)'], ['Running linters: ruff check', 'Linting passed (1.0 s)', 'Linting (ruff) passed (1.0 s)']],
  ['of another command is not its own', LINT, ['Running linters: eslint .', 'Linting failed: eslint . exited with code 1'], undefined],
  ['with a name of its own', UNIT, ['Running tests: make unit', 'x', 'unit passed (2.0 s)'], ['Running tests: make unit', 'x', 'unit passed (2.0 s)']],
  ['with what CI runs before it', TEST, [START, 'Running before test: make', 'npm test failed, which runs before it', FAILED], [START, 'Running before test: make', 'npm test failed, which runs before it', FAILED]],
  ['of which the last run counts', TEST, [START, 'one', FAILED, 'Running npm test a second time, because a test may be flaky', START, 'two', PASSED], [START, 'two', PASSED]],
  ['and not its run on the base', TEST, [START, 'one', FAILED, 'Running npm test on the base commit, to compare', 'two', 'On the base commit: Tests passed (1.0 s)'], [START, 'one', FAILED]],
  ['that runs still, to the end of the log', TEST, [START, 'one', FAILED, START, 'two'], [START, 'two'], false],
  ['that was cut off, to what began then', TEST, [START, 'one', 'Running linters: x', 'two'], [START, 'one'], false],
  ['whose output repeats the line that begins it', TEST, [START, 'one', START, 'two', FAILED], [START, 'one', START, 'two', FAILED]],
  ['whose output forges the line that ends it', TEST, [START, 'Tests passed (0.1 s)', 'two', FAILED], [START, 'Tests passed (0.1 s)', 'two', FAILED]],
  ['whose output forges another step', TEST, [START, 'Validation passed', 'two', FAILED], [START, 'Validation passed', 'two', FAILED]],
  ['whose end another check forges', TEST, [START, 'one', FAILED, 'Running linters: x', PASSED], [START, 'one', FAILED]],
  ['whose command has several lines', { name: 'x', command: 'cd a\nmake' }, ['Running tests: cd a', 'make', 'y', 'x failed: cd a', 'make exited with code 1'], ['Running tests: cd a', 'make', 'y', 'x failed: cd a']],
  ['whose command is not known yet', { name: 'test' }, ['Running tests: cargo test', 'a', 'Tests failed: cargo test exited with code 1'], ['Running tests: cargo test', 'a', 'Tests failed: cargo test exited with code 1']],
  ['of which the beginning was cut away', TEST, ['two', FAILED], undefined],
  ['that the log does not name', TEST, ['one', 'two'], undefined],
  ['of an empty log', TEST, [], undefined],
]; // prettier-ignore

const STEPS: [what: string, error: string | undefined, log: string[], part: string[] | undefined, isWhole?: boolean][] = [
  ['from its line to the error', 'No access.', ['Initializing workspace', 'Cloning repository: https://e', 'a', 'No access.', 'b'], ['Cloning repository: https://e', 'a', 'No access.']],
  ['of an error with several lines', 'No access.\nMore.', ['Cloning repository', 'No access.'], ['Cloning repository', 'No access.']],
  ['of installing', 'It failed.', ['Repository cloned', 'Installing dependencies: npm ci', 'a', 'It failed.'], ['Installing dependencies: npm ci', 'a', 'It failed.']],
  ['to the end of the log where the error is not in it', 'Too long.', ['Generating changes: agent claude', 'a', 'b'], ['Generating changes: agent claude', 'a', 'b'], false],
  ['to the end of the log of a task without an error', undefined, ['Generating changes', 'a'], ['Generating changes', 'a'], false],
  ['that no line begins', 'No.', ['a', 'No.'], undefined],
]; // prettier-ignore

describe('checkPart', () => {
  for (const [what, check, log, lines, isWhole = true] of CHECKS)
    it(`finds a check ${what}`, () => {
      const part = checkPart(log, check);
      assert.deepEqual(part && log.slice(part.from, part.to + 1), lines);
      if (part) assert.equal(part.isWhole, isWhole);
    });
});

describe('failedStepPart', () => {
  for (const [what, error, log, lines, isWhole = true] of STEPS)
    it(`finds a step ${what}`, () => {
      const part = failedStepPart(log, error);
      assert.deepEqual(part && log.slice(part.from, part.to + 1), lines);
      if (part) assert.equal(part.isWhole, isWhole);
    });
});
