import type { AgenticSession, SessionSpec } from '../../src/api/types.ts';
import { conditionOf } from '../../src/domain/conditions.ts';
import { defaultSettings, parseSettings, type Settings } from '../../src/domain/settings.ts';
import { phaseOf, taskName } from '../../src/domain/task.ts';
import { Controller } from '../../src/operator/controller.ts';
import { taskObject } from '../../src/service/task-object.ts';
import type { MemoryEngine } from '../support/memory-engine.ts';

export const PROJECT = 'team';

export interface Wish extends SessionSpec {
  user?: string;
  repository?: string;
}

/** A task's object as the command line makes it: of user `ann` on repository `app` unless told otherwise. */
export function wish(name: string, { user = 'ann', repository = 'app', ...spec }: Wish = {}): AgenticSession {
  return taskObject(PROJECT, name, {
    mode: 'background',
    prompt: 'Upgrade lodash',
    repos: [{ input: { url: `https://git.example.com/example-org/${repository}`, branch: 'main' } }],
    autoPushOnComplete: true,
    userContext: { userId: `${user}@example.com` },
    ...spec,
  });
}

export const create = (engine: MemoryEngine, name: string, asked: Wish = {}): Promise<AgenticSession> =>
  engine.store.create('AgenticSession', wish(name, asked));

export const settingsOf = (document: object): (() => Settings) => {
  const settings = parseSettings(document, 'test');
  return () => settings;
};

/** A controller that runs. */
export class Operator {
  readonly controller: Controller;
  readonly logged: { message: string; key?: unknown; rule?: unknown; error?: unknown }[] = [];
  /** Tasks of whose end it told, with the name of their Job. */
  readonly ended: [task: string, job: string | undefined][] = [];
  readonly #abort = new AbortController();
  readonly #running: Promise<void>;

  constructor(engine: MemoryEngine, settings: () => Settings = defaultSettings) {
    this.controller = new Controller({
      engine,
      settings,
      now: () => engine.now,
      log: (message, fields) => this.logged.push({ message, ...fields }),
      onEnd: (session, job) => this.ended.push([taskName(session), job?.name]),
    });
    this.#running = this.controller.run(this.#abort.signal);
    // Looked at by stop(); a failure before that is not lost.
    this.#running.catch(() => undefined);
  }

  stop(): Promise<void> {
    this.#abort.abort();
    return this.#running;
  }

  /** Resolves when the controller says that there is nothing left to do. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.controller.settled) resolve();
      };
      this.controller.onIdle = look;
      look();
    });
  }
}

/** True once the operator has said yes or no. */
export const isJudged = (session: AgenticSession): boolean =>
  conditionOf(session.status?.conditions, 'Admitted') !== undefined || phaseOf(session) !== 'Pending';

/** Phase and reason in short. */
export const ending = ({ status }: AgenticSession): string =>
  [status?.phase, status?.reason].filter(Boolean).join(' ');

/** Something to wait for, which a test lets happen. */
export class Gate {
  open: () => void = () => undefined;
  readonly opened: Promise<void> = new Promise((resolve) => {
    this.open = resolve;
  });
}
