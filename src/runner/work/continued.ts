import { createReadStream } from 'node:fs';
import { copyFile, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasChange, LEFT_MAX_BYTES, type LeftChange, readLeft } from '../../domain/kept-change.ts';
import { type ChangePayload, unpackChange } from '../../engine/change-payload.ts';
import { HANDED, LEFT } from '../../engine/left-change.ts';
import { git, type GitOptions } from '../git.ts';
import { SNAPSHOT_IDENTITY } from '../snapshot-files.ts';

/** The kept change of an earlier task, as the engine gives it to a Job. */
export interface Continued {
  said: LeftChange;
  /** Puts its commit, on its own base, into a repository; that base must be there. Returns the commit. */
  commitInto(options: GitOptions): Promise<string>;
  /** Writes the agent's conversation to a file; false where it is not kept. */
  conversationTo(file: string): Promise<boolean>;
}

/** What lies in the folder of a change to go on with: files of the local engine, or the parts that a pod mounts. Undefined when it is gone. */
export async function readContinued(folder: string): Promise<Continued | undefined> {
  const said = await readAbout(folder);
  if (said) return fromFiles(folder, said);
  const payload = await unpackParts(folder);
  return payload && fromPayload(payload);
}

async function readAbout(folder: string): Promise<LeftChange | undefined> {
  const file = await open(join(folder, LEFT.about)).catch(() => undefined);
  try {
    const bytes = Buffer.alloc(LEFT_MAX_BYTES);
    const read = await file?.read(bytes, 0, LEFT_MAX_BYTES, 0);
    const said = readLeft(bytes.toString('utf8', 0, read?.bytesRead ?? 0));
    return said && hasChange(said) ? said : undefined;
  } finally {
    await file?.close();
  }
}

/** A pack holds the commit, and a file the conversation. */
function fromFiles(folder: string, said: LeftChange): Continued {
  return {
    said,
    async commitInto(options) {
      const index = ['index-pack', '--strict', '--fix-thin', '--stdin'];
      await git(index, { ...options, input: createReadStream(join(folder, LEFT.pack)) });
      return git(['rev-parse', '--verify', `${said.commit}^{commit}`], options);
    },
    async conversationTo(file) {
      const kept = join(folder, LEFT.conversation);
      if (!said.conversation || !(await stat(kept).catch(() => undefined))?.isFile()) return false;
      await copyFile(kept, file);
      return true;
    },
  };
}

async function unpackParts(folder: string): Promise<ChangePayload | undefined> {
  const parts: Buffer[] = [];
  for (;;) {
    const part = await readFile(join(folder, `${HANDED}${parts.length}`)).catch(() => undefined);
    if (!part) break;
    parts.push(part);
  }
  const payload = parts.length > 0 ? await unpackChange(Buffer.concat(parts)) : undefined;
  return payload && 'said' in payload ? payload : undefined;
}

/** A patch, from which the commit is made again: packs are not handed over, because the patch says the same. */
function fromPayload({ said, patch, conversation }: ChangePayload): Continued {
  return {
    said,
    async commitInto(options) {
      const folder = await mkdtemp(join(options.gitDir ?? '', 'continued-'));
      const own = { ...options, index: join(folder, 'index') };
      try {
        await git(['read-tree', said.base], own);
        await git(['apply', '--cached', '--binary', '--whitespace=nowarn', '-'], { ...own, input: patch });
        const tree = await git(['write-tree'], own);
        const words = ['commit-tree', tree, '-p', said.base, '-m', 'bgtask snapshot'];
        return await git(words, { ...options, env: SNAPSHOT_IDENTITY });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    async conversationTo(file) {
      if (conversation) await writeFile(file, conversation, { mode: 0o600 });
      return conversation !== undefined;
    },
  };
}
