import type { RepoFiles } from '../check.ts';
import { RUBY_RULES } from '../tools/others.ts';
import { CONFIGURED, type Ecosystem, type Suggestion } from './ecosystem.ts';

/** Ruby through Bundler: RuboCop or Standard; RSpec, Rails' or Rake's tests. */
export const ruby: Ecosystem = {
  name: 'ruby',
  manifests: ['Gemfile'],
  locks: ['Gemfile.lock', '*.gemspec', '.ruby-version'],
  ignored: ['.bundle'],
  registries: {
    defaults: ['rubygems.org', 'index.rubygems.org'],
    named: [
      [
        ['Gemfile', '*.gemspec'],
        /\bsource[\s(]{1,5}["'](https?:[^\s"']{1,500})/g,
        /\bgit:\s{0,5}["'](https?:[^\s"']{1,500})/g,
      ],
      [['Gemfile.lock'], /^ {2}remote: (https?:\S{1,500})/gm],
    ],
  },
  toolchain: {
    ruby: 'Install Ruby from https://www.ruby-lang.org.',
    bundle: 'Install Bundler with gem install bundler.',
  },
  rules: RUBY_RULES,
  subcommands: ['rake'],
  suggest: (files) => {
    if (!files.has('Gemfile')) return undefined;
    // In the checkout, because the system's gem folder belongs to root.
    const run = 'bundle config set --local path vendor/bundle && bundle install';
    return { install: { run, evidence: 'Gemfile' }, proofs: proofs(files), adapt };
  },
};

const adapt = (run: string): string =>
  /^(bundle |bin\/|\.\/bin\/|\w+=)/.test(run) ? run : `bundle exec ${run}`;

function proofs(files: RepoFiles): Suggestion[] {
  const lock = `${files.read('Gemfile') ?? ''}\n${files.read('Gemfile.lock') ?? ''}\n${gemspec(files)}`;
  const has = (gem: string): boolean => new RegExp(`(^|["'\\s])${gem}(["'\\s(]|$)`, 'm').test(lock);
  const list: Suggestion[] = [];
  if (has('rubocop') && files.has('.rubocop.yml')) {
    list.push(['format', 'rubocop', 'bundle exec rubocop --fix-layout', '.rubocop.yml', CONFIGURED]);
    list.push(['lint', 'rubocop', 'bundle exec rubocop', '.rubocop.yml; Gemfile', CONFIGURED]);
  } else if (has('standard')) list.push(['lint', 'standardrb', 'bundle exec standardrb', 'Gemfile']);
  if (has('sorbet') && files.has('sorbet/config'))
    list.push(['typecheck', 'sorbet', 'bundle exec srb tc', 'sorbet/config', CONFIGURED]);
  return [...list, ...tests(files, has)];
}

const gemspec = (files: RepoFiles): string =>
  files.paths.filter((path) => /^[^/]+\.gemspec$/.test(path)).map((path) => files.read(path) ?? '').join('\n'); // prettier-ignore

function tests(files: RepoFiles, has: (gem: string) => boolean): Suggestion[] {
  const spec = files.paths.find((path) => /^spec\/.*_spec\.rb$/.test(path));
  if (has('rspec|rspec-rails|rspec-core') && (spec !== undefined || files.has('.rspec'))) {
    return [['test', 'rspec', 'bundle exec rspec', files.has('.rspec') ? '.rspec' : `${spec}`]];
  }
  if (!files.paths.some((path) => path.startsWith('test/'))) return [];
  if (files.has('bin/rails')) return [['test', 'rails', 'bin/rails test', 'bin/rails; test/']];
  return files.has('Rakefile') ? [['test', 'rake', 'bundle exec rake test', 'Rakefile; test/']] : [];
}
