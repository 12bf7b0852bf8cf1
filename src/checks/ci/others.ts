import type { RepoFiles } from '../check.ts';
import { readAzure } from './azure.ts';
import { readCircle } from './circle.ts';
import type { CommandList } from './command-list.ts';
import { readGitLab } from './gitlab.ts';
import type { Pipeline } from './pipeline.ts';
import { RepoFacts } from './repo-facts.ts';
import { viewYaml, type YamlView } from './yaml-view.ts';

/** CI systems whose one file lists shell commands. */
const READERS: Record<string, (view: YamlView, pipeline: Pipeline) => void> = {
  '.gitlab-ci.yml': readGitLab,
  '.circleci/config.yml': readCircle,
  'azure-pipelines.yml': readAzure,
  '.azure-pipelines.yml': readAzure,
};

/** Reads GitLab, CircleCI and Azure pipelines at their usual place. */
export function readOtherCi(files: RepoFiles, list: CommandList): void {
  const facts = new RepoFacts(files);
  for (const [path, reader] of Object.entries(READERS)) {
    const text = files.read(path);
    if (text === undefined) continue;
    try {
      const view = viewYaml(text);
      if (view) reader(view, { path, facts, list });
    } catch (error) {
      list.note(`${path} was not read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
