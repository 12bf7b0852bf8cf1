import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, realpathSync, writeFileSync } from 'node:fs';
import { type FileHandle, mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  hasChange,
  KEPT_MAX,
  LEFT_MAX_BYTES,
  type KeptChange,
  type LeftChange,
  type NothingLeft,
  readLeft,
} from '../../../domain/kept-change.ts';
import { syncFolder } from '../../atomic-file.ts';
import { openUntrusted } from '../../untrusted-file.ts';
import { LEFT, leftFolders } from '../../left-change.ts';
import { unavailable } from '../jobs/durable-file.ts';
import { KEPT_DRAFT } from '../jobs/job-folder.ts';
import { privateFolder } from '../paths.ts';
import { KEPT, keptChange, type KeptRecord } from './kept-folder.ts';

/** The sentence of a change whose files are not what the work stage said. */
const DAMAGED = 'The change that the work stage left is damaged, so it is not kept.';

/** Opens a file in this very folder, as `openUntrusted` does; a folder behind a link does not count. */
async function openLeft(folder: string, name: string, most: number): Promise<FileHandle | undefined> {
  const parent = dirname(folder);
  const own = join(realpathSync(parent), basename(folder));
  if (realpathSync(folder) !== own) return undefined;
  return openUntrusted(join(own, name), most);
}

/** The newest change in a workspace that is whole, with what the stage says of it. */
async function newest(
  workspace: string,
): Promise<{ folder: string; said: LeftChange | NothingLeft; text: string } | undefined> {
  for (const { path } of await leftFolders(workspace)) {
    const handle = await openLeft(path, LEFT.about, LEFT_MAX_BYTES);
    if (!handle) continue;
    try {
      const bytes = Buffer.alloc(LEFT_MAX_BYTES);
      const { bytesRead } = await handle.read(bytes, 0, LEFT_MAX_BYTES, 0);
      const text = bytes.toString('utf8', 0, bytesRead);
      const said = readLeft(text);
      if (said) return { folder: path, said, text };
    } finally {
      await handle.close();
    }
  }
  return undefined;
}

/** Copies a file of at most `most` bytes; its length, or undefined when it is not what its digest says. */
async function copy(
  from: { folder: string; name: string; most: number; digest: string },
  to: string,
): Promise<number | undefined> {
  const handle = await openLeft(from.folder, from.name, from.most);
  if (!handle) return undefined;
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const source = handle.createReadStream({ autoClose: false, end: from.most - 1 });
    await pipeline(
      source,
      async function* (pieces: AsyncIterable<Buffer>) {
        for await (const piece of pieces) {
          hash.update(piece);
          bytes += piece.length;
          yield piece;
        }
      },
      createWriteStream(to, { flags: 'wx', mode: 0o600, flush: true }),
    );
  } finally {
    await handle.close();
  }
  return hash.digest('hex') === from.digest ? bytes : undefined;
}

type Newest = NonNullable<Awaited<ReturnType<typeof newest>>>;

async function fill(draft: string, target: string, left: Newest | undefined): Promise<KeptChange> {
  if (!left) return { note: 'The work stage was killed before it could leave its change.' };
  if (!hasChange(left.said)) return { note: left.said.note };
  const { folder, said, text } = left;
  const patch = { folder, name: LEFT.patch, most: KEPT_MAX.patch, digest: said.patch };
  const pack = { folder, name: LEFT.pack, most: KEPT_MAX.pack, digest: said.pack };
  const bytes = await copy(patch, join(draft, KEPT.patch));
  if (bytes === undefined || (await copy(pack, join(draft, KEPT.pack))) === undefined)
    return { note: DAMAGED };
  if (said.conversation) {
    const file = { folder, name: LEFT.conversation, most: KEPT_MAX.conversation, digest: said.conversation };
    const to = join(draft, KEPT.conversation);
    // Without it the change is whole: the next attempt begins a conversation of its own.
    if ((await copy(file, to)) === undefined) await rm(to, { force: true });
  }
  writeFileSync(join(draft, KEPT.about), text, { mode: 0o600, flush: true });
  return keptChange(target, said, bytes);
}

/**
 * Keeps what a Job's work stage left of its change in a folder, which appears whole or not at all. What the stage left is data from an untrusted place: it is
 * bounded, compared with its digests, and none of its paths is used. Undefined where the stage ended before its agent began. Throws Unavailable when the disk
 * refuses.
 */
export async function takeLeft(
  { workspace, wasKilled }: { workspace: string; wasKilled: boolean },
  target: string,
  uid: string | undefined,
): Promise<KeptChange | undefined> {
  const draft = join(dirname(target), `.${basename(target)}.${randomUUID()}${KEPT_DRAFT}`);
  try {
    const left = await newest(workspace);
    if (!left && !wasKilled) return undefined;
    privateFolder(dirname(target));
    await mkdir(draft, { mode: 0o700 });
    const change = await fill(draft, target, left);
    const record: KeptRecord = { ...(uid && { uid }), change };
    writeFileSync(join(draft, KEPT.record), JSON.stringify(record), { mode: 0o600, flush: true });
    syncFolder(draft);
    // An earlier session's of the same name makes room.
    await rm(target, { recursive: true, force: true });
    await rename(draft, target);
    syncFolder(dirname(target));
    return change;
  } catch (error) {
    throw unavailable(`The change cannot be kept in ${target}`, error);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
