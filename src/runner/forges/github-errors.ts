import { clip, plainText } from '../../domain/text.ts';
import { ProxyError } from './proxied-fetch.ts';
import { isRecord } from '../../api/record.ts';
import { isTlsFailure, TLS_HINT } from '../tls-failure.ts';

/** What was asked of GitHub, for the sentence of a failure. */
export interface Attempt {
  /** `owner/name`. */
  repository: string;
  apiUrl: string;
  /** The branch that is pushed already, when there is one. */
  branch?: string;
  base: string;
  /** The permission that it takes, in the words of GitHub's token page. */
  permission: string;
}

/** What is known of a failed request. */
interface Failure {
  /** Absent when no answer came. */
  status: number | undefined;
  /** GitHub's own words. */
  message: string;
  errors: { field?: unknown; code?: unknown; message?: unknown }[];
  headers: Record<string, string>;
  /** The system's or TLS's code when no answer came, e.g. ECONNREFUSED. */
  code: string;
  /** The proxy's host, when the request went through one. */
  proxy: string;
}

/** A rule has a sentence with the cause and the next step for the failures it knows, and nothing for others. */
type Rule = (failure: Failure, attempt: Attempt) => string | undefined;

const quote = (message: string): string =>
  clip(plainText(message).replace(/\s+/g, ' ').trim(), 500).replace(/\.$/, '');
const later = ({ branch }: Attempt): string =>
  branch === undefined
    ? 'Retry the task later.'
    : `The branch ${branch} is pushed: retry the task later, or open the pull request by hand.`;

const signOn: Rule = ({ status, message, headers }) =>
  status === 403 && (headers['x-github-sso'] !== undefined || /SAML/.test(message))
    ? 'the organization demands single sign-on and GITHUB_TOKEN is not authorized for it. ' +
      `Authorize it at the account's token settings ("Configure SSO"), or use a token of the organization's GitHub App.`
    : undefined;

const rateLimit: Rule = ({ status, message, headers }, attempt) => {
  const none = headers['x-ratelimit-remaining'] === '0';
  if (status !== 429 && !(status === 403 && (none || /rate limit/i.test(message)))) return undefined;
  const reset = Number(headers['x-ratelimit-reset']);
  const until = none && reset > 0 ? ` until ${new Date(reset * 1000).toISOString()}` : '';
  return `the rate limit of GITHUB_TOKEN's account is reached${until} (${status} ${quote(message)}). ${later(attempt)}`;
};

const badToken: Rule = ({ status, message }) =>
  status === 401
    ? `the token is refused (401 ${quote(message)}). GITHUB_TOKEN is wrong, expired or revoked: put a valid one in the git credential.`
    : undefined;

const forbidden: Rule = ({ status, message, headers }, attempt) => {
  if (status !== 403) return undefined;
  if (/archived/i.test(message))
    return `the repository is archived (403 ${quote(message)}). Unarchive it, then retry the task.`;
  if (!/not accessible by|permission|must have|scope/i.test(message)) {
    return `403 ${quote(message)}. Ask the repository's owner to allow it, or open the pull request for ${attempt.branch} by hand.`;
  }
  const named = headers['x-accepted-github-permissions']?.split(';')[0];
  const needed = named ? named.replaceAll('=', ': ').replaceAll(',', ', ') : attempt.permission;
  return (
    `the token lacks a permission (403 ${quote(message)}). Give GITHUB_TOKEN "${needed}" on ${attempt.repository}, beside "contents: write" ` +
    'for the push; a classic token needs the scope "repo".'
  );
};

const notFound: Rule = ({ status }, attempt) =>
  status === 404
    ? `404: ${attempt.apiUrl} has no such repository, or the token may not see it. ` +
      `Check the repository's URL, and that GITHUB_TOKEN has access to ${attempt.repository}.`
    : undefined;

const invalid: Rule = ({ status, message, errors }, { branch, base }) => {
  if (status !== 422) return undefined;
  const words = errors.flatMap((error) => (typeof error.message === 'string' ? [error.message] : []));
  const fields = errors.filter((error) => error.code === 'invalid').map((error) => error.field);
  const said = quote([message, ...words].join(': '));
  if (fields.includes('base'))
    return `422 ${said}: there is no branch ${base}. Give the task a base branch that exists.`;
  if (fields.includes('head'))
    return `422 ${said}: the branch ${branch} is not there. Was it deleted? Retry the task.`;
  const rest = errors.filter((error) => typeof error.message !== 'string');
  const detail = rest.length > 0 ? ` (${quote(JSON.stringify(rest))})` : '';
  return `422 ${said}${detail}. Change the task accordingly, or open the pull request for ${branch} by hand.`;
};

