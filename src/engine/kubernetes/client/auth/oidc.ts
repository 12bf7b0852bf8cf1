import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text as readText } from 'node:stream/consumers';
import type { Cluster } from '@kubernetes/client-node/dist/config_types.js';
import { BgtaskError, messageOf } from '../../../../domain/errors.ts';
import type { ClusterUser } from '../config/access.ts';
import { isRecord } from '../../../../api/record.ts';
import { text, type Json } from '../config/json.ts';
import type { Loaded } from './credential.ts';
import { keepTokens } from './oidc-keep.ts';

/** A token is refreshed this many ms before it expires, as kubectl does. */
const EARLY_MS = 10_000;
const TIMEOUT_MS = 30_000;

interface Provider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  refreshToken?: string;
  idToken?: string;
  ca?: Buffer;
}

/**
 * The id token of a user with the auth provider `oidc`; an expired one is refreshed at its issuer, and the new tokens are
 * written into the kubeconfig, because many issuers take each refresh token only once. Our own: client-node 1.4 fails
 * at every refresh. Providers that kubectl itself has dropped are refused with Unauthorized.
 */
export function oidcToken(user: ClusterUser, cluster: Cluster): () => Promise<Loaded> {
  const config: Json = isRecord(user.authProvider?.config) ? { ...user.authProvider.config } : {};
  return async () => {
    if (user.authProvider?.name !== 'oidc')
      throw new BgtaskError(
        'Unauthorized',
        `the auth provider ${JSON.stringify(user.authProvider?.name)} of the user ${JSON.stringify(user.name)} is not supported (kubectl dropped it in 1.26)`,
        { hint: `sign in to ${JSON.stringify(cluster.name)} with a credential plugin (exec) instead` },
      );
    const provider = await providerOf(config, user);
    const kept = provider.idToken;
    if (kept && expiry(kept) > Date.now() + EARLY_MS) return loaded(kept);
    const fresh = await refresh(provider, user);
    Object.assign(config, fresh);
    if (user.file) await keepTokens(user.file, user.name, fresh);
    return loaded(fresh['id-token']);
  };
}

const loaded = (token: string): Loaded => ({
  credential: { authorization: `Bearer ${token}` },
  expires: expiry(token) - EARLY_MS,
});

/** When a JWT expires, in ms since 1970; 0 when it does not say. */
function expiry(token: string): number {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return isRecord(claims) && typeof claims.exp === 'number' ? claims.exp * 1000 : 0;
  } catch {
    return 0;
  }
}

async function providerOf(config: Json, user: ClusterUser): Promise<Provider> {
  const issuer = text(config['idp-issuer-url']);
  const clientId = text(config['client-id']);
  if (!issuer || !clientId) throw signIn(user, 'the kubeconfig names no issuer or client');
  const data = text(config['idp-certificate-authority-data']);
  const file = text(config['idp-certificate-authority']);
  return {
    issuer,
    clientId,
    clientSecret: text(config['client-secret']) ?? '',
    refreshToken: text(config['refresh-token']),
    idToken: text(config['id-token']),
    ca: data ? Buffer.from(data, 'base64') : file ? await readFile(file) : undefined,
  };
}

async function refresh(
  provider: Provider,
  user: ClusterUser,
): Promise<{ 'id-token': string; 'refresh-token': string }> {
  const { issuer, clientId, clientSecret, refreshToken, ca } = provider;
  if (!refreshToken) throw signIn(user, 'the token has expired and there is no refresh token');
  try {
    const discovery = await call(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, { ca });
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId };
    const body = new URLSearchParams({ ...form, ...(clientSecret && { client_secret: clientSecret }) });
    const answer = await call(String(discovery.token_endpoint), { ca, body: body.toString() });
    const token = text(answer.id_token);
    if (!token) throw new Error('the issuer sent no id_token');
    return { 'id-token': token, 'refresh-token': text(answer.refresh_token) ?? refreshToken };
  } catch (error) {
    throw signIn(user, `refreshing the token at ${issuer} failed: ${messageOf(error)}`, error);
  }
}

const signIn = (user: ClusterUser, why: string, cause?: unknown): BgtaskError =>
  new BgtaskError('Unauthorized', `cannot sign in as the user ${JSON.stringify(user.name)}: ${why}`, {
    hint: 'sign in again with the tool that wrote this user into the kubeconfig',
    cause,
  });

/** One JSON call to the issuer: a POST of a form when there is a body. */
async function call(url: string, { ca, body }: { ca?: Buffer; body?: string }): Promise<Json> {
  const method = body === undefined ? 'GET' : 'POST';
  const headers = {
    Accept: 'application/json',
    ...(body && { 'Content-Type': 'application/x-www-form-urlencoded' }),
  };
  const response = await new Promise<IncomingMessage>((come, fail) => {
    const sent = request(url, { method, headers, ca, signal: AbortSignal.timeout(TIMEOUT_MS) }, come);
    sent.on('error', fail);
    sent.end(body);
  });
  const content = await readText(response);
  if (response.statusCode !== 200) throw new Error(`${method} ${url} answered ${response.statusCode}`);
  const answer: unknown = JSON.parse(content);
  return isRecord(answer) ? answer : {};
}
