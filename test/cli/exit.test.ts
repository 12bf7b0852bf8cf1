import assert from 'node:assert/strict';
import { explain } from '../../src/cli/exit.ts';
import { BgtaskError, type ErrorCode } from '../../src/domain/errors.ts';

const told = (error: unknown, program = 'bgtask', verbose = false): { code: number; text: string } => {
  let text = '';
  const code = explain(error, verbose, { program, place: '', err: (words) => void (text += words) });
  return { code, text };
};

describe('explain', () => {
  const CODES: Record<ErrorCode, number> = {
    Usage: 2,
    Invalid: 2,
    TooLarge: 2,
    TooManyRequests: 1,
    NotFound: 5,
    AlreadyExists: 1,
    Conflict: 1,
    Forbidden: 4,
    Unauthorized: 4,
    LimitReached: 8,
    Unavailable: 1,
    WaitTimeout: 124,
    Interrupted: 130,
  };
  for (const [code, exit] of Object.entries(CODES)) {
    it(`${code} is exit code ${exit}`, () =>
      assert.deepEqual(told(new BgtaskError(code as ErrorCode, 'Why.', { hint: 'Then?' })), {
        code: exit,
        text: 'error: Why.\nThen?\n',
      }));
  }
  it('anything else is exit code 1, without its stack unless -v asks', () => {
    assert.deepEqual(told(new Error('Broken.')), { code: 1, text: 'error: Broken.\n' });
    assert.equal(told('text').text, 'error: text\n');
    assert.match(told(new Error('Broken.'), 'bgtask', true).text, /\n {4}at .*exit\.test\.ts/);
  });
});
