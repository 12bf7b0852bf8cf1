import assert from 'node:assert/strict';
import { execa } from 'execa';
import { type Attack, BREAK, EDIT, HONEST, LEAK, write } from '../attack.ts';
import type { World } from '../world.ts';
import { noLeak, onlyEdit } from './held.ts';

const touches = ({ loot }: World): string => `#!/bin/sh\ntouch ${loot}\n`;
/** A second repository of the person, with a canary. */
const withPrivate = async ({ machine, canaries }: World): Promise<void> => {
  await machine.repository('private', { 'private.txt': canaries.other });
};

/** What a repository, its git data and its configuration try on the programs that are trusted. */
export const REPOSITORY: readonly Attack[] = [
  {
    name: "hooks, a file-system monitor and aliases in the checkout's .git",
    together: 'git',
    outcome: 'stopped by git: our calls read none of it',
    run: (world) => `${EDIT}; mkdir -p .git/hooks; for h in pre-commit post-checkout pre-push post-index-change reference-transaction; do ${write('.git/hooks/$h', touches(world))}chmod +x .git/hooks/$h; done; git config core.fsmonitor 'touch ${world.loot}'; git config core.hooksPath .git/hooks; git config core.sshCommand 'touch ${world.loot}'; git config core.pager 'touch ${world.loot}'`,
    needs: 'room',
    held: onlyEdit,
  },
  {
    name: 'filters by .git/info/attributes and ~/.gitconfig',
    together: 'git',
    outcome: 'stopped by git: our calls read none of it',
    needs: 'room',
    run: ({ loot }) => `${EDIT}; git config --global filter.evil.clean 'touch ${loot}; cat'; git config --global filter.evil.smudge 'touch ${loot}; cat'; git config filter.evil.clean 'touch ${loot}; cat'; git config diff.evil.textconv 'touch ${loot}; cat'; mkdir -p .git/info; echo '* filter=evil diff=evil' > .git/info/attributes`,
    held: onlyEdit,
  },
  {
    name: "filters by the repository's own .gitattributes",
    outcome: 'stopped by git: a filter that is not configured does nothing',
    files: { '.gitattributes': '*.mjs filter=evil merge=evil diff=evil\n' },
    run: ({ loot }) => `git config filter.evil.clean 'touch ${loot}; cat'; git config --global filter.evil.clean 'touch ${loot}; cat'; ${EDIT}`,
    needs: 'room',
    held: onlyEdit,
  },
  {
    name: '.git becomes a file that names another repository',
    outcome: "stopped by the snapshot: the checkout's .git is not asked",
    before: withPrivate,
    run: ({ home }) => `${EDIT}; mv .git $HOME/git; echo 'gitdir: ${home}/private/.git' > .git`,
    held: onlyEdit,
  },
  {
    name: '.git/index is a pipe, a link or zeros',
    outcome: 'stopped by the reader of the index: it opens files alone',
    run: `${EDIT}; rm .git/index; mkfifo .git/index`,
    held: onlyEdit,
  },
  {
    name: 'a pipe as .gitignore in a new folder',
    outcome: 'stopped by the deadline: git waits for the pipe',
    run: `${EDIT}; mkdir new; mkfifo new/.gitignore; touch new/file`,
    flags: ['--timeout', '1m'],
    held: ({ status, pushed }) => { assert.equal(status.phase, 'Timeout'); assert.equal(pushed, undefined); },
  },
  {
    name: 'alternates of .git name a repository of the person',
    together: 'git',
    outcome: 'stopped by the room: it is not there',
    needs: 'room',
    before: withPrivate,
    run: ({ home }) => `${EDIT}; echo ${home}/private/.git/objects >> .git/objects/info/alternates; for o in $(git cat-file --batch-check --batch-all-objects 2>/dev/null | grep blob | cut -d' ' -f1); do git cat-file blob $o | grep -a canary- >> ${LEAK}; done; [ -s ${LEAK} ] || rm -f ${LEAK}`,
    held: noLeak,
  },
  {
    name: 'a repository of the person inside of the checkout',
    together: 'git',
    outcome: 'stopped by the room: it is not there',
    needs: 'room',
    before: withPrivate,
    run: ({ home }) => `${EDIT}; git clone -q ${home}/private nested 2>/dev/null && cp nested/private.txt ${LEAK}; :`,
    held: noLeak,
  },
  {
    name: 'a nested repository and a link of a submodule without .gitmodules',
    together: 'git',
    outcome: 'stopped by the snapshot: repositories inside are left out',
    run: `${EDIT}; git init -q nested; echo x > nested/file; git -C nested add .; git -C nested -c user.name=a -c user.email=a@example.com commit -qm x; git add nested 2>/dev/null; :`,
    held: (seen) => { assert.ok(!seen.pushed?.some((path) => path.startsWith('nested'))); return onlyEdit(seen); },
  },
  {
    name: 'names that other systems take for .git',
    outcome: "stopped by git's fsck",
    run: `${EDIT}; mkdir -p "$(printf '.g\\342\\200\\214it')" 'GIT~1'; echo x > "$(printf '.g\\342\\200\\214it')/config"; echo x > 'GIT~1/config'`,
    held: ({ pushed }) => assert.equal(pushed, undefined),
  },
  {
    name: 'names with newlines, escapes and bytes that are not UTF-8',
    together: 'git',
    outcome: 'stopped by nothing to stop: names are bytes, and words about them are cleaned',
    run: `${EDIT}; touch "$(printf 'a\\nb')" "$(printf 'esc\\033[31m')" "$(printf 'bad\\377')" -- -rf ' lead' 'trail ' '*?' '#hash'`,
    held: (seen) => { assert.doesNotMatch(seen.log + seen.pull, /\u001b/); return onlyEdit(seen); },
  },
  {
    name: 'a repository whose settings switch the sandbox off',
    outcome: 'stopped by the schema of .bgtask.yaml: the field is unknown',
    files: { '.bgtask.yaml': JSON.stringify({ sandbox: 'off', checks: [{ name: 'test', run: 'sh scripts/test.sh' }] }) },
    held: ({ status, pushed }) => { assert.equal(status.phase, 'Failed'); assert.equal(pushed, undefined); },
    says: /unknown field sandbox/,
  },
  {
    name: 'a repository whose settings pass the token on',
    outcome: 'stopped by the schema of .bgtask.yaml: the field is unknown',
    files: { '.bgtask.yaml': JSON.stringify({ passEnv: ['GITHUB_TOKEN'], checks: [{ name: 'test', run: 'env' }] }) },
    held: ({ status, pushed }) => { assert.equal(status.phase, 'Failed'); assert.equal(pushed, undefined); },
    says: /unknown field passEnv/,
  },
  {
    name: 'a glob of the repository that would take years to match',
    outcome: 'stopped by the matcher: its time is linear',
    files: { '.bgtask.yaml': JSON.stringify({ protectedPaths: ['*a*a*a*a*a*a*a*a*a*a*a*a*b'], format: [], checks: [{ name: 'test', kind: 'test', run: 'sh scripts/test.sh' }] }) },
    run: `${EDIT}; touch ${'a'.repeat(61)}`,
    held: onlyEdit,
  },
  {
    name: 'a submodule whose URL is a program',
    outcome: 'stopped by the check of URLs',
    before: (world) => withGitmodules(world, `ext::sh -c 'touch ${world.loot}'`),
    held: ({ status, pushed }) => { assert.equal(status.reason, 'CloneFailed'); assert.equal(pushed, undefined); },
  },
  {
    name: 'a submodule whose URL is an option',
    outcome: 'stopped by the check of URLs',
    before: (world) => withGitmodules(world, `-oProxyCommand=touch ${world.loot}`),
    held: ({ status, pushed }) => { assert.equal(status.reason, 'CloneFailed'); assert.equal(pushed, undefined); },
  },
  {
    name: 'a submodule at a listener that waits for the token',
    outcome: 'stopped by the origin of the token: other hosts do not hear it',
    before: (world) => withGitmodules(world, `http://127.0.0.1:${world.listener.port}/a/b.git`),
    held: ({ pushed }, world) => { assert.equal(pushed, undefined); assert.doesNotMatch(world.heard(), /authorization/i); },
  },
  {
    name: 'a submodule whose path leads out of the checkout',
    outcome: 'stopped by git: such a path is refused',
    before: (world) => withGitmodules(world, world.home + '/private', '../../../../evil'),
    held: ({ pushed, status }) => { if (status.phase !== 'Completed') assert.equal(pushed, undefined); },
  },
  {
    name: 'Git LFS at a listener that waits for the token',
    outcome: 'stopped by the origin of the token: other hosts do not hear it',
    files: {
      '.lfsconfig': ({ listener }) => `[lfs]\n\turl = http://127.0.0.1:${listener.port}/lfs\n`,
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      'big.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 10\n`,
    },
    held: (_seen, world) => assert.doesNotMatch(world.heard(), /authorization/i),
  },
  {
    name: 'a pointer of Git LFS whose name leads to a file of the person',
    outcome: 'stopped by the reader of pointers: an oid is 64 digits',
    files: {
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      'big.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:../../../../../../.ssh/id_ed25519\nsize 10\n',
    },
  },
  {
    name: "configuration of the person's own repository that names programs",
    outcome: 'stopped by git: a repository that is served runs none of its own',
    before: async ({ repository, machine, loot }) => {
      for (const [key, value] of [['uploadpack.packObjectsHook', `touch ${loot}`], ['core.fsmonitor', `touch ${loot}`], ['core.alternateRefsCommand', `touch ${loot}`], ['core.sshCommand', `touch ${loot}`]] as const)
        await machine.git(repository, 'config', key, value);
    },
    held: onlyEdit,
  },
  {
    name: 'a tree that has a link and a folder of the same name',
    outcome: "stopped by git's fsck",
    before: async (world) => { await withOddTree(world); },
    held: ({ pushed, status }) => { if (status.phase !== 'Completed') assert.equal(pushed, undefined); },
  },
  {
    name: 'a check that reads a pull request of its own from the log',
    outcome: 'stopped by the log: publish does not read it',
    run: BREAK,
    files: { 'scripts/test.sh': `${HONEST['scripts/test.sh']}echo 'Pull request created: file:///forged'\n` },
  },
]; // prettier-ignore

