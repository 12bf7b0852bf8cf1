import { LABEL } from '../api/names.ts';
import type { AgenticSession } from '../api/types.ts';
import { BgtaskError } from '../domain/errors.ts';
import { checkBranch, checkProject, checkRepositoryUrl, checkTaskName } from '../domain/input.ts';
import { baseBranchOf, isTask, repositoryOf } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import { checkObject, readObjects, type Source } from './read-objects.ts';
import { taskObject } from './task-object.ts';

export interface TaskSource extends Source {
  /** Names the task, when the file holds one only. */
  name?: string;
}

/** The tasks in YAML or JSON text, as the caller's own: names, labels and creator follow from the caller, not from the file. Throws Invalid. */
export async function readTasks(engine: Engine, text: string, source: TaskSource): Promise<AgenticSession[]> {
  const { file, name } = source;
  const objects = await readObjects('AgenticSession', text, source);
  if (name !== undefined && objects.length > 1)
    throw new BgtaskError('Usage', `${file} holds ${objects.length} tasks; a name fits one only.`);
  const { userId, groups } = await engine.whoAmI();
  const tasks = objects.map((object) => {
    if (!isTask(object))
      throw new BgtaskError('Invalid', `${file}: spec.mode must be "background" for a task.`);
    const project = object.metadata.namespace;
    checkProject(project);
    const task = name ?? object.metadata.labels?.[LABEL.task] ?? object.metadata.name;
    checkTaskName(task, `${file}: name`);
    checkRepositoryUrl(
      repositoryOf(object),
      { local: engine.kind === 'local' },
      `${file}: spec.repos[0].input.url`,
    );
    const branch = baseBranchOf(object);
    if (branch !== undefined) checkBranch(branch, `${file}: spec.repos[0].input.branch`);
    return taskObject(project, task, { ...object.spec, userContext: { userId, ...(groups && { groups }) } });
  });
  for (const task of tasks) await checkObject('AgenticSession', task, file);
  return tasks;
}
