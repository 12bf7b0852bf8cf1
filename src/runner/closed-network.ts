import type { Reason, StageError } from '../domain/reasons.ts';

/** Reasons of a stage that could not reach a host which it needs. */
const REASONS: readonly Reason[] = ['CloneFailed', 'PushDenied', 'PullRequestFailed', 'ModelUnavailable'];

/** The words of git, ssh, Node and our own sentences for a connection that does not come about. A name that is unknown is another failure. */
const NOT_CONNECTED = [
  /Failed to connect to|Could ?n.t connect to server|Could not connect to server/i,
  /Connection (?:timed out|refused)|Connect timeout|Network is unreachable|No route to host/i,
  /\b(?:ETIMEDOUT|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)\b/,
  /no connection in time|nothing listens there|the (?:host|network) is not reachable/,
];

/**
 * What a stage in a pod says besides, when a connection did not come about: the NetworkPolicy of the Job, which BGTASK_NETWORK_POLICY names, is
 * a likely cause. Undefined elsewhere and for any other failure.
 */
export function closedNetwork(env: NodeJS.ProcessEnv, { reason, message }: StageError): string | undefined {
  const policy = env['BGTASK_NETWORK_POLICY'];
  if (!policy || !REASONS.includes(reason)) return undefined;
  if (!NOT_CONNECTED.some((pattern) => pattern.test(message))) return undefined;
  return (
    `The NetworkPolicy ${policy} may be the cause: it opens ports 443 and 22 of public addresses, or those of ` +
    "runner.networkPolicy.ports. A private address or another port needs a rule in runner.networkPolicy.egress of bgtask's settings."
  );
}
