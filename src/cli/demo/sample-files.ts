/** The sample repository: a small application with what real ones have; its one dependency is a folder of it, so that nothing is downloaded. */
export const SAMPLE_FILES: Readonly<Record<string, string>> = {
  'package.json': `${JSON.stringify(
    {
      name: 'sample-app',
      version: '1.0.0',
      private: true,
      type: 'module',
      scripts: { format: 'node tools/format.js --write', lint: 'node tools/lint.js', test: 'node --test' },
      dependencies: { 'encoding-names': 'file:vendor/encoding-names' },
    },
    null,
    2,
  )}\n`,
  'package-lock.json': `${JSON.stringify(
    {
      name: 'sample-app',
      version: '1.0.0',
      lockfileVersion: 3,
      requires: true,
      packages: {
        '': {
          name: 'sample-app',
          version: '1.0.0',
          dependencies: { 'encoding-names': 'file:vendor/encoding-names' },
        },
        'node_modules/encoding-names': { resolved: 'vendor/encoding-names', link: true },
        'vendor/encoding-names': { version: '1.0.0' },
      },
    },
    null,
    2,
  )}\n`,
  '.gitignore': `node_modules/
coverage/
*.log
`,
  'README.md': `# sample-app

Encodes text for the wire.

    npm ci
    npm test
`,
  'vendor/encoding-names/package.json': `{ "name": "encoding-names", "version": "1.0.0", "type": "module", "exports": "./index.js" }
`,
  'vendor/encoding-names/index.js': `export const WIRE = 'base64';
export const TEXT = 'utf8';
`,
  'src/encode.js': `import { TEXT, WIRE } from 'encoding-names';

export function encode(text) {
  return new Buffer(text).toString(WIRE);
}

export function decode(text) {
  return new Buffer(text, WIRE).toString(TEXT);
}
`,
  'test/encode.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode } from '../src/encode.js';

test('what is encoded is decoded again', () => {
  assert.equal(decode(encode('hello, world')), 'hello, world');
});
`,
  'codemods/buffer-from.mjs': `import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

for (const name of readdirSync('src')) {
  const path = \`src/\${name}\`;
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace(/new Buffer\\(/g, 'Buffer.from(').replace(/;\\n/g, ';   \\n'));
}
`,
  'tools/format.js': `import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

for (const folder of ['src', 'test']) {
  for (const name of readdirSync(folder)) {
    const path = \`\${folder}/\${name}\`;
    const text = readFileSync(path, 'utf8');
    const formatted = text.replace(/[ \\t]+$/gm, '');
    if (formatted !== text) {
      writeFileSync(path, formatted);
      console.log(\`formatted \${path}\`);
    }
  }
}
`,
  'tools/lint.js': `import { readdirSync, readFileSync } from 'node:fs';

const RULES = [
  [/\\bdebugger\\b/, 'no-debugger: unexpected debugger statement'],
  [/[ \\t]+$/m, 'no-trailing-spaces: trailing spaces not allowed'],
];
let problems = 0;
for (const name of readdirSync('src')) {
  readFileSync(\`src/\${name}\`, 'utf8').split('\\n').forEach((line, at) => {
    for (const [pattern, message] of RULES) {
      if (!pattern.test(line)) continue;
      problems += 1;
      console.error(\`src/\${name}:\${at + 1}: \${message}\`);
    }
  });
}
console.log(\`\${problems} problems\`);
process.exit(problems > 0 ? 1 : 0);
`,
  '.github/workflows/ci.yml': `on: [pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: npm run lint
      - run: npm test
`,
};
