import type { Engine } from '../engine/engine.ts';

/** Milliseconds for which a name is taken as known. */
const KNOWN_FOR = 600_000;
/** Milliseconds for which a caller whom the API server refused is not asked about again. */
const REFUSED_FOR = 10_000;
/** Callers whose names are kept. */
const CALLERS_MAX = 1000;

/** The users behind tokens, for the log: asked of the API server with the caller's own token, once in ten minutes. */
export class CallerNames {
  readonly #names = new Map<string, { user?: string; until: number }>();

  /** The user of a caller (`callerOf`); undefined while it is not known. */
  nameOf(caller: string): string | undefined {
    return this.#names.get(caller)?.user;
  }

  /** Asks who the caller is, unless that is known or being asked. A caller whom the API server does not name stays unknown. */
  learn(caller: string, engine: Pick<Engine, 'whoAmI'>, now: Date): void {
    if ((this.#names.get(caller)?.until ?? 0) > now.getTime()) return;
    const [oldest] = this.#names.keys();
    if (this.#names.size >= CALLERS_MAX && oldest !== undefined) this.#names.delete(oldest);
    const entry: { user?: string; until: number } = { until: now.getTime() + KNOWN_FOR };
    this.#names.set(caller, entry);
    engine.whoAmI().then(
      ({ userId }) => (entry.user = userId),
      () => (entry.until = now.getTime() + REFUSED_FOR),
    );
  }
}
