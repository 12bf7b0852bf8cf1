import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../src/domain/errors.ts';
import { type ByHand, byHand, type Place, sameByHand } from './by-hand.ts';
import { type ByTask, byTask } from './by-task.ts';
import { endOf, type Fault, judge } from './judge.ts';
import type { Chore, Repository } from './repositories.ts';
import { makeRepository } from './repository.ts';
import { treeOf } from './sources/table.ts';
import { installPackages, pathFor } from './toolchains.ts';

/** How one chore came out. */
export interface ChoreResult {
  kind: Chore['kind'];
  wanted: Chore['end'];
  end: string;
  reason: string;
  faults: Fault[];
  seconds: number;
}

/** How one repository came out. */
export interface RepositoryResult {
  name: string;
  /** Why it could not be tried: its registry does not have it, or its packages cannot be installed. */
  untried?: string;
  chores: ChoreResult[];
  /** Wall time of a plain script with the commands of the first chore's task; absent where that task proved nothing. */
  handSeconds?: number;
}

/** Told of what happens, for the person who looks for a reason. */
export interface Witness {
  hand(repository: Repository, found: ByHand): void;
  task(repository: Repository, chore: Chore, found: ByTask): void;
}

/** All chores of one repository, by hand and by tasks. */
export async function runRepository(repository: Repository, witness?: Witness): Promise<RepositoryResult> {
  const folder = await mkdtemp(join(tmpdir(), 'world-'));
  try {
    const place = await prepare(repository, folder);
    if (typeof place === 'string') return { name: repository.name, untried: place, chores: [] };
    const hand = await byHand(repository, place);
    witness?.hand(repository, hand);
    const chores: ChoreResult[] = [];
    let handSeconds: number | undefined;
    for (const chore of repository.chores) {
      const task = await byTask(repository, chore, place);
      witness?.task(repository, chore, task);
      const ran = (task.status.checks ?? []).filter(({ result }) => result !== 'skipped');
      if (chores.length === 0 && endOf(task) === 'proven')
        handSeconds = await sameByHand(
          repository,
          ran.map(({ command = '' }) => command),
          place,
        );
      chores.push({
        kind: chore.kind,
        wanted: chore.end,
        end: endOf(task),
        reason:
          task.status.conditions?.find(({ type }) => type === 'Validated')?.reason ??
          task.status.reason ??
          '',
        faults: judge({ repository, chore, hand, task }),
        seconds: task.seconds,
      });
    }
    return { name: repository.name, chores, handSeconds };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function prepare(repository: Repository, folder: string): Promise<Place | string> {
  try {
    const tree = await treeOf(repository);
    await installPackages(repository);
    const { name } = repository;
    const bare = await makeRepository(tree, { folder, name, version: repository.source.version });
    return { folder, bare, path: await pathFor(repository) };
  } catch (error) {
    return messageOf(error).split('\n').slice(0, 2).join(' ');
  }
}
