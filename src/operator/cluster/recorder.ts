import { randomUUID } from 'node:crypto';
import { API_VERSION } from '../../api/names.ts';
import type { AgenticSession } from '../../api/types.ts';
import { messageOf } from '../../domain/errors.ts';
import { phaseOf, prUrlOf } from '../../domain/task.ts';
import { clip } from '../../domain/text.ts';
import type { KubeObject } from '../../engine/kubernetes/client/objects.ts';
import { Slots } from '../../engine/kubernetes/client/http/slots.ts';
import type { Resource } from '../../engine/kubernetes/client/resource.ts';

/** An Event of the core group, as `kubectl describe` shows it. */
interface EventObject extends KubeObject {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

interface Word {
  type: EventObject['type'];
  reason: string;
  message: string;
}

/** Characters of an Event's message that the API server takes. */
const MESSAGE_MAX = 1024;
/** Events written at once: Jobs and statuses come first. */
const AT_ONCE = 4;
/** Events that may wait for that; more are dropped. client-go's recorder keeps 1,000. */
const WAITING_MAX = 10_000;

/** The event for a task's phase, as `kubectl describe` shows it. Returns undefined for the phases in between. */
export function wordOf(task: AgenticSession): Word | undefined {
  const { reason, error, jobName } = task.status ?? {};
  switch (phaseOf(task)) {
    case 'Creating':
      return { type: 'Normal', reason: 'Created', message: `Created Job ${jobName ?? ''}` };
    case 'Completed':
      return {
        type: 'Normal',
        reason: reason ?? 'Completed',
        message: prUrlOf(task) ? `Opened ${prUrlOf(task)}` : 'No changes were needed',
      };
    case 'Failed':
    case 'Timeout':
    case 'Stopped':
      return { type: 'Warning', reason: reason ?? phaseOf(task), message: error ?? phaseOf(task) };
    case 'Pending':
    case 'Running':
      return undefined;
  }
}

/** Writes Events; one that cannot be written is only logged. */
export class Recorder {
  readonly #events: Resource<KubeObject>;
  readonly #log: (message: string, fields: Record<string, unknown>) => void;
  readonly #pod: string;
  readonly #slots = new Slots(AT_ONCE);
  #waiting = 0;

  constructor(
    events: Resource<KubeObject>,
    pod: string,
    log: (message: string, fields: Record<string, unknown>) => void,
  ) {
    this.#events = events;
    this.#pod = pod;
    this.#log = log;
  }

  /** Says of a task that its phase changed. */
  phaseChanged(task: AgenticSession): void {
    const word = wordOf(task);
    if (word) this.record({ apiVersion: API_VERSION, kind: 'AgenticSession', ...keyOf(task) }, word);
  }

  /** Says something of an object. */
  record(
    involvedObject: { apiVersion: string; kind: string; namespace: string; name: string; uid?: string },
    word: Word,
  ): void {
    const now = new Date().toISOString();
    const { namespace, name } = involvedObject;
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { namespace, name: `${name.slice(0, 200)}.${randomUUID().slice(0, 13)}` },
      involvedObject,
      type: word.type,
      reason: word.reason,
      message: clip(word.message, MESSAGE_MAX),
      source: { component: 'bgtask-operator' },
      reportingComponent: 'bgtask-operator',
      reportingInstance: this.#pod,
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    };
    void this.#write(event, name);
  }

  async #write(event: EventObject, object: string): Promise<void> {
    if (this.#waiting >= WAITING_MAX)
      return this.#log('event not written', { object, error: 'too many wait' });
    this.#waiting++;
    try {
      await this.#slots.use(new AbortController().signal, () => this.#events.create(event));
    } catch (error) {
      this.#log('event not written', { object, error: messageOf(error) });
    } finally {
      this.#waiting--;
    }
  }
}

const keyOf = ({ metadata: { namespace, name, uid } }: AgenticSession) => ({ namespace, name, uid });
