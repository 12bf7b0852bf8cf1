import { jobEngineContract } from '../../../contract/job-engine.ts';
import { task, Workplace } from './support.ts';

const hello = (stage: string, progress: number): string[] => [
  `print:hello from ${stage}`,
  `event:{"progress":${progress}}`,
];
const passes = { clone: hello('clone', 10), work: hello('work', 50), publish: hello('publish', 90) };
const BEHAVIOURS = {
  passes,
  'clone fails': { ...passes, clone: [...passes.clone, 'fail:CloneFailed'] },
  'work hangs': { ...passes, work: [...passes.work, 'hang'] },
};

jobEngineContract('the local engine', async () => {
  const place = await Workplace.make();
  return {
    engine: place.runner(),
    task: (behaviour) => task(BEHAVIOURS[behaviour]),
    close: () => place.close(),
  };
});
