/**
 * Shapes of credentials: GitHub's documented token prefixes, Anthropic, OpenAI and Google keys, AWS key ids, Slack, GitLab, npm and PyPI
 * tokens, private keys, and the user part of URLs.
 */
const PATTERNS: readonly [RegExp, string][] = [
  [/\b(?:gh[pousr]_[A-Za-z0-9]{16,255}|github_pat_[A-Za-z0-9_]{20,255})\b/g, '[redacted]'],
  [/\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{16,}/g, '[redacted]'],
  [/\bAIza[A-Za-z0-9_-]{30,}/g, '[redacted]'],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, '[redacted]'],
  [/\bxox[abprs]-[A-Za-z0-9-]{10,}/g, '[redacted]'],
  [/\bglpat-[A-Za-z0-9_-]{16,}/g, '[redacted]'],
  [/\b(?:npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,})/g, '[redacted]'],
  [/\b(authorization:\s*(?:basic|bearer|token)\s+)[A-Za-z0-9+/=._~-]{8,}/gi, '$1[redacted]'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[redacted private key]'],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]+@/gi, '$1[redacted]@'],
];

/** Values shorter than this are not redacted by value: they would blank out ordinary words. */
const SHORTEST_SECRET = 6;

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/**
 * A function that takes secrets out of a text: by value (also URL-encoded, in base64, and as git's Basic credential) and by pattern.
 * Works a line at a time: a private key split over calls is caught by its first line only.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const values = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, encodeURIComponent(secret), base64(secret), base64(`x-access-token:${secret}`)])
    .map((value) => value.replace(/=+$/, ''))
    .sort((a, b) => b.length - a.length);
  const unique = [...new Set(values)];
  return (text) => {
    let clean = text;
    for (const value of unique) if (clean.includes(value)) clean = clean.replaceAll(value, '[redacted]');
    for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
    return clean;
  };
}