const serverError: Rule = ({ status, message }, attempt) =>
  status !== undefined && status >= 500
    ? `GitHub answers ${status} again and again (${quote(message) || 'no text'}). ${later(attempt)}`
    : undefined;

const network: Rule = ({ status, code, message, proxy }, attempt) => {
  if (status !== undefined) return undefined;
  const { host } = new URL(attempt.apiUrl);
  const way = proxy ? ` through the proxy ${proxy}` : '';
  if (isTlsFailure(code)) {
    return (
      `no secure connection to ${host}${way} (${code}). ${TLS_HINT}; ` +
      `else check that ${attempt.apiUrl} is right.`
    );
  }
  const said = NETWORK[code] ?? (code ? `the connection fails (${code})` : quote(message));
  return `${host}${code && way}: ${said}. Check the address, the network policy and the proxy of where the task runs. ${later(attempt)}`;
};

const NETWORK: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ENOTFOUND: 'the name is unknown to DNS',
  EAI_AGAIN: 'DNS does not answer',
  ECONNRESET: 'the connection is cut',
  EPIPE: 'the connection is cut',
  UND_ERR_SOCKET: 'the connection is cut',
  ENETUNREACH: 'the network is not reachable',
  EHOSTUNREACH: 'the host is not reachable',
  ETIMEDOUT: 'no connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  TimeoutError: 'no answer in time',
};

/** The first rule that knows the failure is taken. A sign-on or limit refusal is a 403 too, so they come before it. */
const RULES: readonly Rule[] = [
  network,
  signOn,
  rateLimit,
  badToken,
  forbidden,
  notFound,
  invalid,
  serverError,
];

/** A failed request's cause and next step in words; ends with a full stop. The caller redacts it. */
export function explain(error: unknown, attempt: Attempt): string {
  const failure = gather(error);
  for (const rule of RULES) {
    const sentence = rule(failure, attempt);
    if (sentence) return sentence;
  }
  return `${failure.status} ${quote(failure.message)}. ${later(attempt)}`;
}

/** True for a 422: the request was understood and refused. */
export const isRefusal = (error: unknown): boolean => gather(error).status === 422;

/** True for a 422 with these words in its message or in one of its errors. */
export function isRefusedWith(error: unknown, words: RegExp): boolean {
  const { status, message, errors } = gather(error);
  const texts = [message, ...errors.map((one) => one.message)];
  return status === 422 && texts.some((text) => typeof text === 'string' && words.test(text));
}

/** The answer's status, absent when there was none, and GitHub's own words for a sentence. */
export function answerOf(error: unknown): { status: number | undefined; words: string } {
  const { status, message } = gather(error);
  return { status, words: quote(message) };
}

function gather(error: unknown): Failure {
  const response = isRecord(error) && isRecord(error.response) ? error.response : undefined;
  const data = isRecord(response?.data) ? response.data : {};
  const own = error instanceof Error ? error.message : String(error);
  const headers = isRecord(response?.headers) ? response.headers : {};
  return {
    status: typeof response?.status === 'number' ? response.status : undefined,
    message: typeof data.message === 'string' ? data.message : response ? text(response.data) : own,
    errors: Array.isArray(data.errors)
      ? data.errors.map((one) => (isRecord(one) ? one : { message: one }))
      : [],
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    code: response ? '' : codeOf(error),
    proxy: response ? '' : proxyOf(error),
  };
}

const text = (data: unknown): string => (typeof data === 'string' ? data.replace(/<[^>]*>/g, ' ') : '');

/** The proxy that a failed fetch names. */
const proxyOf = (error: unknown): string =>
  isRecord(error) && error.cause instanceof ProxyError ? error.cause.proxy : '';

/** The innermost code of a failed fetch, which wraps the system's error twice. */
function codeOf(error: unknown): string {
  for (let one = error, depth = 0; isRecord(one) && depth < 5; one = one.cause, depth++) {
    if (typeof one.code === 'string') return one.code;
    if (one.name === 'TimeoutError') return one.name;
  }
  return '';
}
