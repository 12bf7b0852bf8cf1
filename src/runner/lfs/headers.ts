import { git } from '../git.ts';
import { remoteOf } from '../repository.ts';
import type { StageContext } from '../stage-context.ts';
import type { Action } from './batch.ts';
import { LfsError } from './lfs-error.ts';

/** The headers that show who asks; none for a server that may not see the credential. `refused`: the server answered 401 without more. */
export type Authorize = (address: string, refused: boolean) => Promise<Record<string, string> | undefined>;

const basic = (user: string, password: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

/**
 * The forge's token for its own hosts, by the same rule as git's calls. On the local engine git's own credential helpers are asked, for the
 * repository's own server alone, once that server demands a credential.
 */
export function authorizer(context: StageContext, repository: string): Authorize {
  /** What a helper said, by the server's origin. */
  const found = new Map<string, Record<string, string>>();
  return async (address, refused) => {
    const { credential, userConfig, signal } = remoteOf(context, address).options;
    if (credential) return refused ? undefined : basic('x-access-token', credential.token);
    const { origin } = new URL(address);
    if (!refused) return found.get(origin);
    if (!userConfig || found.has(origin) || !repository.toLowerCase().startsWith(`${origin}/`))
      return undefined;
    const own = await askHelpers(new URL(address), signal);
    if (own) found.set(origin, own);
    return own;
  };
}

/** The credential that the person's own git has for a server; undefined when no helper knows one. */
async function askHelpers(
  { protocol, host }: URL,
  signal: AbortSignal | undefined,
): Promise<Record<string, string> | undefined> {
  const input = `protocol=${protocol.slice(0, -1)}\nhost=${host}\n\n`;
  // git credential fails if none of the helpers returns a credential.
  const said = await git(['credential', 'fill'], { userConfig: true, signal, input }).catch(() => '');
  const value = (key: string): string | undefined => new RegExp(`^${key}=(.*)$`, 'm').exec(said)?.[1];
  const [user, password] = [value('username'), value('password')];
  return user !== undefined && password ? basic(user, password) : undefined;
}

/** Headers of the connection itself, which are not for the server to say. */
const OWN: ReadonlySet<string> = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'expect', 'te', 'trailer', 'keep-alive']); // prettier-ignore

/** The headers that a server wants for an action, with our own credential where it wants none and the action is on the endpoint's server. */
export async function actionHeaders(
  { href, header }: Action,
  endpoint: string,
  authorize: Authorize,
): Promise<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(header ?? {})) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /[\r\n\0]/.test(value))
      throw new LfsError('the server wants a header that HTTP does not allow');
    if (!OWN.has(name.toLowerCase())) headers[name.toLowerCase()] = value;
  }
  if (headers['authorization'] !== undefined || !URL.canParse(href)) return headers;
  const isSame = new URL(href).origin === new URL(endpoint).origin;
  return { ...headers, ...(isSame && (await authorize(href, false))) };
}
