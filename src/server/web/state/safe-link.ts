/** The address when following it is harmless; undefined for one that is to be shown as text: a file, a script, no URL. */
export function safeLink(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, href, username, password } = new URL(text);
  // user@host hides where a link leads.
  if (username || password) return undefined;
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}

/** A repository as people call it: owner and name of a URL, the last part of a path. */
export function repositoryLabel(url: string): string {
  const path = url.replace(/^git@[^:]+:/, '').replace(/^[a-z+]+:\/\/[^/]*\//i, '');
  const parts = path
    .replace(/\.git$/, '')
    .split('/')
    .filter(Boolean);
  const local = url.startsWith('/') || url.startsWith('file:');
  return parts.slice(local ? -1 : -2).join('/') || url;
}
