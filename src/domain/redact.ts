/** Where a token may begin: at a word, or right after `_` or a URL-encoded character, as in `GITHUB_TOKEN%3Dghp_...`. */
const token = (shape: string): RegExp =>
  new RegExp(String.raw`(?:\b|(?<=_|%[0-9A-Fa-f]{2}))(?:${shape})`, 'g');

/**
 * Shapes of credentials: GitHub's documented token prefixes, Anthropic, OpenAI and Google keys, AWS key ids, Slack, GitLab, npm and PyPI
 * tokens, private keys, and the user part of URLs except `git@` alone, which is not a secret.
 */
const PATTERNS: readonly [RegExp, string][] = [
  // Installation tokens may hold a JWT: no upper limit, and dots and dashes inside.
  [
    token('gh[pousr]_[A-Za-z0-9][A-Za-z0-9_-]{15,}(?:\\.[A-Za-z0-9_-]+)*|github_pat_[A-Za-z0-9_]{20,}'),
    '[redacted]',
  ],
  [token('sk-(?:ant-|proj-)?[A-Za-z0-9_-]{16,}'), '[redacted]'],
  [token('AIza[A-Za-z0-9_-]{30,}'), '[redacted]'],
  [token('(?:AKIA|ASIA)[A-Z0-9]{16}\\b'), '[redacted]'],
  [token('xox[abprs]-[A-Za-z0-9-]{10,}'), '[redacted]'],
  [token('glpat-[A-Za-z0-9_-]{16,}'), '[redacted]'],
  [token('npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}'), '[redacted]'],
  [/\b(authorization:\s*(?:basic|bearer|token)\s+)[A-Za-z0-9+/=._~-]{8,}/gi, '$1[redacted]'],
  [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    '[redacted private key]',
  ],
  // The scheme has a limit so that long lines of dotted words stay cheap.
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)(?!git@)[^\s/?#@'"]+(?:@[^\s/?#@'"]+)*@/gi, '$1[redacted]@'],
];

/** Values shorter than this are not redacted by value: they would blank out ordinary words. */
const SHORTEST_SECRET = 6;

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replace(/=+$/, '');

/**
 * What a secret looks like in base64: whole, and the part that is the same whatever stands before and after it, at each of the three
 * places it may have among its neighbours' bytes (`Basic` credentials hold `user:secret`).
 */
function base64Forms(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  const inside = [0, 1, 2].map((before) => {
    const padded = new Uint8Array(before + bytes.length);
    padded.set(bytes, before);
    return base64(padded).slice(Math.ceil((before * 8) / 6), Math.floor((padded.length * 8) / 6));
  });
  return [base64(bytes), ...inside];
}

/** The values to look for, longest first. A key of several lines is logged a line at a time, so each long line counts too. */
function valuesOf(secrets: readonly string[]): string[] {
  const lines = secrets.flatMap((secret) => [
    secret,
    ...secret.split(/\r?\n/).filter((line) => line.length >= 16),
  ]);
  const forms = lines
    .filter((line) => line.length >= SHORTEST_SECRET)
    .flatMap((line) => [line, encodeURIComponent(line), ...base64Forms(line)]);
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}

/**
 * A function that takes secrets out of a text: by value (also URL-encoded, and in base64 with anything around it, as in git's Basic credential)
 * and by pattern. If a private key is not in `secrets` and arrives one line at a time, only its first line is redacted.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const values = valuesOf(secrets);
  return (text) => {
    let clean = text;
    for (const value of values) if (clean.includes(value)) clean = clean.replaceAll(value, '[redacted]');
    for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
    return clean;
  };
}
