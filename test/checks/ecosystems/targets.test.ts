import { CI, itDetects, workflow, type Case } from '../memory-repo.ts';

const MAKE =
  'GO := go\nlint:\n\t$(GO) vet ./...\ntest: lint\n\t@$(GO) test ./...\ninstall:\n\tcp app /usr/local/bin\nfmt:\n\tgofmt -w .\nimage:\n\tdocker build .\n';

const targets: Case[] = [
  [
    'targets that CI calls win over what it does not run',
    { 'go.mod': '', Makefile: MAKE, [CI]: workflow('make install', 'make lint test') },
    [
      ['install', 'go mod download'],
      ['format', 'gofmt -w .'],
      ['lint', 'make lint'],
      ['test', 'make test'],
    ],
  ],
  [
    'targets that CI does not call are left alone beside a manifest',
    { 'go.mod': '', Makefile: MAKE },
    [
      ['install', 'go mod download'],
      ['format', 'gofmt -w .'],
      ['lint', 'test -z "$(gofmt -l .)"'],
      ['lint', 'go vet ./...'],
      ['test', 'go test ./...'],
    ],
  ],
  [
    'clear judges of a Makefile where nothing else is found',
    {
      Makefile:
        'lint:\n\tshellcheck *.sh\ntest:\n\tbats test\ninstall:\n\tcp x /usr\ndeploy: test\n\trsync . host:\ncheck:\n\tdocker run x\n',
    },
    [
      ['lint', 'make lint'],
      ['test', 'make test'],
    ],
  ],
  ['a target whose commands are unknown is not a check', { Makefile: 'test:\n\t./run.sh\n' }, []],
  ['a target that ignores failures is not a check', { Makefile: 'lint:\n\t-shellcheck *.sh\n' }, []],
  [
    'a target that CI calls is believed by its name when its recipe is elsewhere',
    {
      Makefile: 'include build/*.mk\n',
      [CI]: workflow('make test', 'make verify', 'make docker-build', 'make e2e-test'),
    },
    [
      ['test', 'make test'],
      ['test', 'make verify'],
    ],
  ],
  [
    'make fmt that checks is a lint, make lint that fixes is said so',
    { Makefile: 'fmt:\n\ttest -z "$$(gofmt -l .)"\n', [CI]: workflow('make fmt') },
    [['lint', 'make fmt']],
  ],
  [
    'just',
    {
      justfile: 'test *args:\n    cargo test {{args}}\nlint:\n    cargo clippy\n',
      [CI]: workflow('just lint', 'just test'),
    },
    [
      ['lint', 'just lint'],
      ['test', 'just test'],
    ],
  ],
  [
    'Task',
    {
      'Taskfile.yml':
        'tasks:\n  lint:\n    cmds: [golangci-lint run]\n  ci:\n    deps: [lint]\n    cmds: [{ cmd: go test ./... }]\n  up: docker compose up\n',
      [CI]: workflow('task ci', 'task up'),
    },
    [['test', 'task ci']],
  ],
  [
    'a needed docker refuses a target though CI calls it',
    { Makefile: 'test: up\n\tgo test ./...\nup:\n\tdocker compose up -d\n', [CI]: workflow('make test') },
    [],
  ],
  [
    'a target with a special name displaces no tests',
    {
      'go.mod': '',
      Makefile: 'test-source-headers:\n\t./scripts/headers.sh\n',
      [CI]: workflow('make test-source-headers'),
    },
    [
      ['install', 'go mod download'],
      ['format', 'gofmt -w .'],
      ['lint', 'test -z "$(gofmt -l .)"'],
      ['lint', 'go vet ./...'],
      ['test', 'go test ./...'],
    ],
  ],
  [
    'a Makefile finds the virtual environment on its path',
    { 'setup.py': '', Makefile: 'test:\n\tpython -m pytest\n', [CI]: workflow('make test') },
    [
      ['install', 'python3 -m venv .venv && .venv/bin/python -m pip install -e .'],
      ['test', 'PATH="$PWD/.venv/bin:$PATH" make test'],
    ],
  ],
  [
    'a Makefile that calls the runner itself needs no help',
    {
      'uv.lock': '',
      'pyproject.toml': '[project]\nname="a"\n',
      Makefile: 'test:\n\tuv run pytest\nlint:\n\truff check .\n',
      [CI]: workflow('make lint', 'make test'),
    },
    [
      ['install', 'uv sync'],
      ['lint', 'uv run make lint'],
      ['test', 'make test'],
    ],
  ],
];

describe('make, just and Task', () => itDetects(targets));
