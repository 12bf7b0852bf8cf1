import assert from 'node:assert/strict';
import type { RepoFiles } from '../../src/checks/check.ts';
import { ecosystems } from '../../src/checks/plugs.ts';
import { hostOf, registryHosts as hostsOf } from '../../src/checks/registry-hosts.ts';
import { memoryRepo, type Tree } from './memory-repo.ts';

/** All that is found. */
const registryHosts = (files: RepoFiles): string[] => {
  const { known, named } = hostsOf(files);
  return [...known, ...named].sort();
};

/** What is found besides the defaults of the ecosystem. */
function further(tree: Tree): string[] {
  const defaults = new Set(ecosystems().flatMap(({ registries }) => registries?.defaults ?? []));
  return registryHosts(memoryRepo(tree)).filter((host) => !defaults.has(host));
}

const NODE = { 'package.json': '{}' };

describe('the hosts that installing dependencies needs', () => {
  const defaults: [name: string, tree: Tree, host: string][] = [
    ['npm', NODE, 'registry.npmjs.org'],
    ['Python', { 'a/pyproject.toml': '' }, 'files.pythonhosted.org'],
    ['Go', { 'go.mod': 'module x' }, 'sum.golang.org'],
    ['Rust', { 'Cargo.toml': '' }, 'index.crates.io'],
    ['Maven', { 'pom.xml': '' }, 'repo.maven.apache.org'],
    ['Gradle', { 'build.gradle': '' }, 'plugins.gradle.org'],
    ['Ruby', { Gemfile: '' }, 'rubygems.org'],
    ['PHP', { 'composer.json': '{}' }, 'repo.packagist.org'],
    ['Elixir', { 'mix.exs': '' }, 'repo.hex.pm'],
    ['.NET', { 'a.csproj': '' }, 'api.nuget.org'],
    ['hooks of pre-commit', { '.pre-commit-config.yaml': '' }, 'files.pythonhosted.org'],
  ];
  for (const [name, tree, host] of defaults)
    it(`has ${host} for ${name}`, () => assert.ok(registryHosts(memoryRepo(tree)).includes(host)));

  it('is nothing for a repository without dependencies', () =>
    assert.deepEqual(registryHosts(memoryRepo({ 'README.md': 'https://x.example.com' })), []));

  const named: [name: string, tree: Tree, hosts: string[]][] = [
    [
      'the repositories of hooks',
      {
        '.pre-commit-config.yaml':
          'repos:\n- repo: https://git.example.com/a/hooks\n  rev: v1\n-   repo: "https://other.example.com/b"\n- repo: local\n',
      },
      ['git.example.com', 'other.example.com'],
    ],
    [
      'resolved addresses of a lock file, and not those of its prose',
      {
        ...NODE,
        'package-lock.json': JSON.stringify(
          {
            packages: {
              'node_modules/a': {
                resolved: 'https://npm.example.com:8443/a/-/a-1.0.0.tgz',
                funding: { url: 'https://funding.example.com' },
              },
              'node_modules/b': { resolved: 'git+ssh://git@git.example.com/b.git#0123' },
            },
          },
          undefined,
          2,
        ),
      },
      ['git.example.com', 'npm.example.com:8443'],
    ],
    [
      'Yarn 1',
      { ...NODE, 'yarn.lock': 'a@1:\n  version "1"\n  resolved "https://yarn.example.com/a.tgz#1"\n' },
      ['yarn.example.com'],
    ],
    [
      'pnpm',
      {
        ...NODE,
        'pnpm-lock.yaml': '  a@1:\n    resolution: {integrity: x, tarball: https://pnpm.example.com/a.tgz}\n',
      },
      ['pnpm.example.com'],
    ],
    [
      '.npmrc',
      {
        ...NODE,
        '.npmrc':
          '@scope:registry=https://scope.example.com/npm/\nregistry = https://all.example.com\n//x.example.com/:_authToken=y',
      },
      ['all.example.com', 'scope.example.com'],
    ],
    [
      '.yarnrc.yml',
      { ...NODE, '.yarnrc.yml': 'npmRegistryServer: "https://berry.example.com"\n' },
      ['berry.example.com'],
    ],
    [
      'a git dependency',
      {
        'package.json':
          '{"homepage": "https://home.example.com", "dependencies": {"a": "git+https://git.example.com/a.git#v1"}}',
      },
      ['git.example.com'],
    ],
    [
      'requirements',
      {
        'requirements.txt':
          '--extra-index-url https://pip.example.com/simple\na @ git+https://git.example.com/a.git\nb==1 # see docs',
      },
      ['git.example.com', 'pip.example.com'],
    ],
    [
      'uv and Poetry',
      {
        'pyproject.toml':
          '[project.urls]\nHomepage = "https://home.example.com"\n[[tool.uv.index]]\nurl = "https://uv.example.com/simple"\n',
      },
      ['uv.example.com'],
    ],
    [
      'uv.lock',
      { 'pyproject.toml': '', 'uv.lock': 'source = { registry = "https://lock.example.com/simple" }\n' },
      ['lock.example.com'],
    ],
    [
      'Cargo',
      {
        'Cargo.toml': 'a = { git = "https://git.example.com/a" }',
        'Cargo.lock': 'source = "registry+https://crates.example.com/index"\n',
      },
      ['crates.example.com', 'git.example.com'],
    ],
    [
      'Maven',
      {
        'pom.xml':
          '<url>https://home.example.com</url><repositories><repository><id>x</id><url>https://maven.example.com/repo</url></repository></repositories>',
      },
      ['maven.example.com'],
    ],
    [
      'Gradle',
      {
        'build.gradle.kts':
          'maven { url = uri("https://gradle.example.com/m2") }\nmaven("https://short.example.com")',
        'gradle/wrapper/gradle-wrapper.properties': 'distributionUrl=https\\://wrapper.example.com/g.zip',
      },
      ['gradle.example.com', 'short.example.com', 'wrapper.example.com'],
    ],
    [
      'Bundler',
      {
        Gemfile: "source 'https://gems.example.com'\ngem 'a', git: 'https://git.example.com/a'",
        'Gemfile.lock': 'GEM\n  remote: https://lock.example.com/\n',
      },
      ['gems.example.com', 'git.example.com', 'lock.example.com'],
    ],
    [
      'Composer',
      { 'composer.json': '{"repositories": [{"type": "composer", "url": "https://php.example.com"}]}' },
      ['php.example.com'],
    ],
    ['Mix', { 'mix.exs': '{:a, git: "https://git.example.com/a"}' }, ['git.example.com']],
    [
      'NuGet',
      { 'a.csproj': '', 'nuget.config': '<add key="x" value="https://nuget.example.com/v3/index.json" />' },
      ['nuget.example.com'],
    ],
  ];
  for (const [name, tree, hosts] of named)
    it(`has what files name: ${name}`, () => assert.deepEqual(further(tree), hosts));

  it('has the hosts of GitHub’s archives where a dependency is on GitHub', () =>
    assert.ok(
      registryHosts(
        memoryRepo({ 'package.json': '{"dependencies": {"a": "git+https://github.com/o/a.git"}}' }),
      ).includes('codeload.github.com'),
    ));

  it('has at most a hundred named ones', () => {
    const lines = Array.from(
      { length: 1000 },
      (_, index) => `  resolved "https://h${index}.example.com/a.tgz"`,
    );
    assert.equal(further({ ...NODE, 'yarn.lock': lines.join('\n') }).length, 100);
  });

  it('reads long lines in bounded steps', () => {
    const long = `<url>${' '.repeat(500_000)}`.repeat(2);
    further({
      'pom.xml': long,
      ...NODE,
      '.npmrc': `registry${' '.repeat(500_000)}`,
      'yarn.lock': ` resolution: "${'@'.repeat(500_000)}`,
    });
  });

  const texts: [text: string, host: string | undefined][] = [
    ['https://Example.COM/x', 'example.com'],
    ['https://user:secret@example.com:8443/x', 'example.com:8443'],
    ['https\\://example.com/x', 'example.com'],
    ['example.com/x', 'example.com'],
    ['https://[::1]/', undefined],
    ['https://localhost/', undefined],
    ['https://*.example.com/', undefined],
    ['https://${host}/', undefined],
    ['https://', undefined],
  ];
  for (const [text, host] of texts) it(`reads ${text}`, () => assert.equal(hostOf(text), host));
});
