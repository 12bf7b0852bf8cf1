import assert from 'node:assert/strict';
import { redactor } from '../../src/domain/redact.ts';

const X = (length: number): string => 'Fake0'.repeat(60).slice(0, length);

describe('redaction by pattern', () => {
  const redact = redactor([]);
  const tokens: [string, string][] = [
    ["GitHub's personal tokens", `ghp_${X(36)}`],
    ["GitHub's OAuth tokens", `gho_${X(36)}`],
    ["GitHub's user tokens", `ghu_${X(36)}`],
    ["GitHub's installation tokens", `ghs_${X(36)}`],
    ['installation tokens that hold a JWT', `ghs_12345_eyJ${X(20)}.${X(280)}.${X(40)}-_${X(9)}`],
    ["GitHub's refresh tokens", `ghr_${X(76)}`],
    ["GitHub's fine-grained tokens", `github_pat_${X(22)}_${X(59)}`],
    ["Anthropic's keys", `sk-ant-api03-${X(40)}-${X(8)}`],
    ["OpenAI's keys", `sk-proj-${X(40)}`],
    ["OpenAI's old keys", `sk-${X(48)}`],
    ["Google's keys", `AIza${X(35)}`],
    ["AWS's key ids", 'AKIAFAKEFAKEFAKEFAKE'],
    ["AWS's temporary key ids", 'ASIAFAKEFAKEFAKEFAKE'],
    ["Slack's tokens", `xoxb-000000000000-${X(24)}`],
    ["GitLab's tokens", `glpat-${X(20)}`],
    ["npm's tokens", `npm_${X(36)}`],
    ["PyPI's tokens", `pypi-${X(60)}`],
  ];
  for (const [whose, token] of tokens)
    for (const [where, text] of [
      ['alone', token],
      ['in a sentence', `fatal: cannot use ${token}, sorry`],
      ['in quotes', `{"token":"${token}"}`],
      ['as a variable', `TOKEN=${token}`],
      ['right after an underscore', `key_${token}`],
      ['in a URL', `https://git.example.com/x?token=${token}&y=1`],
      ['behind an encoded character', `token%3D${token}`],
    ] as const)
      it(`takes out ${whose} ${where}`, () => {
        const clean = redact(text);
        assert.ok(!clean.includes(token.slice(-8)), clean);
        assert.ok(clean.includes('[redacted]'));
      });

  const others: [string, string, string][] = [
    [
      'the password of a URL',
      'https://me:hunter22@git.example.com/o/r',
      'https://[redacted]@git.example.com/o/r',
    ],
    [
      'a password with an @ in it',
      'https://me:hunt@er22@git.example.com/o',
      'https://[redacted]@git.example.com/o',
    ],
    [
      'the user of a URL, which may be a token',
      'https://hunter22@git.example.com/o/r',
      'https://[redacted]@git.example.com/o/r',
    ],
    [
      'every URL of a line',
      'a https://u:p@x.example.com b ssh://v:q@y.example.com',
      'a https://[redacted]@x.example.com b ssh://[redacted]@y.example.com',
    ],
    [
      'a database URL',
      'postgres://app:hunter22@db.example.com/app',
      'postgres://[redacted]@db.example.com/app',
    ],
    ['an Authorization header', 'Authorization: Bearer abcdefgh.ijkl', 'Authorization: [redacted]'],
    [
      "git's extra header",
      'http.extraheader=AUTHORIZATION: basic eDpodW50ZXIyMg==',
      'http.extraheader=AUTHORIZATION: [redacted]',
    ],
    [
      'a private key',
      'a\n-----BEGIN RSA PRIVATE KEY-----\nMIIB\nxyz\n-----END RSA PRIVATE KEY-----\nb',
      'a\n[redacted private key]\nb',
    ],
    ['the beginning of one', 'a -----BEGIN PRIVATE KEY-----', 'a [redacted private key]'],
  ];
  for (const [what, text, wanted] of others)
    it(`takes out ${what}`, () =>
      assert.equal(redact(text).replace(/(authorization: )(basic|bearer) /i, '$1'), wanted));

  const ordinary = [
    'https://github.com/example-org/app',
    'https://github.com/example-org/app/pull/7#issuecomment-1',
    'https://github.com/example-org/app/blob/main/a@b.md',
    'https://example.com?mail=user@example.com',
    'https://example.com#user@example.com',
    'git@github.com:example-org/app.git',
    'ssh://git@github.com/example-org/app.git',
    'Ask user@example.com, or see https://example.com/help, thanks @user',
    'npm run lint',
    'npm_lifecycle_event=test npm_config_registry',
    'sk-learn and task-management-with-some-length',
    'laughs_and_giggles_for_everyone_here',
    'AKIA is a prefix',
    'Authorization: none',
    'commit 0123456789abcdef0123456789abcdef01234567',
    'sha512-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ==',
    '@scope/package@1.2.3 and lodash@4.17.21',
    '-----BEGIN CERTIFICATE-----',
  ];
  for (const text of ordinary) it(`leaves alone: ${text}`, () => assert.equal(redact(text), text));

  it('takes no long time for a long line', () => {
    for (const line of [
      'a.'.repeat(200_000),
      'a://'.repeat(100_000),
      'a@'.repeat(200_000),
      '-----BEGIN '.repeat(40_000),
    ])
      assert.equal(redact(line).length, line.length);
  });
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('redaction by value', () => {
  const SECRET = 'correct horse/battery+staple?';
  const redact = redactor([SECRET]);

  const cases: [string, string][] = [
    ['as it is', SECRET],
    ['twice', `${SECRET} ${SECRET}`],
    ['URL-encoded', encodeURIComponent(SECRET)],
    ['in base64', base64(SECRET)],
    ['in base64 without padding', base64(SECRET).replace(/=+$/, '')],
    ["as git's Basic credential", base64(`x-access-token:${SECRET}`)],
    ["as another user's Basic credential", base64(`me:${SECRET}`)],
    ['in base64 after one more byte', base64(`m${SECRET}`)],
    ['in base64 before more bytes', base64(`${SECRET}\nmore`)],
  ];
  for (const [how, text] of cases)
    it(`takes a secret out ${how}`, () => {
      const clean = redact(`before ${text} after`);
      assert.match(clean, /^before .*\[redacted\].* after$/);
      const left = clean.replace(/^before | after$/g, '').replaceAll('[redacted]', '');
      for (const readable of [left, Buffer.from(left, 'base64').toString()])
        for (let at = 0; at + 5 <= SECRET.length; at++)
          assert.ok(!readable.includes(SECRET.slice(at, at + 5)), clean);
    });

  it('takes the longer of two secrets out first', () =>
    assert.equal(redactor(['abcdef', 'abcdefghi'])('abcdefghi abcdef'), '[redacted] [redacted]'));

  it('takes out a secret that looks like a regular expression', () =>
    assert.equal(redactor(['a.*b$(c)'])('x a.*b$(c) axxb'), 'x [redacted] axxb'));

  it('takes a private key out a line at a time', () => {
    const key = ['-----BEGIN FAKE KEY-----', X(64), X(40), '-----END FAKE KEY-----'].join('\n');
    for (const line of key.split('\n')) assert.equal(redactor([key])(`> ${line}`), '> [redacted]');
  });

  it('does not blank out words because a secret is very short', () =>
    assert.equal(redactor(['', 'test', 'main'])('test main'), 'test main'));
  it('without secrets or tokens changes nothing', () => assert.equal(redactor([])('plain'), 'plain'));
  it('cleaning twice is cleaning once', () =>
    assert.equal(redact(redact(`x ${SECRET}`)), redact(`x ${SECRET}`)));
});
