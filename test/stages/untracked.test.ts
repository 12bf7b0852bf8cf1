import assert from 'node:assert/strict';
import { cloned } from '../support/stage/prepared.ts';

/** A repository as people have them: its dependencies folder is ignored, and installing them fills it before the agent begins. */
const REAL = {
  '.gitignore': 'node_modules/\n*.log\n/dist/\n!kept.log\n',
  'package.json': '{"name":"real","version":"1.0.0","dependencies":{"dep":"file:./dep"}}\n',
  'package-lock.json':
    '{"name":"real","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{"":{"name":"real","version":"1.0.0","dependencies":{"dep":"file:./dep"}},"dep":{"version":"1.0.0"},"node_modules/dep":{"resolved":"dep","link":true}}}\n',
  'dep/package.json': '{"name":"dep","version":"1.0.0"}\n',
  'a.txt': 'one\n',
};
const { 'package-lock.json': _, ...WITHOUT_LOCK } = REAL;
const PLAIN = { '.gitignore': REAL['.gitignore'], 'a.txt': 'one\n' };

describe('what was untracked before the agent', () => {
  const rows: { what: string; agent: string; files?: Record<string, string>; changed: string[]; says?: RegExp }[] = [
    { what: 'an ignored folder of dependencies', agent: 'test -d node_modules; echo two > a.txt', changed: ['a.txt'] },
    {
      what: 'an ignored folder that the agent filled again, and one that it made',
      agent: 'rm -r node_modules; mkdir node_modules dist; echo x | tee node_modules/x dist/x y.log; echo two > a.txt',
      changed: ['a.txt'],
    },
    {
      what: 'an ignored folder, with an agent that adds all files by itself',
      agent: 'echo x > x.log; echo two > a.txt; git add --all',
      changed: ['a.txt'],
    },
    {
      what: 'an ignored folder, when the agent unignores another file',
      agent: 'echo x > kept.log; echo two > a.txt',
      changed: ['a.txt', 'kept.log'],
    },
    {
      what: 'a folder that .gitignore does not name',
      files: { ...REAL, '.gitignore': '*.log\n' },
      agent: 'echo x > node_modules/new; git add --all; echo two > a.txt',
      changed: ['a.txt'],
    },
    {
      what: 'a folder that .gitignore named only after the agent',
      files: { ...REAL, '.gitignore': '*.log\n' },
      agent: 'git add --all; echo node_modules/ >> .gitignore; echo two > a.txt',
      changed: ['.gitignore', 'a.txt'],
    },
    {
      what: 'a lock file that the instructions do not name',
      files: WITHOUT_LOCK,
      agent: 'test -f package-lock.json; git add --all; echo two > a.txt',
      changed: ['a.txt'],
      says: /Installing dependencies wrote package-lock\.json, which is not part of the change/,
    },
  ]; // prettier-ignore
  for (const { what, agent, files = REAL, changed, says } of rows)
    it(`is not part of the change: ${what}`, async () => {
      const { job } = await cloned(files, { agent: `set -e; ${agent}` });
      const report = await job.run('work');
      assert.deepEqual(await job.changed(report), changed);
      if (says) assert.match(job.log, says);
      await job.run('publish');
    });

  const wanted: { what: string; agent: string; files?: Record<string, string>; prompt?: string; changed: string[]; says?: RegExp }[] = [
    {
      what: 'an ignored file that the agent added with --force',
      agent: 'mkdir dist; echo x | tee dist/x dist/y; git add --force dist/x; echo two > dist/x',
      changed: ['dist/x'],
      says: /The agent added ignored files, which are part of the change: dist\/x/,
    },
    {
      what: 'an ignored file that the agent committed with --force',
      agent: 'echo x > x.log; git add -f x.log; git commit -qm x; echo two > a.txt',
      changed: ['a.txt', 'x.log'],
    },
    {
      what: 'a lock file that the instructions name',
      files: WITHOUT_LOCK,
      prompt: 'Commit package-lock.json',
      agent: 'npm install',
      changed: ['package-lock.json'],
    },
    {
      what: 'a lock file when the instructions ask for one',
      files: WITHOUT_LOCK,
      prompt: 'Add a lock file',
      agent: 'npm install',
      changed: ['package-lock.json'],
    },
    {
      what: 'a lock file that the agent changed',
      files: WITHOUT_LOCK,
      agent: 'echo >> package-lock.json',
      changed: ['package-lock.json'],
    },
  ]; // prettier-ignore
  for (const { what, agent, files = REAL, prompt = 'Tidy up', changed, says } of wanted)
    it(`is part of the change: ${what}`, async () => {
      const { job } = await cloned(files, {
        agent: `set -e; git config user.name x; git config user.email x@example.com; ${agent}`,
        spec: { prompt },
      });
      const report = await job.run('work');
      assert.deepEqual(await job.changed(report), changed);
      if (says) assert.match(job.log, says);
    });

  const hostile: [what: string, agent: string][] = [
    ['rubbish', 'head -c 5000 /dev/urandom > .git/index'],
    ['a link', 'rm .git/index; ln -s /etc/passwd .git/index'],
    ['a pipe', 'rm .git/index; mkfifo .git/index'],
    ['a folder', 'rm .git/index; mkdir .git/index'],
    ['a link above it', 'mv .git ../x; ln -s ../x .git; echo x > x.log; git add -f x.log'],
    [
      'a path behind a link',
      'mkdir dist ../o; echo x > dist/x; git add -f dist/x; mv dist/x ../o; rmdir dist; ln -s ../o dist',
    ],
  ];
  for (const [what, agent] of hostile)
    it(`takes nothing by an index that is ${what}`, async () => {
      const { job } = await cloned(PLAIN, { agent: `echo two > a.txt; ${agent}` });
      const changed = await job.changed(await job.run('work'));
      assert.deepEqual(
        changed.filter((path) => path !== 'dist'),
        ['a.txt'],
      );
    });
});
