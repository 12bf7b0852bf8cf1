import { lstat, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProcess } from '../process.ts';
import { readable } from '../git.ts';
import { refurnishHome } from '../home/furnish.ts';
import { inWorkspace, type StageContext } from '../stage-context.ts';
import { ancestors } from '../work-tree.ts';
import type { Phase, Phases } from './phases.ts';

/** Paths in one call of cp: far below what a command line holds. */
const AT_ONCE = 200;

/**
 * What installing dependencies left in the checkout and in the home, as it was before the agent began: kept where the agent does not reach,
 * and given to each phase that judges.
 */
export class Installed {
  readonly #context: StageContext;
  readonly #phases: Phases;
  readonly #agentFolders: readonly string[];
  /** Paths in the checkout; undefined when they could not be kept. */
  #paths: string[] | undefined;

  /** @param agentFolders What the agent's program keeps in a home: see Agent. */
  constructor(context: StageContext, phases: Phases, agentFolders: readonly string[] = []) {
    this.#context = context;
    this.#phases = phases;
    this.#agentFolders = agentFolders;
  }

  /** True when it can be given to a phase. */
  get isKept(): boolean {
    return this.#paths !== undefined;
  }

  /** Puts the home's settings back, and copies what is untracked in the checkout, and the home. Where that fails the log says so, and each phase has to install for itself. */
  async keep(untracked: readonly string[]): Promise<void> {
    const { paths, log, env } = this.#context;
    const place = inWorkspace(paths.workspace);
    await refurnishHome(place.home, env, this.#agentFolders);
    const names = untracked.map((path) => readable(path).replace(/\/$/, ''));
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const problem =
      (await this.#copyEach(names, place.checkout, join(this.#folder, 'checkout'))) ??
      (await this.#copy([place.home], this.#folder));
    if (problem === undefined) this.#paths = names;
    else
      log.line(
        `The installed dependencies cannot be kept, so they are installed again for the checks: ${problem}`,
      );
  }

  /**
   * Copies it into the folders of a phase that has not got its paths. What the phase's checkout has already stays, and nothing is written behind a link
   * that the change put in the place of a folder. Rejects where copying fails.
   */
  async give(phase: Phase): Promise<void> {
    const checkout = this.#phases.kept(phase, 'checkout');
    const missing: string[] = [];
    for (const path of this.#paths ?? []) if (await isFree(checkout, path)) missing.push(path);
    const problem =
      (await this.#copyEach(missing, join(this.#folder, 'checkout'), checkout)) ??
      (await this.#copy([join(this.#folder, 'home')], dirname(this.#phases.kept(phase, 'home'))));
    if (problem !== undefined) throw new Error(`The installed dependencies cannot be copied: ${problem}`);
  }

  get #folder(): string {
    return join(inWorkspace(this.#context.paths.workspace).phases, 'installed');
  }

  async #copyEach(paths: readonly string[], from: string, to: string): Promise<string | undefined> {
    const byFolder = new Map<string, string[]>();
    for (const path of paths) {
      const folder = dirname(path);
      byFolder.set(folder, [...(byFolder.get(folder) ?? []), join(from, path)]);
    }
    for (const [folder, files] of byFolder) {
      await mkdir(join(to, folder), { recursive: true, mode: 0o755 });
      for (let at = 0; at < files.length; at += AT_ONCE) {
        const problem = await this.#copy(files.slice(at, at + AT_ONCE), join(to, folder));
        if (problem !== undefined) return problem;
      }
    }
    return undefined;
  }

  /** Copies files and folders into a folder, with links, modes and times as they are; a sentence when that fails. */
  async #copy(files: readonly string[], to: string): Promise<string | undefined> {
    // GNU's cp shares blocks where the file system can; others copy.
    const flags = process.platform === 'linux' ? '-a --reflink=auto' : '-pRP';
    const { env, signal } = this.#context;
    const outcome = await runProcess({
      command: 'sh',
      args: ['-c', `to=$1; shift; cp ${flags} -- "$@" "$to"/ || cp -pRP -- "$@" "$to"/`, 'sh', to, ...files],
      cwd: '/',
      env: { PATH: env['PATH'] ?? '' },
      signal,
    });
    signal.throwIfAborted();
    return outcome.exitCode === 0
      ? undefined
      : (outcome.startError ?? outcome.tail.trim().split('\n').at(-1) ?? '');
  }
}

/** True for a path of a checkout where nothing lies, and above which there is nothing but folders. */
async function isFree(checkout: string, path: string): Promise<boolean> {
  for (const folder of ancestors(path)) {
    const stat = await lstat(join(checkout, folder)).catch(() => undefined);
    if (stat && !stat.isDirectory()) return false;
  }
  return (await lstat(join(checkout, path)).catch(() => undefined)) === undefined;
}
