import assert from 'node:assert/strict';
import { BgtaskError, type ErrorCode } from '../../src/domain/errors.ts';
import { TemplateError } from '../../src/domain/template.ts';
import { refusalOf } from '../../src/server/api-error.ts';

describe('what a caller is told of an error', () => {
  const statuses: Record<ErrorCode, number> = {
    Usage: 400,
    Invalid: 400,
    Unauthorized: 401,
    Forbidden: 403,
    NotFound: 404,
    AlreadyExists: 409,
    Conflict: 409,
    LimitReached: 409,
    TooLarge: 413,
    TooManyRequests: 429,
    Unavailable: 503,
    Interrupted: 503,
    WaitTimeout: 504,
  };
  for (const [code, status] of Object.entries(statuses) as [ErrorCode, number][])
    it(`${code} is ${status}, with its sentence, and without the command line's advice`, () => {
      const refusal = refusalOf(new BgtaskError(code, 'It is so.', { hint: 'bgtask list' }));
      assert.equal(refusal?.status, status);
      assert.equal(refusal?.body.message, 'It is so.');
      assert.doesNotMatch(JSON.stringify(refusal?.body), /bgtask list/);
    });

  it('a reached limit has the title and the sentence that were promised', () => {
    const cause = {
      title: 'Concurrent task limit reached',
      message: 'You already have 1 running background task.',
    };
    const refusal = refusalOf(new BgtaskError('LimitReached', 'Both as one.', { cause }));
    assert.deepEqual(refusal?.body, { error: cause.title, message: cause.message });
  });

  it('a template that cannot be used is 400, with each of its problems', () => {
    const problems = [
      { path: 'parameters.a', message: 'is missing.' },
      { path: 'parameters.b', message: 'is unknown.' },
    ];
    assert.deepEqual(refusalOf(new TemplateError('t', problems)), {
      status: 400,
      body: {
        error: 'Invalid request',
        message: 'Template t: parameters.a: is missing. parameters.b: is unknown.',
      },
    });
  });

  for (const thrown of [new Error('the password is hunter2'), 'a text', undefined])
    it(`of ${String(thrown)} nothing`, () => assert.equal(refusalOf(thrown), undefined));
});
