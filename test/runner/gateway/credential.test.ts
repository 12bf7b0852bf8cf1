import assert from 'node:assert/strict';
import { withKey } from '../../../src/runner/gateway/credential.ts';
import { isEndpoint, readTarget } from '../../../src/runner/gateway/endpoints.ts';
import { ANTHROPIC, GEMINI, OPENAI } from '../../../src/runner/gateway/apis.ts';
import type { ApiKind } from '../../../src/runner/gateway/model-api.ts';
import { placeholderFor } from '../../../src/runner/gateway/placeholder.ts';

const KEY = 'the-key';
const placeholder = 'the-placeholder';
const rewrite = (headers: Record<string, string>, query = ''): unknown => {
  const done = withKey({ headers, query: new URLSearchParams(query) }, { placeholder, key: KEY });
  return done && [done.headers, done.query.toString()];
};

describe('the key in a request', () => {
  const cases: [name: string, headers: Record<string, string>, query: string, onward: unknown][] = [
    ['x-api-key', { 'x-api-key': placeholder }, '', [{ 'x-api-key': KEY }, '']],
    [
      'a bearer token',
      { authorization: `Bearer ${placeholder}` },
      '',
      [{ authorization: `Bearer ${KEY}` }, ''],
    ],
    [
      'a bearer token in small letters',
      { authorization: `bearer ${placeholder}` },
      '',
      [{ authorization: `bearer ${KEY}` }, ''],
    ],
    ['x-goog-api-key', { 'x-goog-api-key': placeholder }, 'alt=sse', [{ 'x-goog-api-key': KEY }, 'alt=sse']],
    ['key= of the address', {}, `alt=sse&key=${placeholder}`, [{}, `alt=sse&key=${KEY}`]],
    [
      'two places',
      { 'x-api-key': placeholder, authorization: `Bearer ${placeholder}` },
      '',
      [{ 'x-api-key': KEY, authorization: `Bearer ${KEY}` }, ''],
    ],
  ];
  for (const [name, headers, query, onward] of cases)
    it(`stands where the placeholder stood: ${name}`, () =>
      assert.deepEqual(rewrite(headers, query), onward));

  const refused: [name: string, headers: Record<string, string>, query: string][] = [
    ['no credential', {}, ''],
    ['another key', { 'x-api-key': 'sk-ant-other' }, ''],
    ['an empty key', { 'x-api-key': '', authorization: '' }, 'key='],
    ['a part of the placeholder', { 'x-api-key': placeholder.slice(1) }, ''],
    ['more than the placeholder', { 'x-api-key': `${placeholder}x` }, ''],
    ['the placeholder in another header', { 'x-custom': placeholder, cookie: placeholder }, ''],
    ['the placeholder in another part of the address', {}, `token=${placeholder}`],
    ['the key itself', { 'x-api-key': KEY }, ''],
  ];
  for (const [name, headers, query] of refused)
    it(`is not given to a request with ${name}`, () => assert.equal(rewrite(headers, query), undefined));

  it('goes without a credential of the program’s own, and without what concerns one connection', () =>
    assert.deepEqual(
      rewrite(
        {
          'x-api-key': placeholder,
          authorization: 'Bearer of-another-account',
          'x-goog-api-key': 'of-another-account',
          'proxy-authorization': 'Basic eDp5',
          cookie: 'a=b',
          host: 'elsewhere.example',
          connection: 'keep-alive, X-Hop',
          'x-hop': '1',
          upgrade: 'websocket',
          'anthropic-version': '2023-06-01',
        },
        'key=of-another-account',
      ),
      [{ 'x-api-key': KEY, 'anthropic-version': '2023-06-01' }, ''],
    ));
});

describe('the placeholder of a key', () => {
  for (const [key, beginning] of [
    ['sk-ant-api03-abc', 'sk-ant-api03-'],
    ['sk-ant-oat01-abc', 'sk-ant-oat01-'],
    ['sk-proj-abc', 'sk-proj-'],
    ['AIzaSyabc', 'AIza'],
    ['own-kind-of-key', ''],
  ] as const)
    it(`of ${key} has its public beginning and nothing else of it`, () => {
      const made = placeholderFor(key);
      assert.match(made, new RegExp(`^${beginning}[0-9a-f]{64}$`));
      assert.notEqual(made, placeholderFor(key));
    });
});

describe('what may be asked of a model API', () => {
  const cases: [kind: ApiKind, method: string, url: string, isAllowed: boolean][] = [
    [ANTHROPIC, 'POST', '/v1/messages', true],
    [ANTHROPIC, 'POST', '/v1/messages?beta=true', true],
    [ANTHROPIC, 'POST', '/v1/messages/count_tokens', true],
    [ANTHROPIC, 'GET', '/v1/models/claude-x', true],
    [ANTHROPIC, 'GET', '/v1/messages', false],
    [ANTHROPIC, 'POST', '/v1/messages/batches', false],
    [ANTHROPIC, 'POST', '/v1/files', false],
    [ANTHROPIC, 'POST', '/v1/organizations/api_keys', false],
    [ANTHROPIC, 'POST', '/v1/messages/', false],
    [ANTHROPIC, 'GET', '/v1/models/../files', false],
    [ANTHROPIC, 'GET', '/v1/models/%2e%2e%2ffiles', false],
    [ANTHROPIC, 'GET', '/v1/models/x%5cfiles', false],
    [ANTHROPIC, 'GET', '/v1/models//x', false],
    [ANTHROPIC, 'POST', 'http://elsewhere.example/v1/messages', false],
    [ANTHROPIC, 'POST', '//elsewhere.example/v1/messages', false],
    [OPENAI, 'POST', '/responses', true],
    [OPENAI, 'POST', '/chat/completions', true],
    [OPENAI, 'GET', '/responses/resp_1', false],
    [OPENAI, 'POST', '/files', false],
    [GEMINI, 'POST', '/v1beta/models/gemini-x:streamGenerateContent?alt=sse', true],
    [GEMINI, 'POST', '/v1beta/models/gemini-x:batchGenerateContent', false],
    [GEMINI, 'POST', '/v1beta/tunedModels/x:generateContent', false],
  ];
  for (const [kind, method, url, isAllowed] of cases)
    it(`${isAllowed ? 'has' : 'has not'} ${method} ${url}`, () => {
      const target = readTarget(url);
      assert.equal(target !== undefined && isEndpoint(kind.endpoints, method, target.path), isAllowed);
    });
});
