import { JobTrail } from './job-trail.ts';
import { isForeignText } from './matrix.ts';
import type { Pipeline } from './pipeline.ts';
import { joinDir } from './places.ts';
import { readYamlBlock, variablesOf } from './yaml-block.ts';
import type { YamlView } from './yaml-view.ts';

/** Reads the jobs of an Azure pipeline that run on Linux. */
export function readAzure(view: YamlView, pipeline: Pipeline): void {
  const jobs = [view, ...view.itemsAt('jobs')];
  for (const stage of view.itemsAt('stages')) jobs.push(...stage.itemsAt('jobs'));
  for (const job of jobs) readJob(job, view, pipeline);
}

function readJob(job: YamlView, root: YamlView, { path, facts, list }: Pipeline): void {
  if (isForeignText(job.get('pool')?.textAt('vmImage') ?? '')) return;
  const trail = new JobTrail(facts, { job: job.textAt('job') ?? 'pipeline', rank: 0 });
  const [, variant] = job.get('strategy')?.entriesAt('matrix')[0] ?? [];
  const variables = new Map([
    ...variablesOf(root.get('variables')),
    ...variablesOf(job.get('variables')),
    ...variablesOf(variant),
  ]);
  const fill = (text: string): string =>
    text.replace(/\$\(([\w.]+)\)/g, (whole, name: string) => variables.get(name) ?? whole);
  for (const step of job.itemsAt('steps')) {
    const script = step.get('script') ?? step.get('bash');
    if (!script || step.textAt('continueOnError') === 'true') continue;
    const dir = joinDir(
      '',
      fill(step.textAt('workingDirectory') ?? '').replace(
        /^\$\((Build\.SourcesDirectory|System\.DefaultWorkingDirectory)\)\/?/,
        './',
      ),
    );
    const place = { path, dir, step: step.textAt('displayName'), env: variablesOf(step.get('env')) };
    readYamlBlock(script, place, trail, fill);
  }
  trail.close(list);
}
