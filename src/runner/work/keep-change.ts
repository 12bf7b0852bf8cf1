import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../../domain/errors.ts';
import { KEPT_MAX, type LeftChange, type NothingLeft } from '../../domain/kept-change.ts';
import { writeAtomic } from '../../engine/atomic-file.ts';
import { LEFT, leftFolders } from '../../engine/left-change.ts';
import { readUntrusted } from '../../engine/untrusted-file.ts';
import { readable } from '../git.ts';
import type { Snapshots } from '../snapshot.ts';
import type { Snapshot } from '../survey.ts';

/** What is said of a change besides what it holds. */
export type AboutChange = Pick<LeftChange, 'agent' | 'session' | 'failure' | 'summary'>;

/** The file of the agent's conversation as it is now; undefined where there is none. */
type Conversation = (session: string) => Promise<string | undefined>;

export interface KeeperOptions {
  conversation?: Conversation;
  /** Told of each state that was left, with its folder. */
  onLeft?: (folder: string, said: LeftChange | NothingLeft) => Promise<void>;
}

const MIB = 1_048_576;

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/**
 * Leaves the change of a work stage where the engine finds it when the Job has ended, however it ends. Each state has a folder of its own, and is there when
 * its last file is: a stage that is killed between two leaves the one before.
 */
export class ChangeKeeper {
  readonly #workspace: string;
  readonly #snapshots: Snapshots;
  readonly #base: string;
  readonly #options: KeeperOptions;

  constructor(workspace: string, snapshots: Snapshots, base: string, options: KeeperOptions = {}) {
    this.#options = options;
    this.#workspace = workspace;
    this.#snapshots = snapshots;
    this.#base = base;
  }

  /** Leaves what a snapshot holds; one that is too large leaves a sentence that says so. */
  async keep(snapshot: Snapshot, about: AboutChange): Promise<void> {
    if (snapshot.paths.length === 0) return this.nothing('The agent had changed nothing.');
    await this.#next(async (folder) => {
      const patch = join(folder, LEFT.patch);
      const pack = join(folder, LEFT.pack);
      await this.#snapshots.pack(snapshot.commit, pack);
      const size = await this.#snapshots.patch(snapshot.commit, patch);
      for (const [file, most] of [
        [patch, KEPT_MAX.patch],
        [pack, KEPT_MAX.pack],
      ] as const) {
        const { size: bytes } = await stat(file);
        if (bytes > most) return { note: tooLarge(bytes, most) };
      }
      return {
        base: this.#base,
        commit: snapshot.commit,
        ...size,
        patch: await digestOf(patch),
        pack: await digestOf(pack),
        ...named('leftOut', snapshot.leftOut),
        ...named('pointers', [...snapshot.large]),
        ...about,
        ...(await this.#keepConversation(folder, about.session)),
      };
    });
  }

  /** Leaves a sentence about why there is no change to keep. */
  nothing(note: string): Promise<void> {
    return this.#next(() => Promise.resolve({ note }));
  }

  /** Leaves what lies in the checkout of a task that ends without a snapshot of it. What goes wrong is said in the log and leaves what was there before. */
  async keepRest(
    snapshot: Snapshot | undefined,
    about: AboutChange,
    options: { signal: AbortSignal; isStopped: boolean; log: (line: string) => void },
  ): Promise<void> {
    try {
      this.#snapshots.obey(options.signal);
      await this.keep(snapshot ?? (await this.#snapshots.salvage(options.signal)), about);
    } catch (error) {
      const note = `The change in the checkout could not be kept: ${messageOf(error)}`;
      if (!options.isStopped) options.log(note);
      // Of a stopped stage the engine takes the change itself, when its processes have ended: they were told to end, git too.
      if (options.isStopped || (await leftFolders(this.#workspace)).length > 0) return;
      await this.nothing(note).catch(() => undefined);
    }
  }

  /** Copies the agent's conversation beside the change, unless it is too large or no file. */
  async #keepConversation(folder: string, session?: string): Promise<Pick<LeftChange, 'conversation'>> {
    const file = session && (await this.#options.conversation?.(session));
    const bytes = file ? await readUntrusted(file, KEPT_MAX.conversation) : undefined;
    if (!bytes) return {};
    const to = join(folder, LEFT.conversation);
    await writeFile(to, bytes);
    return { conversation: await digestOf(to) };
  }

  async #next(fill: (folder: string) => Promise<LeftChange | NothingLeft>): Promise<void> {
    const before = await leftFolders(this.#workspace);
    const folder = join(this.#workspace, `${LEFT.folder}${(before[0]?.number ?? 0) + 1}`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { mode: 0o700 });
    const said = await fill(folder);
    writeAtomic(join(folder, LEFT.about), JSON.stringify(said));
    for (const { path } of before) await rm(path, { recursive: true, force: true });
    await this.#options.onLeft?.(folder, said);
  }
}

/** The first paths of a list, for people; no field for an empty one. */
const named = (field: 'leftOut' | 'pointers', paths: readonly string[]): Partial<LeftChange> =>
  paths.length > 0 ? { [field]: paths.slice(0, 20).map(readable) } : {};

const tooLarge = (bytes: number, most: number): string =>
  `The change is too large to be kept: ${Math.ceil(bytes / MIB)} MiB, and the limit is ${most / MIB} MiB.`;
