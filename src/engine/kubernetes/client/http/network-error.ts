import { BgtaskError, messageOf } from '../../../../domain/errors.ts';
import { NoJson } from './answer.ts';

/** What became of a request that got no answer. */
export type NetworkFailure = 'never sent' | 'lost' | 'not trusted';

const CERTIFICATE =
  /^(CERT_|ERR_TLS_CERT|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|ERR_OSSL|ERR_SSL|EPROTO)/;
const SAYS: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name cannot be resolved now',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no network',
  ETIMEDOUT: 'no connection in time',
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** What kind of failure of the connection this is. */
export function networkFailure(error: unknown): NetworkFailure {
  if (CERTIFICATE.test(codeOf(error))) return 'not trusted';
  const isConnecting =
    error instanceof Error &&
    'syscall' in error &&
    ['connect', 'getaddrinfo'].includes(String(error.syscall));
  // Node gives a handshake that was cut no code of its own; nothing of the request has left then.
  if (isConnecting || messageOf(error).startsWith('Client network socket disconnected')) return 'never sent';
  return 'lost';
}

/** Which cluster a sentence is about. */
export interface Place {
  name: string;
  server: string;
  /** The kubeconfig, for the hint. */
  file?: string;
}

const placeText = ({ name, server }: Place): string => `the cluster ${JSON.stringify(name)} at ${server}`;

/** A failed connection as an error for people. */
export function unreachable(error: unknown, place: Place): BgtaskError {
  const says = reasonOf(error);
  if (error instanceof NoJson)
    return new BgtaskError('Unavailable', `${placeText(place)} gave no answer of an API server: ${says}`, {
      hint: 'see whether a proxy or a sign-in page stands before it',
      cause: error,
    });
  if (networkFailure(error) === 'not trusted')
    return new BgtaskError('Unavailable', `no secure connection to ${placeText(place)}: ${says}`, {
      hint: `check the cluster's certificate-authority, tls-server-name and client certificate in ${place.file ?? 'the kubeconfig'}`,
      cause: error,
    });
  return new BgtaskError('Unavailable', `cannot reach ${placeText(place)}: ${says}`, {
    hint: 'check that it runs and that this machine can reach it; --context names another one',
    cause: error,
  });
}

/** Several addresses of one host each give their own error; the first says enough. */
const reasonOf = (error: unknown): string => {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return SAYS[codeOf(first)] ?? SAYS[codeOf(error)] ?? messageOf(first);
};

export const noAnswer = (place: Place, ms: number): BgtaskError =>
  new BgtaskError('Unavailable', `${placeText(place)} gave no answer within ${ms / 1000} s`, {
    hint: 'try again; --request-timeout allows it more time',
  });
