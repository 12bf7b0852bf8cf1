import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckResult } from '../api/types.ts';
import { STEP } from '../domain/progress.ts';
import { StageError } from '../domain/reasons.ts';
import type { StageReport } from '../domain/report.ts';
import { isWorse } from '../domain/verdict.ts';
import { gitPaths, type GitOptions } from './git.ts';
import { readHandover, takeIn } from './handover.ts';
import { linksOf } from './links.ts';
import { emptySurvey, type Snapshot } from './survey.ts';
import { inWorkspace, type StageContext, writeReport } from './stage-context.ts';
import { checkChange } from './work/check-change.ts';
import { closeWithFailures, failureSentence } from './work/failure-words.ts';
import { judge } from './work/judge.ts';
import { openTools, type WorkTools } from './work/open-tools.ts';
import { ProofError } from './work/work-error.ts';

/**
 * The prove stage of a pod: dependencies and checks in a container that the agent was never in, on the change that the work stage handed over as
 * data. Untrusted too, because the checks are programs of the repository: it holds no credential, and what is published is what was handed over.
 */
export async function prove(context: StageContext): Promise<StageReport> {
  const { paths, signal } = context;
  const made = await readHandover(paths.handed);
  await mkdir(join(paths.workspace, 'out'), { recursive: true, mode: 0o700 });
  const place = inWorkspace(paths.workspace);
  const tools = await openTools(context);
  const { base } = tools;
  try {
    let report: StageReport = {
      stage: 'prove',
      ok: true,
      progress: STEP.validated.progress,
      base,
      changed: made.changed,
    };
    if (made.changed) {
      const { snapshot = '' } = made;
      await takeIn(context, { workspace: paths.handed, gitDir: place.base, snapshot, base });
      report = {
        ...report,
        ...(await proofOf(tools, await snapshotOf(snapshot, base, { gitDir: place.base, signal }))),
      };
    }
    await writeReport(place.report, report);
    return report;
  } finally {
    await tools.close();
  }
}

/** The snapshot as the work stage made it, read from its commit. */
async function snapshotOf(commit: string, base: string, options: GitOptions): Promise<Snapshot> {
  const diff = [
    'diff-tree',
    '-r',
    '-z',
    '--name-only',
    '--no-renames',
    '--ignore-submodules=none',
    base,
    commit,
  ];
  const before = new Map((await linksOf(base, options)).map((link) => [link.path, link.commit]));
  const moved = (await linksOf(commit, options)).filter((link) => {
    const was = before.get(link.path);
    return was !== undefined && was !== link.commit;
  });
  const paths = await gitPaths(diff, options);
  const { added: _, gone: __, ...survey } = emptySurvey();
  return { ...survey, commit, paths, moved };
}

async function proofOf(tools: WorkTools, snapshot: Snapshot): Promise<Partial<StageReport>> {
  const { workspace, snapshots, context } = tools;
  const checks: CheckResult[] = [];
  const note = (result: CheckResult): unknown => checks.push(result);
  try {
    await snapshots.begin();
    await workspace.prepare();
    const failed = await workspace.enterChange(snapshot);
    checks.push(...workspace.ownResults);
    if (failed) note(failed.result);
    const runs = failed ? [failed] : await checkChange(tools, snapshot, note);
    const worse = runs.filter(({ result }) => isWorse(result));
    const [first] = worse;
    if (first) {
      closeWithFailures(context, worse);
      throw new StageError('ValidationFailed', failureSentence(first, context));
    }
    return { ...judge(tools, checks), changed: true, snapshot: snapshot.commit };
  } catch (error) {
    throw new ProofError(error, checks);
  }
}
