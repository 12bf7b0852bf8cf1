'use strict';
// Any Node must be able to read this file: one that is too old gets as far as the sentence that says so.
const { existsSync } = require('fs');
const { join } = require('path');
const { pathToFileURL } = require('url');

/** The oldest Node that runs the program, as package.json's "engines" has it. */
const OLDEST = [20, 19];

function refusal(main) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    return `bgtask needs Node ${OLDEST.join('.')} or newer; this is ${process.version} (${process.execPath}).\nInstall a newer one: https://nodejs.org`;
  return existsSync(main)
    ? undefined
    : `bgtask is not built: ${main} is missing.\nRun "npm ci" in ${join(__dirname, '..')}`;
}

/** Runs the program under the name it was called by; `words` go before what the person typed. */
module.exports = function launch(program, words) {
  const main = join(__dirname, '../dist/main.js');
  const why = refusal(main);
  if (why) {
    process.stderr.write(`error: ${why}\n`);
    process.exitCode = 1;
    return;
  }
  process.env.BGTASK_PROGRAM = program;
  process.argv.splice(2, 0, ...words);
  void import(pathToFileURL(main).href);
};
