import { kubectlUsers } from './kubectl-users.ts';
import { limits, retries, templates } from './quickstart-more.ts';
import { type Quickstart, quickstart } from './quickstart-scene.ts';
import { firstTask } from './quickstart-task.ts';

// One story: each step starts from what the one before left.
describe('the quickstart with kubectl, its plugin and the real Claude Code, on a real node', function () {
  this.timeout(600_000);
  let story: Quickstart;
  before(async () => {
    story = await quickstart();
  });
  after(() => story?.close());

  firstTask(() => story);
  retries(() => story);
  templates(() => story);
  limits(() => story);
  kubectlUsers(() => story);
});
