/** A request's address as it came, and what it means. */
export interface Target {
  path: string;
  query: URLSearchParams;
}

/**
 * The path and the query of a request. Returns undefined for what a server behind could read in another way than this one: an absolute address, `.` and `..`,
 * an empty part, an encoded slash, dot or backslash.
 */
export function readTarget(raw: string): Target | undefined {
  const [path = '', ...query] = raw.split('?');
  if (!/^\/[\x21-\x7e]*$/.test(path) || /\\|\/\/|#|%(?:2e|2f|5c|25|00)/i.test(path)) return undefined;
  if (path.split('/').some((part) => part === '.' || part === '..')) return undefined;
  return { path, query: new URLSearchParams(query.join('?')) };
}

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Returns true if the list has the method and the path; `*` is one part of a path without `/` and `:`. */
export const isEndpoint = (endpoints: readonly string[], method: string, path: string): boolean =>
  endpoints.some((endpoint) =>
    new RegExp(`^${escaped(endpoint).replaceAll('*', '[^/:]+')}$`).test(`${method} ${path}`),
  );
