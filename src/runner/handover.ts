import { StageError } from '../domain/reasons.ts';
import { parseReport, REPORT_MAX_BYTES, type StageReport } from '../domain/report.ts';
import { openUntrusted, readUntrusted } from '../engine/untrusted-file.ts';
import { git, gitFailure } from './git.ts';
import { inWorkspace, type StageContext } from './stage-context.ts';

/** Bytes of a pack that publish takes in; GitHub refuses pushes over 2 GiB. */
const PACK_MAX = 2_147_483_648;
/** Keeps the snapshot's objects in the pristine copy. */
const SNAPSHOT_REF = 'refs/bgtask/snapshot';

/** What an untrusted stage handed over in its workspace, read as data and held to the report's schema. Throws RunnerLost. */
export async function readHandover(
  workspace: string,
  stage: 'work' | 'prove' = 'work',
): Promise<StageReport> {
  const text = await readUntrusted(inWorkspace(workspace).report, REPORT_MAX_BYTES);
  const report = parseReport(stage, text?.toString('utf8') ?? '');
  if (report?.ok) return report;
  throw new StageError(
    'RunnerLost',
    `The ${stage} stage left no readable report, so nothing is published. Retry the task.`,
  );
}

export interface Handed {
  /** The workspace that has the pack. */
  workspace: string;
  /** The bare copy that takes the objects in. */
  gitDir: string;
  /** The commit that the work stage names. */
  snapshot: string;
  /** The base that the change must stand on. */
  base: string;
}

/**
 * Takes the snapshot's objects into a copy of the repository. They come as a pack on standard input, and git's fsck looks at each (`git fetch` of a
 * bundle looks at none before git 2.46): no git runs where the agent was. Throws RunnerLost.
 */
export async function takeIn(
  context: StageContext,
  { workspace, gitDir, snapshot, base }: Handed,
): Promise<void> {
  const { signal } = context;
  const handle = await openUntrusted(inWorkspace(workspace).pack, PACK_MAX);
  if (!handle)
    throw new StageError(
      'RunnerLost',
      'The work stage left no readable change, so nothing is published. Retry the task.',
    );
  const options = { gitDir, signal };
  try {
    const index = ['index-pack', '--strict', '--fix-thin', '--stdin', `--max-input-size=${PACK_MAX}`];
    await git(index, { ...options, input: handle.createReadStream({ autoClose: false }) });
    const parents = await git(['rev-list', '--parents', '--max-count=1', snapshot], options);
    if (parents !== `${snapshot} ${base}`)
      throw new StageError(
        'RunnerLost',
        'The change does not stand on the base that was cloned, so nothing is published. Retry the task.',
      );
    await git(['rev-list', '--objects', '--quiet', snapshot, `^${base}`], options);
    await git(['update-ref', SNAPSHOT_REF, snapshot], options);
  } catch (error) {
    signal.throwIfAborted();
    throw gitFailure(
      'RunnerLost',
      'The change that the work stage left cannot be read, so nothing is published.',
      error,
    );
  } finally {
    await handle.close();
  }
}
