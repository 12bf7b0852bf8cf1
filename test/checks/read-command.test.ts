import assert from 'node:assert/strict';
import { readCommand } from '../../src/checks/read-command.ts';

const SCRIPTS = new Map([
  ['lint', 'eslint .'],
  ['test', 'npm run lint && mocha'],
  ['lint:css', 'stylelint x'],
  ['loop', 'npm run loop'],
]);

const kinds: [run: string, kind: string | undefined, tools: string][] = [
  ['npm run lint', 'lint', 'eslint'],
  ['npm test', 'test', 'eslint mocha'],
  ['bun test', 'test', 'bun'],
  ['bun run test', 'test', 'eslint mocha'],
  ['yarn eslint .', 'lint', 'eslint'],
  ['pnpm --filter web exec vitest run', 'test', 'vitest'],
  ['pnpm -r run typecheck', 'typecheck', 'typecheck of all packages'],
  ['npx -y -p typescript@5 tsc --noEmit', 'typecheck', 'tsc'],
  ['node ./node_modules/.bin/eslint .', 'lint', 'eslint'],
  ['node --test', 'test', 'node'],
  ['c8 --reporter lcov mocha', 'test', 'mocha'],
  ['timeout -k 5 60 mocha', 'test', 'mocha'],
  ['sh -c "eslint ."', 'lint', 'eslint'],
  ['concurrently "npm:lint*" "tsc --noEmit"', 'typecheck', 'tsc eslint stylelint'],
  ['uv run --group dev --frozen pytest -x', 'test', 'pytest'],
  ['uvx ruff@0.9 check .', 'lint', 'ruff'],
  ['poetry run ruff format --check .', 'lint', 'ruff'],
  ['ruff format .', 'format', 'ruff'],
  ['coverage run -m pytest', 'test', 'pytest'],
  ['python3.12 -m mypy .', 'typecheck', 'mypy'],
  ['test -z "$(gofmt -s -l .)"', 'lint', 'gofmt'],
  ['gofmt -w .', 'format', 'gofmt'],
  ['git ls-files "*.sh" | xargs -0 shellcheck', 'lint', 'shellcheck'],
  ['tape test/*.js | tap-spec', 'test', 'tape'],
  ['./gradlew detekt', 'lint', 'gradle'],
  ['./gradlew detekt test', 'test', 'gradle'],
  ['npm ci && npm test', 'test', 'eslint mocha'],
  ['npm ci', 'install', ''],
  ['yarn', 'install', ''],
  ['mvn -B package -DskipTests', undefined, ''],
  ['./unknown.sh', undefined, ''],
  ['npm run loop', undefined, ''],
  ['', undefined, ''],
  ['if then (', undefined, ''],
];

const refusals: [run: string, refusal: string | undefined][] = [
  ['jest --watch', 'watches and never ends'],
  ['vitest', undefined],
  ['vitest --watch', 'watches and never ends'],
  ['tsc -p . -w', 'watches and never ends'],
  ['nodemon x.js', 'watches and never ends'],
  ['webpack serve', 'watches and never ends'],
  ['cargo watch -x test', 'watches and never ends'],
  ['dotnet watch test', 'watches and never ends'],
  ['mix test.watch', 'watches and never ends'],
  ['echo "Error: no test specified" && exit 1', 'is a placeholder'],
  ['echo done', 'is a placeholder'],
  ['eslint . || true', 'cannot fail'],
  ['eslint . || :', 'cannot fail'],
  ['eslint . ; true', 'cannot fail'],
  ['eslint . || (echo bad; exit 1)', undefined],
  ['npm test | tee log', 'cannot fail'],
  ['gofmt -l .', 'cannot fail'],
  ['cypress run', 'needs a browser'],
  ...[
    'docker run x pytest', 'npm publish', 'kubectl apply -f x', 'helm upgrade x', 'terraform apply', 'git push', 'npm i -g x',
    'sudo make x', 'cargo publish', 'twine upload dist/*', 'x=$(aws s3 ls) && pytest', 'mvn deploy', './gradlew publish',
  ].map((run): [string, string] => [run, 'deploys, publishes or changes a machine']), // prettier-ignore
];

describe('readCommand', () => {
  for (const [run, kind, tools] of kinds) {
    it(`${JSON.stringify(run)} is ${kind ?? 'nothing known'}`, () => {
      const reading = readCommand(run, SCRIPTS);
      assert.deepEqual([reading.kind, reading.tools.join(' ')], [kind, tools]);
    });
  }
  for (const [run, refusal] of refusals) {
    it(`${JSON.stringify(run)} ${refusal ?? 'may judge'}`, () =>
      assert.equal(readCommand(run, SCRIPTS).refusal, refusal));
  }
  it('ends for hostile text', () => {
    const texts = [
      '$('.repeat(5_000),
      'a && '.repeat(10_000),
      ` fmt ${'x '.repeat(30_000)}`,
      `cargo${' fmt'.repeat(15_000)}`,
      'x'.repeat(100_000),
    ];
    for (const text of texts) assert.equal(readCommand(text).refusal, undefined);
  });
});
