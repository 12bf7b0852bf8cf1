import type { AgenticSession } from '../api/types.ts';
import type { BgtaskError } from '../domain/errors.ts';
import { isFinished, taskName } from '../domain/task.ts';
import type { Engine, WatchEvent } from '../engine/engine.ts';
import { controllerChecks } from '../service/controller-checks.ts';
import { type CliContext, EXIT, type GlobalOptions } from './context.ts';
import { type OutputFormat, parseOutput } from './output/format.ts';
import { shownColumns } from './output/print.ts';
import { printObjects, type Showing } from './print-objects.ts';
import { CLOCK_COLUMNS } from './task-columns.ts';

/** What -o may ask of a list that is watched. Throws OutputError. */
export const parseListWatchOutput = (text: string | undefined): OutputFormat =>
  parseOutput(text, ['table', 'wide', 'name', 'json', 'jsonl', 'custom-columns']);

export interface WatchedList {
  /** What the engine watches. */
  selection: { namespace?: string | undefined; selector?: string | undefined; brief?: boolean };
  /** The tasks that are shown. */
  passes: (task: AgenticSession) => boolean;
  /** Of the tasks that are there already: the order, and how many. */
  arrange: (tasks: AgenticSession[]) => AgenticSession[];
  showing: Showing<AgenticSession>;
  /** Says that no task is there. */
  sayNothing: () => void;
}

/** The rows of tasks that were printed: a task is printed again when its row is another one. */
class ListRows {
  readonly #context: CliContext;
  readonly #options: GlobalOptions;
  readonly #list: WatchedList;
  readonly #format: OutputFormat;
  readonly #printed = new Map<string | undefined, string>();
  readonly #remembered: number[] = [];
  readonly #active = new Set<string | undefined>();
  /** The tasks that are there, until all of them are known. */
  #there: Map<string | undefined, AgenticSession> | undefined = new Map();
  #hasHeader = false;

  constructor(context: CliContext, options: GlobalOptions, list: WatchedList) {
    this.#context = context;
    this.#options = options;
    this.#list = list;
    this.#format = parseListWatchOutput(options.output);
  }

  /** True while a task that is seen is before its end. */
  get isActive(): boolean {
    return this.#active.size > 0;
  }

  /** Takes an event of the watch in, and prints what it changes. */
  async take(event: WatchEvent<AgenticSession>): Promise<void> {
    if (event.type === 'SYNCED') {
      const there = [...(this.#there?.values() ?? [])];
      this.#there = undefined;
      return this.#first(there);
    }
    const { type, object } = event;
    const { uid } = object.metadata;
    if (type === 'DELETED' || isFinished(object)) this.#active.delete(uid);
    else this.#active.add(uid);
    if (!this.#there) return type === 'DELETED' ? this.#deleted(object) : this.#changed(object);
    if (type === 'DELETED' || !this.#list.passes(object)) this.#there.delete(uid);
    else this.#there.set(uid, object);
    return undefined;
  }

  /** Prints the tasks that are there when the watch begins. */
  async #first(tasks: AgenticSession[]): Promise<void> {
    for (const task of tasks) this.#printed.set(task.metadata.uid, this.#row(task));
    const shown = this.#list.arrange(tasks);
    if (tasks.length === 0) return this.#list.sayNothing();
    if (this.#format.kind === 'json') for (const task of shown) await this.#print([task]);
    else await this.#print(shown);
  }

  /** Prints a task whose row has changed; one that does not pass any more is printed this once, and then forgotten. */
  async #changed(task: AgenticSession): Promise<void> {
    const { uid } = task.metadata;
    const before = this.#printed.get(uid);
    const passes = this.#list.passes(task);
    if (!passes && before === undefined) return;
    const row = this.#row(task);
    if (passes) this.#printed.set(uid, row);
    else this.#printed.delete(uid);
    if (row !== before) await this.#print([task]);
  }

  #deleted(task: AgenticSession): void {
    if (this.#printed.delete(task.metadata.uid)) this.#context.say(`task/${taskName(task)} deleted`);
  }

  async #print(tasks: readonly AgenticSession[]): Promise<void> {
    const headers = this.#hasHeader ? false : this.#options.headers;
    this.#hasHeader = true;
    const { showing } = this.#list;
    const shown = { ...showing, list: false, remembered: this.#remembered };
    await printObjects(this.#context, { ...this.#options, headers, sortBy: undefined }, tasks, shown);
  }

  /** What of a task's row does not change with the clock; of whole objects every version is another one. */
  #row(task: AgenticSession): string {
    const { kind } = this.#format;
    if (kind === 'json' || kind === 'jsonl') return task.metadata.resourceVersion ?? '';
    const columns = shownColumns(this.#format, this.#list.showing.columns);
    const now = this.#context.now();
    const cells = columns.filter(({ header }) => kind === 'custom-columns' || !CLOCK_COLUMNS.has(header));
    return JSON.stringify(cells.map(({ value }) => value(task, now)));
  }
}

/** Prints tasks, then each task that changes, as `kubectl get -w` does, until the person stops it. The exit code. Throws Unavailable when no supervisor can be started. */
export async function watchList(
  context: CliContext,
  engine: Engine,
  options: GlobalOptions,
  list: WatchedList,
): Promise<number> {
  const rows = new ListRows(context, options, list);
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  let trouble: BgtaskError | undefined;
  const checks = controllerChecks(
    engine,
    () => rows.isActive,
    (found) => {
      trouble = found;
      abort();
    },
  );
  context.signal.addEventListener('abort', abort, { once: true });
  if (context.signal.aborted) abort();
  try {
    const { signal } = controller;
    for await (const event of engine.store.watch('AgenticSession', { ...list.selection, signal })) {
      await rows.take(event);
      if (event.type === 'SYNCED') await engine.ensureController(rows.isActive);
    }
    if (trouble) throw trouble;
    return EXIT.interrupted;
  } finally {
    controller.abort();
    checks.stop();
    context.signal.removeEventListener('abort', abort);
  }
}
