import { readFile } from 'node:fs/promises';
import { BgtaskError, messageOf } from '../../../../domain/errors.ts';
import type { Access, ClusterUser } from '../config/access.ts';
import {
  fixedCredential,
  renewable,
  type Credential,
  type CredentialSource,
  type Loaded,
} from './credential.ts';
import { execPlugin } from './exec-plugin.ts';
import { oidcToken } from './oidc.ts';

/** Ms after which files are read again: projected tokens are replaced on disk well before they expire (client-go does the same). */
const REREAD_MS = 60_000;

/** How a context's user proves who it is; read, run or refreshed when first needed. */
export function credentialSource(access: Access): CredentialSource {
  const { user, cluster } = access;
  const whose = user.name
    ? `the user ${JSON.stringify(user.name)} of ${user.file ?? 'this pod'}`
    : 'the kubeconfig';
  if (user.exec) {
    const run = execPlugin(user.exec, access);
    return renewable(
      async () => withCertificate(await run(), user),
      `sign in again, with the program that ${whose} signs in with`,
    );
  }
  if (user.authProvider) {
    const token = oidcToken(user, cluster);
    return renewable(async () => withCertificate(await token(), user), `sign in again as ${whose}`);
  }
  if (user.tokenFile || user.certFile || user.keyFile)
    return renewable(() => fromFiles(user), `sign in again: ${whose} is not accepted any more`);
  const isNamed = Boolean(user.token || user.username || user.certData);
  return fixedCredential(
    { ...certificateData(user), authorization: authorization(user) },
    isNamed ? `sign in again: ${whose} is not accepted any more` : 'sign in: the context has no credentials',
  );
}

/** A token given by hand, e.g. a web request's own. */
export const tokenCredential = (token: string): CredentialSource =>
  fixedCredential({ authorization: bearer(token) }, 'sign in again: the token is not accepted');

function authorization({ token, username, password }: ClusterUser): string | undefined {
  if (token) return bearer(token);
  if (username) return `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`;
  return undefined;
}

const bearer = (token: string): string => `Bearer ${token.trim()}`;

const pem = (base64: string | undefined): string | undefined =>
  base64 ? Buffer.from(base64, 'base64').toString('utf8') : undefined;
const certificateData = ({ certData, keyData }: ClusterUser): Credential =>
  certData && keyData ? { cert: pem(certData), key: pem(keyData) } : {};

async function fromFiles(user: ClusterUser): Promise<Loaded> {
  const certificate = await certificateOf(user);
  const token = user.tokenFile ? bearer(await contentOf(user.tokenFile, user)) : authorization(user);
  return { credential: { ...certificate, authorization: token }, expires: Date.now() + REREAD_MS };
}

async function withCertificate(loaded: Loaded, user: ClusterUser): Promise<Loaded> {
  return { ...loaded, credential: { ...(await certificateOf(user)), ...loaded.credential } };
}

async function certificateOf(user: ClusterUser): Promise<Credential> {
  const cert = user.certData ? pem(user.certData) : user.certFile && (await contentOf(user.certFile, user));
  const key = user.keyData ? pem(user.keyData) : user.keyFile && (await contentOf(user.keyFile, user));
  return cert && key ? { cert, key } : {};
}

async function contentOf(path: string, user: ClusterUser): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new BgtaskError(
      'Unauthorized',
      `cannot read the credential of the user ${JSON.stringify(user.name)}: ${messageOf(error)}`,
      { hint: `sign in again, or fix the user in ${user.file ?? 'the pod'}`, cause: error },
    );
  }
}
