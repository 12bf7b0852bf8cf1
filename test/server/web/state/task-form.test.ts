import assert from 'node:assert/strict';
import {
  bodyOf,
  EMPTY_FORM,
  missingIn,
  taskForm,
  type TaskForm,
} from '../../../../src/server/web/state/task-form.ts';
import type { TemplateView } from '../../../../src/server/views/template-view.ts';

const template = (name: string, parameters: TemplateView['parameters']): TemplateView => ({
  name,
  uid: name,
  project: 'default',
  displayName: name,
  instructionsTemplate: '',
  ...(parameters && { parameters }),
  createdAt: null,
  usageCount: 0,
  lastUsed: null,
});
const upgrade = template('upgrade', [
  { name: 'packageName', required: true },
  { name: 'version', required: true, defaultValue: 'latest' },
]);
const filled: TaskForm = {
  ...EMPTY_FORM,
  name: ' fix-lint ',
  repository: 'https://git.example/a ',
  instructions: 'Fix it',
};

describe('the form of a new task', () => {
  it('sends what was filled in, trimmed, and nothing else', () =>
    assert.deepEqual(bodyOf(filled), {
      name: 'fix-lint',
      repository: { url: 'https://git.example/a' },
      instructions: 'Fix it',
    }));

  it('sends every setting in the words of the API', () =>
    assert.deepEqual(
      bodyOf({
        ...filled,
        branch: 'next',
        agent: 'command',
        run: 'make x',
        model: 'm',
        image: 'i',
        minutes: '5',
        queue: true,
        draft: true,
      }),
      {
        name: 'fix-lint',
        repository: { url: 'https://git.example/a', branch: 'next' },
        instructions: 'Fix it',
        agent: { type: 'command', run: 'make x' },
        image: 'i',
        timeout: 300,
        queue: true,
        pullRequest: { draft: true },
      },
    ));

  it("a template brings its parameters' defaults, and keeps what was typed for those it has too", () => {
    const chosen = taskForm(filled, { type: 'template', name: 'upgrade', template: upgrade });
    assert.deepEqual(chosen.parameters, { packageName: '', version: 'latest' });
    const typed = taskForm(chosen, { type: 'parameter', name: 'packageName', value: 'lodash' });
    const other = template('other', [{ name: 'packageName' }, { name: 'file', defaultValue: 'a' }]);
    const next = taskForm(typed, { type: 'template', name: 'other', template: other });
    assert.deepEqual(next.parameters, { packageName: 'lodash', file: 'a' });
    assert.deepEqual(bodyOf(next).parameters, { packageName: 'lodash', file: 'a' });
    assert.deepEqual(taskForm(next, { type: 'template', name: '' }).parameters, {});
  });

  it('names what is missing by the paths that the API would name', () => {
    assert.deepEqual(Object.keys(missingIn(EMPTY_FORM)), ['name', 'repository.url', 'instructions']);
    const chosen = taskForm(filled, { type: 'template', name: 'upgrade', template: upgrade });
    assert.deepEqual(Object.keys(missingIn({ ...chosen, instructions: '' }, upgrade)), [
      'parameters.packageName',
    ]);
    assert.deepEqual(Object.keys(missingIn({ ...filled, agent: 'command', minutes: 'x' })), [
      'agent.run',
      'timeout',
    ]);
    assert.deepEqual(missingIn(filled), {});
  });

  for (const minutes of ['0', '61', '1.5', '-3', 'soon'])
    it(`${minutes} minutes are refused before they are sent`, () =>
      assert.deepEqual(Object.keys(missingIn({ ...filled, minutes })), ['timeout']));
});
