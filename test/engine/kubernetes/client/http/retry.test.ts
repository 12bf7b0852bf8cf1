import assert from 'node:assert/strict';
import { NoJson } from '../../../../../src/engine/kubernetes/client/http/answer.ts';
import { ApiError } from '../../../../../src/engine/kubernetes/client/http/api-error.ts';
import { retryDelay } from '../../../../../src/engine/kubernetes/client/http/retry.ts';

const refusal = (status: number, retryAfterMs?: number): ApiError =>
  new ApiError('no', { status, reason: '', retryAfterMs });
const system = (code: string, syscall?: string): Error => Object.assign(new Error(code), { code, syscall });

const middle = (): number => 0.5;

describe('retryDelay', () => {
  const CASES: [what: string, failure: unknown, method: string, attempt: number, ms: number | undefined][] = [
    ['429', refusal(429), 'POST', 1, 100],
    ['429 with Retry-After', refusal(429, 2000), 'POST', 3, 2400],
    ['429 with Retry-After, the last time', refusal(429, 0), 'GET', 10, undefined],
    ['429 with a Retry-After that no timer can hold', refusal(429, 1e15), 'GET', 1, 2_147_483_647],
    ['503 with a Retry-After without an end', refusal(503, Infinity), 'POST', 1, 2_147_483_647],
    ['503 with Retry-After', refusal(503, 1000), 'POST', 1, 1100],
    ['503', refusal(503), 'POST', 1, undefined],
    ['503', refusal(503), 'GET', 2, 200],
    ['503, the last time', refusal(503), 'GET', 4, undefined],
    ['504', refusal(504), 'PATCH', 1, undefined],
    ['404', refusal(404), 'GET', 1, undefined],
    ['409', refusal(409), 'PATCH', 1, undefined],
    ['a refused connection', system('ECONNREFUSED', 'connect'), 'POST', 1, 100],
    ['an unknown host', system('ENOTFOUND', 'getaddrinfo'), 'POST', 2, 200],
    ['a broken connection', system('ECONNRESET'), 'POST', 1, undefined],
    ['a broken connection', system('ECONNRESET'), 'GET', 3, 400],
    ['a broken connection', system('ECONNRESET'), 'DELETE', 1, 100],
    ['a broken connection, the last time', system('ECONNRESET'), 'GET', 4, undefined],
    ['a wrong certificate', system('CERT_HAS_EXPIRED'), 'GET', 1, undefined],
    ['no JSON', new NoJson('x'), 'GET', 1, 100],
    ['no JSON', new NoJson('x'), 'PATCH', 1, undefined],
  ];
  for (const [what, failure, method, attempt, ms] of CASES)
    it(`${what}: attempt ${attempt} of a ${method} ${ms === undefined ? 'is the last' : `waits ${ms} ms`}`, () => {
      assert.equal(retryDelay(failure, method, attempt, middle), ms);
    });

  it('waits at most 12 s of its own, give or take a half at random', () => {
    assert.equal(
      retryDelay(refusal(429), 'GET', 9, () => 1),
      12_000,
    );
    assert.equal(
      retryDelay(refusal(429), 'GET', 1, () => 0),
      50,
    );
  });
});