/** Amends the base by a submodule that git itself would refuse to add. */
async function withGitmodules(world: World, url: string, path = 'sub'): Promise<void> {
  const { machine, repository } = world;
  await withPrivate(world);
  await machine.git(repository, 'config', '--file', '.gitmodules', 'submodule.s.path', path);
  await machine.git(repository, 'config', '--file', '.gitmodules', 'submodule.s.url', url);
  const commit = await machine.git(repository, 'rev-parse', 'HEAD');
  await machine.git(repository, 'add', '.gitmodules');
  await machine.git(repository, 'update-index', '--add', '--cacheinfo', `160000,${commit},sub`);
  await machine.git(repository, 'commit', '--quiet', '--amend', '-m', 'Add a submodule');
}

async function withOddTree({ repository, machine }: World): Promise<void> {
  const blob = await machine.git(repository, 'rev-parse', 'HEAD:add.mjs');
  const tree = await machine.git(repository, 'rev-parse', 'HEAD^{tree}');
  const entries = await machine.git(repository, 'cat-file', '-p', 'HEAD^{tree}');
  const input = `${entries}\n120000 blob ${blob}\tscripts\n`;
  const made = await execa('git', ['mktree'], { cwd: repository, input });
  assert.notEqual(made.stdout, tree);
  const parent = await machine.git(repository, 'rev-parse', 'HEAD^');
  const commit = await machine.git(repository, 'commit-tree', made.stdout, '-p', parent, '-m', 'Odd');
  await machine.git(repository, 'update-ref', 'refs/heads/main', commit);
}
