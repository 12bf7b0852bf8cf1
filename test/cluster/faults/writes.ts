import type { Exchange, Match } from '../../support/fault-proxy/exchange.ts';

/** A write of the operator. */
export interface Write {
  /** Completes the sentence "just before …". */
  name: string;
  /** For the task of this name; that may be a pattern. */
  of: (task: string) => Match;
  /** True when only an operator makes it that has just begun. */
  once?: boolean;
}

const on =
  (method: string, path: RegExp, holds: (exchange: Exchange) => boolean = () => true) =>
  (exchange: Exchange): boolean =>
    exchange.method === method && path.test(exchange.path) && holds(exchange);

const statusOf = ({ body }: Exchange) => (body as { status?: Record<string, unknown> }).status ?? {};
const nameOf = ({ body }: Exchange): string =>
  (body as { metadata?: { name?: string } }).metadata?.name ?? '';
const isNamed = (exchange: Exchange, task: string): boolean =>
  new RegExp(`^${task}-[0-9a-f]{8}-`).test(nameOf(exchange));
const specOf = ({ body }: Exchange) => (body as { spec?: Record<string, unknown> }).spec ?? {};

/** A status of the task for which this holds. */
const telling = (name: string, holds: (status: Record<string, unknown>) => boolean): Write => ({
  name,
  of: (task) =>
    on('PATCH', new RegExp(`/agenticsessions/${task}-[0-9a-f]{8}/status$`), (exchange) =>
      holds(statusOf(exchange)),
    ),
});
export const phase = (wanted: string): Write =>
  telling(`telling that the task is ${wanted}`, (status) => status['phase'] === wanted);
/** A write to the task's Job. */
const toJob = (name: string, method: string, holds: (exchange: Exchange) => boolean = () => true): Write => ({
  name,
  of: (task) => on(method, new RegExp(`/jobs/${task}-[0-9a-f]{8}-job$`), holds),
});

export const makingAccount: Write = {
  name: "making the account of the project's pods",
  of: () => on('POST', /\/serviceaccounts$/),
  once: true,
};
export const counting: Write = {
  name: "counting the template's use",
  of: (task) => on('PATCH', new RegExp(`/tasktemplates/${task}/status$`)),
};
export const makingJob: Write = {
  name: 'making the Job',
  of: (task) => on('POST', /\/jobs$/, (exchange) => isNamed(exchange, task)),
};
/** A write of a ConfigMap whose name ends so. */
const ofLog = (name: string, ending: string): Write => ({
  name,
  of: (task) =>
    on(
      'POST',
      /\/configmaps$/,
      (exchange) => isNamed(exchange, task) && new RegExp(`[0-9a-f]{8}${ending}$`).test(nameOf(exchange)),
    ),
});
export const keepingLog = ofLog('keeping what the log has come to', '-log-so-far-0');
export const archiving = ofLog('archiving the log', '-log-0');
export const droppingLog: Write = {
  name: 'dropping what was kept before the log was whole',
  of: (task) => on('DELETE', new RegExp(`/configmaps/${task}-[0-9a-f]{8}-log-so-far-0$`)),
};
export const removingPod: Write = {
  name: 'removing the pod',
  of: (task) => on('DELETE', new RegExp(`/pods/${task}-[0-9a-f]{8}-job-`)),
};
export const retiringJob = toJob(
  'retiring the Job',
  'PATCH',
  (exchange) => 'ttlSecondsAfterFinished' in specOf(exchange),
);
export const suspendingJob = toJob(
  'suspending the Job',
  'PATCH',
  (exchange) => specOf(exchange)['suspend'] === true,
);
export const removingJob = toJob('removing the Job', 'DELETE');
export const removingTask: Write = {
  name: 'removing the task, whose time is over',
  of: (task) => on('DELETE', new RegExp(`/agenticsessions/${task}-[0-9a-f]{8}$`)),
};

/** Writes that tell of steps of a running task: how many there are is a matter of time. */
export const progress = telling('telling of progress', (status) => !('phase' in status));
export const stopping = telling('telling that it stops', (status) => status['currentPhase'] === 'Stopping');
export const itsPlace = telling('telling its place', (status) =>
  String(status['currentPhase']).startsWith('Waiting'),
);
