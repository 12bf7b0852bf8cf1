/** What a token may hold: anything else would be no header. */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/** The token in a pasted text: with spaces around it, or with the word Bearer before it. Undefined when it cannot be one. */
export function tokenOf(pasted: string): string | undefined {
  const token = pasted.trim().replace(/^(?:Authorization: *)?Bearer +/i, '');
  return TOKEN.test(token) ? token : undefined;
}

/** The token that a link carries behind its `#`, which no browser sends. */
export function tokenInFragment(fragment: string): string | undefined {
  const given = new URLSearchParams(fragment.replace(/^#/, '')).get('token');
  return given === null ? undefined : tokenOf(given);
}
