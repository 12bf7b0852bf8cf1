import assert from 'node:assert/strict';
import { BgtaskError, hasCode, messageOf } from '../../src/domain/errors.ts';
import { isReason, REASONS } from '../../src/domain/reasons.ts';

describe('errors', () => {
  const error = new BgtaskError('NotFound', 'Task "x" not found', { hint: 'bgtask list', cause: 7 });
  it('carry code, hint and cause', () =>
    assert.deepEqual(
      [error.code, error.hint, error.cause, error.name],
      ['NotFound', 'bgtask list', 7, 'BgtaskError'],
    ));
  it('are told by any of several codes', () => {
    assert.equal(hasCode(error, 'Conflict', 'NotFound'), true);
    assert.equal(hasCode(error, 'Conflict'), false);
    assert.equal(hasCode(new Error('NotFound'), 'NotFound'), false);
  });
  it('anything thrown has a sentence', () => {
    assert.equal(messageOf(error), 'Task "x" not found');
    assert.equal(messageOf('words'), 'words');
    assert.equal(messageOf(undefined), 'undefined');
  });
  it('every reason is a word of CamelCase, and nothing else is a reason', () => {
    for (const reason of REASONS) assert.match(reason, /^([A-Z][a-z]+)+$/);
    for (const word of ['runnerLost', '', 'toString', undefined, 3]) assert.equal(isReason(word), false);
  });
});
