import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Job } from '../support/stage/job.ts';
import { StageProcess } from '../support/stage/process.ts';
import { makeRemote, tempFolder } from '../support/stage/remote.ts';

/** What passes in a plain shell of CI passes as a check: each was a failing test of a real repository. */
const CHECKS: Record<string, string> = {
  'paints when FORCE_COLOR says so and NO_COLOR does not': `FORCE_COLOR=1 node -e '
    const paint = process.env.FORCE_COLOR && process.env.NO_COLOR === undefined && process.env.TERM !== "dumb";
    const text = paint ? "\\u001b[31mred\\u001b[0m" : "red";
    console.log(text);
    require("assert").match(text, /\\u001b/)'`,
  'binds a socket in a folder of its own for temporary files': `node -e '
    const { mkdtempSync } = require("fs"), { tmpdir } = require("os"), { join } = require("path");
    const path = join(mkdtempSync(join(tmpdir(), "pytest-of-alice-0-test_server0")), "server.sock");
    require("assert").ok(Buffer.byteLength(path) < 108, path);
    require("net").createServer().listen(path, function () { this.close(); })'`,
  'commits to a repository of its own': 'cd "$(mktemp -d)" && git init -q && git commit -q --allow-empty -m x',
  'calls a program that it installed for the user': `mkdir -p ~/.local/bin ~/go/bin ~/.cargo/bin && for bin in .local/bin go/bin .cargo/bin; do
      printf '#!/bin/sh\\n' > ~/$bin/tool && chmod +x ~/$bin/tool && test "$(command -v tool)" = ~/$bin/tool && rm ~/$bin/tool || exit 1; done`,
}; // prettier-ignore

describe('the environment of checks is that of CI', () => {
  let job: Job;
  let output = '';
  before(async () => {
    const checks = Object.entries(CHECKS).map(([name, run]) => ({ name, run }));
    const remote = await makeRemote({ 'a.txt': 'one\n', '.bgtask.yaml': JSON.stringify({ checks }) });
    // As deep as a task of 15 letters of alice's.
    const dir = join(
      tempFolder(),
      'home/alice/.local/state/bgtask/jobs/default/fifteen-letters-0a1b2c3d-and-some-more',
    );
    await mkdir(dir, { recursive: true });
    job = new Job({ remote, dir, agent: 'echo two > a.txt' });
    await job.run('clone');
    const stage = await StageProcess.start('work', { ...job.env, HOME: tempFolder() });
    await stage.ended;
    output = stage.output;
  });

  for (const name of Object.keys(CHECKS))
    it(`a test that ${name} passes`, () => {
      const check = job.report('work').checks?.find((each) => each.name === name);
      assert.equal(check?.result, 'passed', output);
    });

  it('removes all escape sequences from the log', () => {
    assert.match(output, /^red$/m);
    assert.ok(!output.includes('\u001b'));
  });
});
